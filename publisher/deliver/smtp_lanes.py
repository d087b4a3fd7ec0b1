"""Many connections to a relay in one thread: whichever can go on goes on.

Threads would do, too, but they hand Python's lock to each other at every call of the system, and
that costs more than the mail itself.  Only opening a connection is left to a thread of its own,
so that a relay which is slow to greet holds up nobody.
"""

from __future__ import annotations

import math
import selectors
import time
from dataclasses import dataclass
from functools import partial
from socket import socket, socketpair
from threading import Lock, Thread
from typing import TYPE_CHECKING

from publisher.deliver.lanes import Job, Result
from publisher.deliver.transports.base import Answer, Refused
from publisher.deliver.transports.smtp_line import BROKEN_OFF, Line
from publisher.deliver.transports.smtp_trouble import Broken
from publisher.deliver.transports.smtp_waits import READ, Steps, Wait
from publisher.deliver.transports.smtp_wire import Unavailable, Wire, context_of, open_wire

if TYPE_CHECKING:
    from ssl import SSLContext

    from publisher.deliver.transports.smtp_relay import Relay

_GOODBYE = 0.4
"""Seconds that taking leave may last, of all connections together."""


@dataclass(slots=True, eq=False)
class _Lane:
    """A connection, the steps that it is at, and what these wait for."""

    line: Line
    job: Job | None = None
    steps: Steps[Answer] | Steps[None] | None = None
    until: float = math.inf
    watched: socket | None = None
    events: int = 0


class SmtpLanes:
    """Some connections to a relay, driven by whoever calls `results`; one job in each at a time.

    Not for two threads.  Raises SettingsError where the relay's certificates cannot be read.
    """

    is_dot_stuffed = True

    def __init__(self, relay: Relay, number: int) -> None:
        connect = partial(_connect_aside, relay, context_of(relay))
        self._lanes = [_Lane(Line(relay, connect)) for _ in range(number)]
        # The last one that came back is the next one: where few are needed, few are open.
        self._free = list(self._lanes)
        self._busy: set[_Lane] = set()
        self._done: list[Result] = []
        self._selector = selectors.DefaultSelector()

    @property
    def flying(self) -> int:
        """How many jobs were started whose results were not fetched."""
        return len(self._busy) + len(self._done)

    @property
    def free(self) -> int:
        """How many lanes wait for a job."""
        return len(self._lanes) - self.flying

    def start(self, job: Job) -> None:
        """Give a job to a lane that is free; it goes as far as it can at once."""
        assert self.free > 0
        try:
            parts = job.parts()
        except Exception as error:  # noqa: BLE001 - one reader's message must not end the mailing
            self._done.append(Result(job, Refused(False, f"the message cannot be made: {error}")))
            return
        lane = self._free.pop()
        lane.job, lane.steps = job, lane.line.send(job.envelope, parts)
        self._busy.add(lane)
        self._go_on(lane)

    def results(self, wait: float) -> list[Result]:
        """What has come back; waits up to some seconds for the first of it."""
        until = time.monotonic() + wait
        self._look(0)
        while not self._done and (left := until - time.monotonic()) > 0:
            self._look(left)
        found, self._done = self._done, []
        return found

    def close(self, patience: float) -> list[Result]:
        """Take no more jobs, and wait some seconds for those that are under way.

        What is not answered by then is cut off, and answered by what is known.
        """
        late: list[Result] = []
        until = time.monotonic() + patience
        while self.flying and (left := until - time.monotonic()) > 0:
            late += self.results(left)
        for lane in list(self._busy):
            lane.line.abort()
            while lane in self._busy:
                self._go_on(lane, Broken(BROKEN_OFF))
        late += self._done
        self._done = []
        self._take_leave()
        return late

    # The loop ----------------------------------------------------------------------------------

    def _look(self, seconds: float) -> None:
        """Go on with every lane that can, after waiting up to some seconds for the first."""
        if seconds > 0:
            due = min((lane.until for lane in self._busy), default=math.inf)
            seconds = max(0.0, min(seconds, due - time.monotonic()))
        for key, _ in self._selector.select(seconds):
            lane: _Lane = key.data
            if lane.steps is None:
                self._unwatch(lane)  # the relay hangs up on a connection that rests
            else:
                self._go_on(lane)
        now = time.monotonic()
        for lane in [each for each in self._busy if each.until <= now]:
            self._go_on(lane)

    def _go_on(self, lane: _Lane, trouble: Broken | None = None) -> None:
        """One more step of a lane, or the trouble in its place."""
        assert lane.steps is not None
        try:
            wait = lane.steps.throw(trouble) if trouble else next(lane.steps)
        except StopIteration as end:
            self._end(lane, end.value)
        except BaseException:
            self._end(lane, None)
            raise
        else:
            self._watch(lane, wait)

    def _end(self, lane: _Lane, answer: Answer | None) -> None:
        if lane.job is not None and answer is not None:
            self._done.append(Result(lane.job, answer))
        lane.job, lane.steps = None, None
        self._busy.discard(lane)
        self._free.append(lane)
        if lane.watched is not None and lane.watched.fileno() < 0:
            self._unwatch(lane)

    def _watch(self, lane: _Lane, wait: Wait) -> None:
        """Wait for this; mostly it is what the lane has waited for before."""
        lane.until = wait.until
        if lane.watched is not wait.sock:
            self._unwatch(lane)
            self._selector.register(wait.sock, wait.events, lane)
        elif lane.events != wait.events:
            self._selector.modify(wait.sock, wait.events, lane)
        lane.watched, lane.events = wait.sock, wait.events

    def _unwatch(self, lane: _Lane) -> None:
        # Before its number can be that of another one, even when it is closed already.
        if lane.watched is not None:
            self._selector.unregister(lane.watched)
            lane.watched = None

    def _take_leave(self) -> None:
        """Say goodbye on all lanes at once; who does not answer is left without a word."""
        for lane in self._lanes:
            lane.steps = lane.line.quit()
            self._busy.add(lane)
            self._go_on(lane)
        until = time.monotonic() + _GOODBYE
        while self._busy and (left := until - time.monotonic()) > 0:
            self._look(left)
        for lane in self._lanes:
            self._unwatch(lane)
            if lane.steps is not None:
                lane.steps.close()
        self._busy.clear()
        self._selector.close()


# Opening a connection ----------------------------------------------------------------------------


class _Opening:
    """A connection that a thread opens; `bell` can be read when it is done."""

    def __init__(self, relay: Relay, context: SSLContext | None) -> None:
        self.bell, self._rope = socketpair()
        self.bell.setblocking(False)
        self.outcome: Wire | Exception | None = None
        self._lock = Lock()
        self._is_wanted = True
        # A daemon: a relay that never answers does not keep the program from ending.
        Thread(target=self._open, args=(relay, context), name="relay", daemon=True).start()

    def drop(self) -> None:
        """Nobody wants it any more, or it was taken."""
        with self._lock:
            self._is_wanted = False
        self.bell.close()

    def _open(self, relay: Relay, context: SSLContext | None) -> None:
        outcome: Wire | Exception
        try:
            outcome = open_wire(relay, context)
        except Exception as error:  # noqa: BLE001 - whoever waits for it is told
            outcome = error
        with self._lock:
            if self._is_wanted:
                self.outcome = outcome
            elif isinstance(outcome, Wire):
                outcome.close()
        self._rope.close()


def _connect_aside(relay: Relay, context: SSLContext | None) -> Steps[Wire]:
    """Open a connection in a thread of its own.  Raises Unavailable."""
    opening = _Opening(relay, context)
    try:
        while opening.outcome is None:
            # Each step of opening has its own end.
            yield Wait(opening.bell, READ, math.inf)
        outcome = opening.outcome
    except Broken as broken:
        raise Unavailable(Refused(True, str(broken), "relay")) from None
    finally:
        opening.drop()
    if isinstance(outcome, Exception):
        raise outcome
    return outcome

"""Lanes: some ways out at a time, so that one slow answer holds up nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol

from publisher.deliver.transports.base import Answer, Envelope, Refused, Transport, Uncertain

_CUT_OFF = 0.5
"""Seconds in which a transport that is aborted says what it knows."""


@dataclass(frozen=True, slots=True)
class Job:
    """One message to hand over: `parts` are made where they are sent."""

    subscriber: int
    tries: int
    envelope: Envelope
    parts: Callable[[], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a job."""

    job: Job
    answer: Answer


class LaneSet(Protocol):
    """Some lanes, each with at most one job at a time; `is_dot_stuffed` as a transport says.

    A job is `flying` from its start until its result is fetched.
    """

    is_dot_stuffed: bool

    @property
    def flying(self) -> int:
        """How many jobs were started whose results were not fetched."""

    @property
    def free(self) -> int:
        """How many lanes wait for a job."""

    def start(self, job: Job) -> None:
        """Give a job to a lane that is free."""

    def results(self, wait: float) -> list[Result]:
        """What has come back; waits up to some seconds for the first of it.

        It does not wait for more: while a turn of the ledger waits for the disk, others come back
        by themselves, the more the longer it waits.
        """

    def close(self, patience: float) -> list[Result]:
        """Take no more jobs, and wait some seconds for those that are under way.

        What is not answered by then is cut off; its results say so, if it comes to that.
        """


MakeLanes = Callable[[int], LaneSet]
"""Makes so many lanes."""


class Lanes:
    """Transports of any kind, each used by a thread of its own."""

    def __init__(self, make_transport: Callable[[], Transport], number: int) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._answered: SimpleQueue[Result] = SimpleQueue()
        self._found: list[Result] = []
        self._transports = [make_transport() for _ in range(number)]
        self.is_dot_stuffed = self._transports[0].is_dot_stuffed
        self._flying = 0
        # Daemons: a relay that never answers does not keep the program from ending.
        self._threads = [
            Thread(target=self._serve, args=(transport,), name=f"lane-{at}", daemon=True)
            for at, transport in enumerate(self._transports)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def flying(self) -> int:
        """How many jobs were started whose results were not fetched."""
        return self._flying

    @property
    def free(self) -> int:
        """How many lanes wait for a job."""
        return len(self._threads) - self._flying

    def start(self, job: Job) -> None:
        """Give a job to a lane that is free."""
        assert self.free > 0
        self._flying += 1
        self._jobs.put(job)

    def results(self, wait: float) -> list[Result]:
        """What has come back; waits up to some seconds for the first of it."""
        self._look(0)
        if wait > 0 and not self._found:
            self._look(wait)
        found, self._found = self._found, []
        self._flying -= len(found)
        return found

    def close(self, patience: float) -> list[Result]:
        """Take no more jobs, and wait some seconds for those that are under way.

        What is not answered by then is cut off; its results say so, if it comes to that.
        """
        for _ in self._threads:
            self._jobs.put(None)
        late = self._within(patience)
        if self._flying:
            for transport in self._transports:
                transport.abort()
            late += self._within(_CUT_OFF)
        until = time.monotonic() + _CUT_OFF
        for thread in self._threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))
        return late

    def _within(self, seconds: float) -> list[Result]:
        """What comes back until nothing is under way, or so many seconds are over."""
        found: list[Result] = []
        until = time.monotonic() + seconds
        while self._flying and (left := until - time.monotonic()) > 0:
            found += self.results(left)
        return found

    def _look(self, seconds: float) -> None:
        """Take what has come back, after waiting up to some seconds for the first."""
        try:
            if seconds > 0:
                self._found.append(self._answered.get(timeout=seconds))
            while True:
                self._found.append(self._answered.get_nowait())
        except Empty:
            pass

    def _serve(self, transport: Transport) -> None:
        while (job := self._jobs.get()) is not None:
            self._answered.put(Result(job, _answer(transport, job)))
        transport.close()


def _answer(transport: Transport, job: Job) -> Answer:
    try:
        parts = job.parts()
    except Exception as error:  # noqa: BLE001 - one reader's message must not end the mailing
        return Refused(False, f"the message cannot be made: {error}")
    try:
        return transport.send(job.envelope, parts)
    except Exception as error:  # noqa: BLE001 - a lane that is no more would never be free again
        return Uncertain(f"the transport failed: {error!r}")

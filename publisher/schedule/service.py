"""`publisher run`: a small supervisor that wakes up, looks around, and starts processes.

It renders nothing and sends nothing, so that it has no reason to die; whatever dies of its
children is started again.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from publisher.schedule.children import Child, Kept
from publisher.schedule.nightly import Nightly
from publisher.schedule.runs import Ticking
from publisher.schedule.signs import ClockSet, Sign
from publisher.schedule.timer import AHEAD, Timer

log = logging.getLogger("publisher.run")

_TURN = 0.5
"""Seconds between two looks at everything."""
_GRACE = 30.0
"""Seconds that children have to end when they are asked to: a relay may be slow to answer for a
message that is under way, and one that is killed then is uncertain."""

Slots = Callable[[dt.datetime, dt.datetime], Iterable[dt.datetime]]
"""The slots after one time and up to another."""


class Service:
    """What is kept going, and what is looked at."""

    def __init__(
        self,
        kept: Sequence[Kept | Nightly],
        runs: Ticking,
        signs: Sequence[Sign],
        timer: Timer,
        slots: Slots,
        wall: Callable[[], dt.datetime],
    ) -> None:
        self._kept, self._runs, self.signs = kept, runs, signs
        self._timer, self._slots, self._wall = timer, slots, wall

    def stay(self, stop: threading.Event) -> None:
        """Work until asked to stop; no child is left then."""
        log.info("the service has begun: process %d", os.getpid())
        self._runs.ask("start")
        self._set_timer()
        self._timer.start()
        try:
            while not stop.is_set():
                self.turn()
                stop.wait(_TURN)
        finally:
            self._timer.end()
            end_all(self.children)
            log.info("the service has ended")

    @property
    def children(self) -> list[Child]:
        """Every process that runs."""
        return [*self._runs.children, *(child for kept in self._kept for child in kept.children)]

    def tell(self) -> dict[str, object]:
        """What the sign of life says beside itself."""
        coming = self._timer.next()
        return {"next": coming.isoformat() if coming else ""}

    def turn(self) -> None:
        """Look at everything once."""
        try:
            self._look_around()
            for each in self._kept:
                each.look()
            if self._runs.look():
                self._set_timer()
        except OSError as error:
            # No memory for a process, no file to open: that may be over at the next turn.
            log.error("a process cannot be started: %s", error)

    def _look_around(self) -> None:
        for sign in self.signs:
            if not sign.is_given():
                continue
            if isinstance(sign, ClockSet):
                log.warning("the clock of this machine was set by %s", _signed(sign.by))
            self._runs.ask(sign.name)
            self._set_timer()
            for each in self._kept:
                each.soon()

    def _set_timer(self) -> None:
        now, before = self._wall(), self._timer.next()
        self._timer.set(self._slots(now, now + AHEAD), now)
        coming = self._timer.next()
        if coming != before:
            log.info("the next slot is %s UTC", f"{coming:%Y-%m-%d %H:%M}" if coming else "unknown")


def _signed(span: dt.timedelta) -> str:
    return f"-{-span}" if span < dt.timedelta() else f"+{span}"


def end_all(children: Sequence[Child], grace: float = _GRACE) -> None:
    """Ask processes to end, wait for them, and kill those that do not."""
    for each in children:
        each.terminate()
    until = time.monotonic() + grace
    while any(each.poll() is None for each in children) and time.monotonic() < until:
        time.sleep(0.05)
    for each in children:
        if each.poll() is None:
            log.error("process %d does not end, and is killed", each.pid)
            each.kill()

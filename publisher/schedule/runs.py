"""Runs of publishing: one at a time, each in a process of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from publisher.schedule.children import Child, Start

log = logging.getLogger("publisher.run")

LIMIT = 30 * 60.0
"""Seconds after which a run is held to hang; to render a huge archive again is legal."""
_GRACE = 10.0
"""Seconds that a run has to end when it is asked to."""
WAITING = 15.0
"""Seconds until the next look, where an issue waits for its page to be seen."""
_FIRST, _LONGEST = 5.0, 15 * 60.0
"""Seconds until a run that failed is tried again, and what they grow to."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: `is_waiting` for something that the next one has to look at soon."""

    is_waiting: bool = False
    is_failed: bool = False


class Clerk(Protocol):
    """Who hears of runs."""

    def ended(self, code: int) -> Ended:
        """A run has ended; negative codes are signals."""

    def hangs(self, seconds: float) -> None:
        """A run has taken so long that it is ended."""


class Ticking(Protocol):
    """What is asked for a run, and looked at often."""

    @property
    def children(self) -> list[Child]:
        """Its processes."""

    def ask(self, why: str) -> None:
        """Ask for a run; from any thread."""

    def look(self) -> bool:
        """Go on; whether a run has ended since."""


class Runs:
    """Starts runs in children: what is asked for while one goes on is done after it, once."""

    def __init__(
        self,
        arguments: tuple[str, ...],
        start: Start,
        monotonic: Callable[[], float],
        clerk: Clerk,
        limit: float = LIMIT,
    ) -> None:
        self._arguments, self._start = arguments, start
        self._monotonic, self._clerk, self._limit = monotonic, clerk, limit
        self._asked, self._lock = "", threading.Lock()
        self._child: Child | None = None
        self._begun = 0.0
        self._is_told_to_end = False
        self._again: float | None = None
        self._wait = _FIRST

    @property
    def children(self) -> list[Child]:
        """The process, where one runs."""
        return [self._child] if self._child else []

    def ask(self, why: str) -> None:
        """Ask for a run; from any thread."""
        with self._lock:
            self._asked = self._asked or why

    def look(self) -> bool:
        """Start what was asked for, and see to what runs; whether a run has ended."""
        now = self._monotonic()
        if self._child is not None:
            return self._watch(self._child, now)
        if self._again is not None and now >= self._again:
            self.ask("again")
        with self._lock:
            why, self._asked = self._asked, ""
        if why:
            log.debug("publishing: %s", why)
            self._again, self._begun, self._is_told_to_end = None, now, False
            self._child = self._start(self._arguments)
        return False

    def _watch(self, child: Child, now: float) -> bool:
        code = child.poll()
        if code is None:
            self._limited(child, now - self._begun)
            return False
        self._child = None
        ended = self._clerk.ended(code)
        if code in (0, 1, 2):  # 1 and 2 wait for a person: no use in trying soon
            self._wait = _FIRST
            self._again = now + WAITING if ended.is_waiting else None
        else:
            self._again, self._wait = now + self._wait, min(self._wait * 2, _LONGEST)
        return True

    def _limited(self, child: Child, seconds: float) -> None:
        if seconds > self._limit and not self._is_told_to_end:
            self._is_told_to_end = True
            self._clerk.hangs(seconds)
            child.terminate()
        elif seconds > self._limit + _GRACE:
            child.kill()

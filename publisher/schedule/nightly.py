"""What is done once a day at a time of its own, in a process: the search is brought up to date."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from publisher.schedule.children import Child, Start

log = logging.getLogger("publisher.run")

_LOOK = 30.0
"""Seconds between two looks at the clock."""
LIMIT = 6 * 3600.0
"""Seconds after which it is held to hang."""


class Nightly:
    """Starts a command at a time of day; one that was missed, while the machine was off, soon.

    It waits while `is_busy`: a run of publishing has the machine to itself.  `last` tells when it
    was done last, also by hand; `ended` hears how it ended.
    """

    def __init__(
        self,
        name: str,
        start: Start,
        slot: Callable[[], dt.datetime],
        last: Callable[[], dt.datetime | None],
        is_busy: Callable[[], bool],
        ended: Callable[[int], None],
        monotonic: Callable[[], float],
    ) -> None:
        """`slot` is the time at which it was due last, by the clock of the publication."""
        self.name = name
        self._start, self._slot, self._last = start, slot, last
        self._is_busy, self._ended, self._monotonic = is_busy, ended, monotonic
        self._child: Child | None = None
        self._tried: dt.datetime | None = None
        self._looks, self._begun = 0.0, 0.0

    @property
    def children(self) -> list[Child]:
        """The process, where it runs."""
        return [self._child] if self._child else []

    def look(self) -> None:
        """Start it, where it is time to; see how it ended."""
        now = self._monotonic()
        if self._child is not None:
            self._watch(self._child, now)
        elif now >= self._looks and not self._is_busy():
            self._looks = now + _LOOK
            slot, last = self._slot(), self._last()
            if self._tried != slot and (last is None or last < slot):
                # One that fails is tried again the next day: an operator was told.
                self._tried, self._begun = slot, now
                self._child = self._start((self.name, "--log"))

    def soon(self) -> None:
        """Nothing that others do brings it forward."""

    def _watch(self, child: Child, now: float) -> None:
        code = child.poll()
        if code is not None:
            self._child = None
            self._ended(code)
        elif now - self._begun > LIMIT:
            log.error("%s takes too long, and is ended", self.name)
            child.kill()


def latest(at: dt.time, now: dt.datetime) -> dt.datetime:
    """When it was that time of day last, in the time zone of `now`."""
    today = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if today <= now:
        return today
    day = now.date() - dt.timedelta(days=1)
    return dt.datetime.combine(day, at, now.tzinfo)

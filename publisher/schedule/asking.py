"""Where workers on several machines publish: a tick only asks them to, each time by a key.

Several services stand ready and ring at the same slot; the key lets one of them be heard.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import platform
import threading
from collections.abc import Callable

from publisher.errors import PublisherError
from publisher.schedule.children import Child
from publisher.schedule.runs import WAITING, Ended

log = logging.getLogger("publisher.run")

_SHARED = ("slot", "quarter")
"""Ticks that every service has at the same time."""
_FIRST, _LONGEST = 5.0, 60.0
"""Seconds until a queue that cannot be used is asked again, and what they grow to."""
_PATIENCE = 15 * 60.0
"""Seconds to which the time between two runs grows while they fail."""


class Asking:
    """Asks the queue for runs; `last` tells how the last one ended, whoever did it."""

    def __init__(
        self,
        ask: Callable[[str], object],
        last: Callable[[], Ended],
        wall: Callable[[], dt.datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._put, self._last, self._wall, self._monotonic = ask, last, wall, monotonic
        self._asked, self._lock = dict[str, None](), threading.Lock()
        self._again, self._wait = 0.0, _FIRST
        self._looks, self._patience = monotonic() + WAITING, WAITING

    @property
    def children(self) -> list[Child]:
        """None: the workers publish."""
        return []

    def ask(self, why: str) -> None:
        """Ask for a run; from any thread."""
        with self._lock:
            self._asked[self._key(why)] = None

    def look(self) -> bool:
        """Hand on what was asked for; whether anything was."""
        now = self._monotonic()
        if now >= self._looks:
            self._look_at_the_last(now)
        with self._lock:
            waiting = list(self._asked)
        if not waiting or now < self._again:
            return False
        try:
            for key in waiting:
                self._put(key)
                with self._lock:
                    del self._asked[key]
        except PublisherError as error:
            log.error("no run of publishing can be asked for: %s", error)
            self._again, self._wait = now + self._wait, min(self._wait * 2, _LONGEST)
            return False
        self._wait = _FIRST
        return True

    def _look_at_the_last(self, now: float) -> None:
        """Where something waits for its page to be seen, or has failed, there is one more."""
        last = self._last()
        if last.is_waiting or last.is_failed:
            self.ask("again")
        self._patience = min(self._patience * 2, _PATIENCE) if last.is_failed else WAITING
        self._looks = now + self._patience

    def _key(self, why: str) -> str:
        """The same on all machines for what all of them see; else one of its own."""
        now = self._wall().astimezone(dt.UTC)
        if why in _SHARED:
            return f"{why} {now:%Y-%m-%dT%H:%M}"
        return f"{why} {now:%Y-%m-%dT%H:%M:%S} {platform.node()} {os.getpid()}"

"""Looks at everything when somebody asks, and no more often than can be afforded."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from publisher.app import App
from publisher.errors import PublisherError, StepFailed
from publisher.overview.look import look
from publisher.overview.model import Overview
from publisher.storage.database import open_database
from publisher.storage.gauges import Gauges
from publisher.version import VERSION

T = TypeVar("T")

_LEAST, _PEOPLE = 5.0, 300.0
"""Seconds for which a look, and a count of people, is given again at least."""
_SHARE = 20.0
"""Whoever asks all the time gets a twentieth of it spent on looking."""
_PATIENCE = 10.0
"""Seconds that are waited for a first look."""
_STALE = 60.0
"""Seconds past its time in which an old look still counts: a database that hangs is not well."""


@dataclass(frozen=True, slots=True)
class People:
    """How many subscribers are in each state; subscriptions by bulletin, edition and state."""

    subscribers: Mapping[str, int] = field(default_factory=dict)
    subscriptions: Mapping[tuple[str, str, str], int] = field(default_factory=dict)


class Kept(Generic[T]):
    """Something that is made at most once at a time, and kept for longer the more it costs."""

    def __init__(self, make: Callable[[], T], least: float, timer: Callable[[], float]) -> None:
        self._make, self._least, self._timer = make, least, timer
        self._lock = threading.Lock()
        self._kept: T | None = None
        self._due = 0.0

    def get(self) -> T:
        """What is kept; made now where that is too old.

        While it is made again others get the old one; raises StepFailed where there is none yet,
        or making it has taken very long.
        """
        if self._kept is not None and self._timer() < self._due:
            return self._kept
        if not self._lock.acquire(timeout=_PATIENCE if self._kept is None else 0):
            if self._kept is None or self._timer() > self._due + _STALE:
                what = "nothing can be said: the database or the archive does not answer"
                raise StepFailed(what, "see whether it hangs")
            return self._kept
        try:
            begun = self._timer()
            if self._kept is None or begun >= self._due:
                self._kept = self._make()
                ended = self._timer()
                self._due = ended + max(self._least, _SHARE * (ended - begun))
            return self._kept
        finally:
            self._lock.release()


class Watch:
    """Takes looks for all who ask; `again` opens the publication anew."""

    def __init__(
        self,
        again: Callable[[], App],
        clock: Callable[[], dt.datetime],
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._again, self._clock = again, clock
        self._overview = Kept(self._look, _LEAST, timer)
        self._people = Kept(self._count, _PEOPLE, timer)

    def look(self) -> Overview:
        """An overview, some seconds old at most."""
        return self._overview.get()

    def people(self) -> People:
        """How many readers there are, some minutes old; nobody where the database is away."""
        try:
            return self._people.get()
        except PublisherError:
            return People()

    def _look(self) -> Overview:
        now = self._clock()
        try:
            app = self._again()
        except PublisherError as error:
            return Overview(now, VERSION, unseen={"settings": str(error)})
        try:
            return look(app, now)
        finally:
            app.close()

    def _count(self) -> People:
        gauges = Gauges(open_database(self._again().settings.database_url))
        return People(gauges.subscribers(), gauges.subscriptions())

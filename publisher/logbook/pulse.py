"""Signs of life: a process of the service says every quarter of a minute that it is there."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import platform
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from publisher.errors import PublisherError
from publisher.storage.database import open_database
from publisher.storage.facts import Facts

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = logging.getLogger("publisher.logbook")

EVERY = 15.0
"""Seconds between two signs."""
_FORGOTTEN = dt.timedelta(days=1)
"""After so long the last sign of a process that was killed is taken away."""


def run_fact(host: str = "") -> str:
    """The fact in which `run` on a machine says that it is there."""
    return f"run:{host or platform.node()}"


def worker_fact() -> str:
    """The fact in which this process says that it works."""
    return f"worker:{platform.node()[:40]}:{os.getpid()}"


class Pulse(threading.Thread):
    """Writes the fact `name` until `end`: JSON with `pid`, `at`, and what `tell` adds.

    A database that cannot be reached is no reason to stop: the sign is missing then, and comes
    again.
    """

    def __init__(
        self,
        url: str,
        name: str,
        tell: Callable[[], Mapping[str, object]] = dict,
        every: float = EVERY,
    ) -> None:
        super().__init__(name="pulse", daemon=True)
        self._url, self._name, self._tell, self._every = url, name, tell, every
        self._ended = threading.Event()
        self._engine: Engine | None = None
        self._is_failing = False

    def run(self) -> None:
        """Beat until it ends; what was written is taken back then."""
        self._guarded(self._sweep)
        while not self._ended.is_set():
            self._guarded(self._beat)
            self._ended.wait(self._every)
        self._guarded(lambda facts: facts.drop(self._name))

    def end(self) -> None:
        """Take the sign back, and stop."""
        self._ended.set()
        self.join(timeout=5)

    def _guarded(self, act: Callable[[Facts], object]) -> None:
        try:
            if self._engine is None:
                self._engine = open_database(self._url)
            act(Facts(self._engine))
            self._is_failing = False
        except PublisherError as error:
            if not self._is_failing:
                log.warning("no sign of life, trying on: %s", error)
            self._is_failing = True

    def _beat(self, facts: Facts) -> None:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        told = {"pid": os.getpid(), "at": now, **self._tell()}
        facts.set(self._name, json.dumps(told, ensure_ascii=False))

    def _sweep(self, facts: Facts) -> None:
        """Who was killed could not take its sign back."""
        before = (dt.datetime.now(dt.UTC) - _FORGOTTEN).isoformat(timespec="seconds")
        kind = self._name.partition(":")[0]
        for name, value in facts.all(f"{kind}:").items():
            if str(json.loads(value).get("at", "")) < before:
                facts.drop(name)

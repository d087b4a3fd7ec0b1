"""APScheduler wakes us at each slot and every quarter of an hour; what is due is computed anew.

The timer decides nothing and remembers nothing: a slot that it missed, or fires twice because
somebody set the clock, is sorted out by `App.publish`, which asks schedule, archive and rows.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger

_UTC = ZoneInfo("UTC")
# Also without a slot: an entry's embargo ends, a broken file was mended, the machine woke up.
_TICK_MINUTES = 15
AHEAD = dt.timedelta(hours=26)
"""So far ahead are slots set; they are set anew at least every quarter of an hour."""
_MOST = 500
# None is dropped because it comes late (APScheduler's own grace is one second), nor doubled.
_COMMON = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class Timer:
    """Calls `ask` at the slots that were set, and every quarter of an hour."""

    def __init__(self, ask: Callable[[str], None], scheduler: BaseScheduler | None = None) -> None:
        self._ask = ask
        self._scheduler = scheduler or BackgroundScheduler(timezone=_UTC)
        self._slots: set[dt.datetime] = set()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to wait."""
        self._scheduler.start()

    def end(self) -> None:
        """Wait no more."""
        if self._scheduler.running:
            # First: a job that comes due while it shuts down is looked for in vain, loudly.
            self._scheduler.remove_all_jobs()
            self._scheduler.shutdown(wait=False)

    def set(self, slots: Iterable[dt.datetime], now: dt.datetime) -> None:
        """Wait for these slots, and for no other.

        Every job is made anew: one that was computed before the clock was set waits too long.
        """
        coming = {slot.astimezone(dt.UTC) for slot in sorted(slots)[:_MOST]}
        with self._lock:
            missed = any(slot <= now for slot in self._slots - coming)
            self._slots = {slot for slot in coming if slot > now}
            self._scheduler.remove_all_jobs()
            for slot in self._slots:
                self._scheduler.add_job(
                    self._ring, DateTrigger(slot), [slot], id=f"slot:{slot.isoformat()}", **_COMMON
                )
            every = CronTrigger(minute=f"*/{_TICK_MINUTES}", timezone=_UTC)
            self._scheduler.add_job(self._ask, every, ["quarter"], id="quarter", **_COMMON)
        if missed:
            self._ask("slot")

    def next(self) -> dt.datetime | None:
        """The next slot; None where none comes soon."""
        with self._lock:
            return min(self._slots, default=None)

    def _ring(self, slot: dt.datetime) -> None:
        with self._lock:
            self._slots.discard(slot)
        self._ask("slot")

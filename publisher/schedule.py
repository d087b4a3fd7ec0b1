"""APScheduler wakes us at each bulletin's slot; what is due is computed anew each time.

The timer decides nothing and remembers nothing: a slot that it missed, or fires twice on the
night the clocks change, is sorted out by `App.publish`, which asks schedule, archive and rows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger

from publisher.issue.window import Rhythm

log = logging.getLogger("publisher.schedule")

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Also without a slot: an entry's embargo ends, a broken file was mended, the machine woke up.
_TICK_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Alarm:
    """A bulletin and when it wakes us."""

    bulletin: str
    rhythm: Rhythm


def trigger_of(rhythm: Rhythm) -> CronTrigger:
    """The cron trigger of a rhythm.

    Weekdays go by name: APScheduler counts them from Monday, crontab(5) from Sunday.
    """
    at = {"hour": rhythm.at.hour, "minute": rhythm.at.minute, "timezone": rhythm.zone}
    if isinstance(rhythm.on, frozenset):
        days = ",".join(_WEEKDAYS[day] for day in sorted(rhythm.on))
        return CronTrigger(day_of_week=days, **at)
    if rhythm.cadence == "weekly":
        return CronTrigger(day_of_week=_WEEKDAYS[rhythm.on], **at)
    # A day that a month does not have means its last: wake on every day that could be it.
    day = str(rhythm.on) if rhythm.on <= 28 else f"28-{rhythm.on}"
    return CronTrigger(day=day, **at)


def make_scheduler(alarms: Iterable[Alarm], tick: Callable[[], None]) -> BlockingScheduler:
    """A scheduler that calls `tick` at start, at each slot, and every quarter of an hour."""
    scheduler = BlockingScheduler(timezone=ZoneInfo("UTC"))
    # One tick for all alarms, never two at once; and none is dropped because it comes late
    # (APScheduler's own grace is one second).
    common = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    for alarm in alarms:
        scheduler.add_job(tick, trigger_of(alarm.rhythm), id=f"slot:{alarm.bulletin}", **common)
    scheduler.add_job(tick, CronTrigger(minute=f"*/{_TICK_MINUTES}"), id="tick", **common)
    scheduler.add_job(tick, id="start", **common)
    return scheduler

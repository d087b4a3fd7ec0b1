"""When the timer wakes us."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from apscheduler.triggers.cron import CronTrigger
from builders import bulletin, publication

from publisher.issue.rhythm import rhythm_of
from publisher.issue.window import Rhythm, slots_between
from publisher.schedule import Alarm, make_scheduler, trigger_of

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def rhythm(cadence: str = "daily", zone: str = "Europe/Berlin", **schedule: Any) -> Rhythm:
    """A rhythm in a zone whose clocks change."""
    told = {"at": "02:30"} | schedule
    return rhythm_of(bulletin(cadence=cadence, schedule=told, time_zone=zone), publication())


def ringing(trigger: CronTrigger, days: int) -> list[dt.datetime]:
    """The times at which a trigger fires within some days."""
    found: list[dt.datetime] = []
    moment: dt.datetime | None = START
    while moment is not None and moment <= START + dt.timedelta(days=days):
        moment = trigger.get_next_fire_time(moment if found else None, moment)
        if moment is not None:
            found.append(moment)
            moment += dt.timedelta(microseconds=1)
    return found[:-1]


@pytest.mark.parametrize(
    "found",
    [
        rhythm(),
        rhythm(on=["mon", "sun"]),
        rhythm("weekly", on="sun"),
        rhythm("weekly", on="mon", at="00:00"),
        rhythm("monthly", on=1),
        rhythm("monthly", on=28),
        rhythm("monthly", on=30),
        rhythm("monthly", on=31, at="23:59"),
        rhythm(zone="Asia/Shanghai"),
    ],
)
def test_it_rings_within_an_hour_of_every_slot(found: Rhythm) -> None:
    """For a year, over both nights on which the clocks change, and never before the slot.

    Where a time does not exist, cron rings at the next one that does.
    """
    rings = ringing(trigger_of(found), 370)
    slots = [slot for _, slot in slots_between(found, START, START + dt.timedelta(days=365))]
    assert len(slots) > 10
    late = [min(ring - slot for ring in rings if ring >= slot) for slot in slots]
    assert max(late) <= dt.timedelta(hours=1)


def test_a_daily_rings_once_a_day() -> None:
    """No more often than needed."""
    rings = ringing(trigger_of(rhythm(zone="Asia/Shanghai")), 60)
    assert {after - before for before, after in pairwise(rings)} == {dt.timedelta(days=1)}


def test_weekdays_are_those_of_the_bulletin() -> None:
    """APScheduler counts from Monday, cron from Sunday: names leave no doubt."""
    rings = ringing(trigger_of(rhythm(on=["mon", "sun"], zone="UTC")), 30)
    assert {ring.strftime("%a") for ring in rings} == {"Mon", "Sun"}


def test_every_bulletin_has_its_alarm() -> None:
    """And there is a tick at the start, and one every quarter of an hour."""
    alarms = [Alarm("a", rhythm()), Alarm("b", rhythm("weekly", on="sun"))]
    scheduler = make_scheduler(alarms, lambda: None)
    jobs = {job.id: job for job in scheduler.get_jobs()}
    assert set(jobs) == {"slot:a", "slot:b", "tick", "start"}
    assert ringing(jobs["tick"].trigger, 1)[1] - START == dt.timedelta(minutes=15)


def test_no_tick_is_dropped_and_none_runs_beside_another() -> None:
    """A machine that slept through a slot catches up once."""
    scheduler = make_scheduler([Alarm("a", rhythm())], lambda: None)
    for job in scheduler.get_jobs():
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)

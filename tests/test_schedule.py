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
    """The times at which a trigger fires within some days of the year's first."""
    found: list[dt.datetime] = []
    moment = START
    while moment < START + dt.timedelta(days=days):
        fired = trigger.get_next_fire_time(None, moment)
        found.append(fired.astimezone(dt.UTC))
        moment = max(moment, found[-1]) + dt.timedelta(seconds=1)
    return found


@pytest.mark.parametrize(
    ("cadence", "schedule"),
    [
        ("daily", {}),
        ("daily", {"on": ["mon", "sun"]}),
        ("weekly", {"on": "sun"}),
        ("weekly", {"on": "mon", "at": "00:00"}),
        ("monthly", {"on": 1}),
        ("monthly", {"on": 28}),
        ("monthly", {"on": 30}),
        ("monthly", {"on": 31, "at": "23:59"}),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_it_rings_at_every_slot(cadence: str, schedule: dict[str, Any], zone: str) -> None:
    """For a year; where the clocks change cron may miss one, which the next tick finds."""
    found = rhythm(cadence, zone, **schedule)
    rings = set(ringing(trigger_of(found), 370))
    slots = [slot for _, slot in slots_between(found, START, START + dt.timedelta(days=365))]
    missed = [slot.astimezone(dt.UTC) for slot in slots if slot.astimezone(dt.UTC) not in rings]
    assert len(slots) > 10
    assert len(missed) <= (0 if zone == "Asia/Shanghai" else 1)
    assert all((slot.month, slot.day > 23) in {(3, True), (10, True)} for slot in missed)


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

"""When the timer wakes us."""

from __future__ import annotations

import datetime as dt
import time
from itertools import pairwise

import pytest
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler

from publisher.schedule.timer import Timer

NOW = dt.datetime(2026, 4, 26, 9, 7, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


class Stage:
    """A timer that does not run, and what it has asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.scheduler = BackgroundScheduler(timezone=dt.UTC)
        self.timer = Timer(self.asked.append, self.scheduler)

    def jobs(self) -> dict[str, Job]:
        """What is set."""
        return {job.id: job for job in self.scheduler.get_jobs()}

    def ring(self, job: str) -> None:
        """Do what a job does."""
        found = self.jobs()[job]
        found.func(*found.args)


@pytest.fixture
def stage() -> Stage:
    """A timer without slots."""
    return Stage()


def test_it_rings_at_each_slot_and_each_quarter(stage: Stage) -> None:
    """At the very instant, whatever zone the slot was written in."""
    shanghai = dt.timezone(dt.timedelta(hours=8))
    slots = [(NOW + HOUR).astimezone(shanghai), NOW + 2 * HOUR]
    stage.timer.set(slots, NOW)
    jobs = stage.jobs()
    quarter = jobs.pop("quarter").trigger
    rings = [job.trigger.get_next_fire_time(None, NOW) for job in jobs.values()]
    assert sorted(rings) == [NOW + HOUR, NOW + 2 * HOUR]
    fires = [NOW]
    for _ in range(4):
        fires.append(quarter.get_next_fire_time(None, fires[-1] + dt.timedelta(seconds=1)))
    assert {after - before for before, after in pairwise(fires[1:])} == {HOUR / 4}


def test_two_bulletins_at_one_time_ring_once(stage: Stage) -> None:
    """One run does the work of both."""
    stage.timer.set([NOW + HOUR, NOW + HOUR], NOW)
    assert len(stage.jobs()) == 2


def test_no_ring_is_dropped_and_none_runs_beside_another(stage: Stage) -> None:
    """A machine that slept through a slot catches up once."""
    stage.timer.set([NOW + HOUR], NOW)
    for job in stage.jobs().values():
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)


def test_slots_of_before_are_forgotten(stage: Stage) -> None:
    """A bulletin that changed its time does not ring at the old one."""
    stage.timer.set([NOW + HOUR], NOW)
    stage.timer.set([NOW + 2 * HOUR], NOW)
    assert (stage.timer.next(), len(stage.jobs())) == (NOW + 2 * HOUR, 2)
    assert stage.asked == []


def test_a_slot_that_comes_while_slots_are_set_is_not_lost(stage: Stage) -> None:
    """Its job is gone, so it rings now."""
    stage.timer.set([NOW + HOUR], NOW)
    stage.timer.set([NOW + 2 * HOUR], NOW + HOUR)
    assert stage.asked == ["slot"]


def test_a_slot_that_has_rung_does_not_ring_again(stage: Stage) -> None:
    """Nor is it the next one."""
    stage.timer.set([NOW + HOUR], NOW)
    stage.ring(f"slot:{(NOW + HOUR).isoformat()}")
    stage.timer.set([], NOW + HOUR)
    assert (stage.asked, stage.timer.next()) == (["slot"], None)


def test_a_clock_that_was_set_back_leaves_no_job_an_hour_late(stage: Stage) -> None:
    """All is computed anew from the time that it is now."""
    stage.timer.set([NOW + HOUR], NOW)
    before = stage.jobs()["quarter"]
    stage.timer.set([NOW + HOUR], NOW - HOUR)
    assert stage.jobs()["quarter"] is not before
    assert stage.timer.next() == NOW + HOUR


def test_a_schedule_of_every_minute_for_ever_stays_small(stage: Stage) -> None:
    """The nearest ones are set; the others when they come nearer."""
    stage.timer.set([NOW + n * HOUR for n in range(5000, 0, -1)], NOW)
    assert len(stage.jobs()) == 501
    assert stage.timer.next() == NOW + HOUR


def test_the_real_scheduler_rings() -> None:
    """In a thread of its own, until it is ended."""
    asked: list[str] = []
    timer = Timer(asked.append)
    now = dt.datetime.now(dt.UTC)
    timer.set([now + dt.timedelta(seconds=0.2)], now)
    timer.start()
    until = time.monotonic() + 60
    while not asked:
        assert time.monotonic() < until
        time.sleep(0.01)
    timer.end()
    assert asked[0] in ("slot", "quarter")

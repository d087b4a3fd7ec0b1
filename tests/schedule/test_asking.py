"""Asking the workers of several machines to publish."""

from __future__ import annotations

import datetime as dt

import pytest

from publisher.errors import StepFailed
from publisher.fakes.processes import FakeClock
from publisher.schedule.asking import Asking
from publisher.schedule.runs import Ended


class Stage:
    """A service that asks, and the queue it asks."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.queue: list[str] = []
        self.last, self.is_away = Ended(), False
        self.asking = Asking(self._put, lambda: self.last, self.clock.wall, self.clock.monotonic)

    def _put(self, key: str) -> None:
        if self.is_away:
            raise StepFailed("the queue is away")
        self.queue.append(key)

    def asked_within(self, seconds: int) -> list[int]:
        """After how many seconds it has asked, while it was looked at each second."""
        found, begun = [], len(self.queue)
        for second in range(seconds + 1):
            self.asking.look()
            found += [second] * (len(self.queue) - begun)
            begun = len(self.queue)
            self.clock.wait(1)
        return found


@pytest.mark.parametrize("why", ["slot", "quarter"])
def test_two_services_ask_for_the_same_run_by_one_key(why: str) -> None:
    """Though their clocks differ by some seconds."""
    first, second = Stage(), Stage()
    second.clock.now += dt.timedelta(seconds=20)
    for each in (first, second):
        each.asking.ask(why)
        assert each.asking.look()
    assert first.queue == second.queue == [f"{why} 2026-04-26T09:00"]


def test_what_one_of_them_sees_has_a_key_of_its_own() -> None:
    """Two edits are two runs; one that is asked for twice at once is one."""
    stage = Stage()
    for seconds in (0, 0, 1):
        stage.clock.wait(seconds)
        stage.asking.ask("content")
    stage.asking.look()
    assert len(stage.queue) == len(set(stage.queue)) == 2


def test_nothing_is_asked_of_itself() -> None:
    """While all is well."""
    assert Stage().asked_within(100) == []


def test_a_queue_that_is_away_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    """By the key of before: a slot that came meanwhile is not lost, nor doubled."""
    stage = Stage()
    stage.is_away = True
    stage.asking.ask("slot")
    assert stage.asked_within(60) == []
    stage.is_away = False
    assert len(stage.asked_within(60)) == 1
    assert stage.queue == ["slot 2026-04-26T09:00"]
    assert caplog.text.count("the queue is away") == 4


def test_what_waits_for_its_page_is_looked_at_soon() -> None:
    """Every quarter of a minute."""
    stage = Stage()
    stage.last = Ended(is_waiting=True)
    assert stage.asked_within(50) == [15, 30, 45]


def test_a_run_that_failed_is_done_again_ever_later() -> None:
    """Up to a quarter of an hour."""
    stage = Stage()
    stage.last = Ended(is_failed=True)
    assert stage.asked_within(3000) == [15, 45, 105, 225, 465, 945, 1845, 2745]

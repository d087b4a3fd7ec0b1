"""Runs of publishing, one at a time."""

from __future__ import annotations

import pytest

from publisher.fakes.processes import FakeChild, FakeClock, FakeStart
from publisher.schedule.runs import LIMIT, WAITING, Ended, Runs


class Stage:
    """Runs, their clock, and a clerk who writes down what it hears."""

    def __init__(self) -> None:
        self.clock, self.start = FakeClock(), FakeStart()
        self.told: list[str] = []
        self.is_waiting = False
        self.runs = Runs(("publish",), self.start, self.clock.monotonic, self)

    def ended(self, code: int) -> Ended:
        """A run has ended."""
        self.told.append(f"ended {code}")
        return Ended(self.is_waiting)

    def hangs(self, seconds: float) -> None:
        """A run hangs."""
        self.told.append("hangs")

    @property
    def child(self) -> FakeChild:
        """The newest run."""
        return self.start.children[-1]

    def end(self, code: int) -> None:
        """End the run."""
        self.child.code = code
        assert self.runs.look()

    def seconds_to_the_next(self, most: float = 2000) -> float | None:
        """How long it takes until a run begins by itself; None where none does."""
        number, begun = len(self.start.children), self.clock.seconds
        while self.clock.seconds - begun <= most:
            self.runs.look()
            if len(self.start.children) > number:
                return self.clock.seconds - begun
            self.clock.wait(1)
        return None


@pytest.fixture
def stage() -> Stage:
    """One run has begun."""
    made = Stage()
    made.runs.ask("start")
    assert not made.runs.look()
    return made


def test_nobody_asks_and_nothing_runs() -> None:
    """There is no run without a reason."""
    stage = Stage()
    assert stage.seconds_to_the_next() is None


def test_never_two_at_once_and_what_is_asked_meanwhile_is_done_once(stage: Stage) -> None:
    """Three slots at one minute are one run more."""
    for why in ("slot", "slot", "quarter"):
        stage.runs.ask(why)
        stage.runs.look()
    assert len(stage.start.children) == 1
    stage.end(0)
    assert stage.seconds_to_the_next() == 0
    stage.end(0)
    assert stage.seconds_to_the_next() is None


def test_a_run_that_was_killed_is_done_again_a_little_later_each_time(stage: Stage) -> None:
    """And one whose step failed: it may be run again."""
    waits = []
    for code in (-9, 3, 3, -9):
        stage.end(code)
        waits.append(stage.seconds_to_the_next())
    assert waits == [5, 10, 20, 40]
    stage.end(0)
    stage.runs.ask("slot")
    stage.runs.look()
    stage.end(-9)
    assert stage.seconds_to_the_next() == 5


@pytest.mark.parametrize("code", [0, 1, 2])
def test_a_run_that_waits_for_a_person_is_not_done_again(stage: Stage, code: int) -> None:
    """The next tick comes within a quarter of an hour, or with the content."""
    stage.end(code)
    assert stage.seconds_to_the_next() is None


def test_what_waits_for_a_page_to_be_seen_is_looked_at_soon(stage: Stage) -> None:
    """Until nothing waits any more."""
    stage.is_waiting = True
    stage.end(0)
    assert stage.seconds_to_the_next() == WAITING
    stage.is_waiting = False
    stage.end(0)
    assert stage.seconds_to_the_next() is None


def test_a_run_that_hangs_is_ended_and_told(stage: Stage) -> None:
    """After half an hour; it is tried again."""
    stage.clock.wait(LIMIT)
    stage.runs.look()
    assert stage.child.heard == []
    stage.clock.wait(1)
    stage.runs.look()
    assert (stage.child.heard, stage.told) == (["terminate"], ["hangs"])
    stage.runs.look()
    assert stage.told == ["hangs", "ended -15"]
    assert stage.seconds_to_the_next() == 5


def test_a_run_that_hears_nothing_is_killed(stage: Stage) -> None:
    """Some seconds after it was asked."""
    stage.child.is_deaf = True
    stage.clock.wait(LIMIT + 1)
    stage.runs.look()
    stage.clock.wait(10)
    stage.runs.look()
    assert stage.child.heard == ["terminate", "kill"]

"""Processes that are kept going."""

from __future__ import annotations

import pytest

from publisher.fakes.processes import FakeClock, FakeStart
from publisher.schedule.children import STABLE, Kept


class Stage:
    """A child that is kept, its clock, and what was told of it."""

    def __init__(self) -> None:
        self.clock, self.start = FakeClock(), FakeStart()
        self.told: list[str] = []
        self.kept = Kept(
            "serve", self.start, self.clock.monotonic,
            lambda name, code: self.told.append(f"{name} ends with {code}"),
            lambda name: self.told.append(f"{name} stays"),
        )  # fmt: skip

    def end(self, code: int) -> float:
        """End the child; after how many seconds it is started again."""
        number, begun = len(self.start.children), self.clock.seconds
        self.start.children[-1].code = code
        self.kept.look()
        while len(self.start.children) == number:
            self.clock.wait(0.5)
            self.kept.look()
        return self.clock.seconds - begun


@pytest.fixture
def stage() -> Stage:
    """A child that has just been started."""
    made = Stage()
    made.kept.look()
    return made


def test_it_is_started_once(stage: Stage) -> None:
    """However often it is looked at."""
    stage.kept.look()
    assert [each.arguments for each in stage.start.children] == [("serve",)]
    assert stage.kept.children == stage.start.children


def test_one_that_ends_is_started_again_a_little_later_each_time(stage: Stage) -> None:
    """Up to a minute: what is broken is not to fill the log."""
    assert [stage.end(1) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_one_that_had_been_well_is_started_at_once(stage: Stage) -> None:
    """The delays begin anew."""
    stage.end(1)
    stage.end(1)
    stage.clock.wait(STABLE)
    stage.kept.look()
    assert stage.end(-9) == 1


def test_one_that_does_not_stay_is_told_once_and_that_it_stays(stage: Stage) -> None:
    """A process that ends five times in a row needs a person."""
    for _ in range(7):
        stage.end(3)
    assert stage.told == ["serve ends with 3"]
    stage.clock.wait(STABLE)
    stage.kept.look()
    stage.kept.look()
    assert stage.told == ["serve ends with 3", "serve stays"]


def test_what_was_mended_is_tried_soon(stage: Stage) -> None:
    """New content may be what it waited for."""
    for _ in range(6):
        stage.end(1)
    stage.start.children[-1].code = 1
    stage.kept.look()
    stage.kept.soon()
    stage.kept.look()
    assert stage.start.children[-1].code is None

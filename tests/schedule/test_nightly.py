"""What is done once a day, at a time of its own."""

from __future__ import annotations

import datetime as dt

import pytest

from publisher.fakes.processes import FakeClock, FakeStart
from publisher.schedule.nightly import LIMIT, Nightly, latest

DAY = dt.timedelta(days=1)
AT = dt.time(3, 30)


class Stage:
    """A nightly command of a fake process."""

    def __init__(self) -> None:
        self.clock, self.start = FakeClock(), FakeStart()
        self.last: dt.datetime | None = self.clock.wall()
        self.is_busy, self.codes = False, list[int]()
        self.nightly = Nightly(
            "search", self.start, lambda: latest(AT, self.clock.wall()), lambda: self.last,
            lambda: self.is_busy, self.codes.append, self.clock.monotonic,
        )  # fmt: skip

    def wait(self, seconds: float) -> None:
        """Some time later, with a look at its end."""
        self.clock.wait(seconds)
        self.nightly.look()


@pytest.fixture
def stage() -> Stage:
    """It was done just now."""
    return Stage()


def test_it_begins_when_its_time_has_come(stage: Stage) -> None:
    """Once a day."""
    stage.wait(60)
    assert stage.start.children == []
    stage.wait(DAY.total_seconds())
    assert [each.arguments for each in stage.start.children] == [("search", "--log")]
    stage.start.children[0].code = 0
    stage.last = stage.clock.wall()
    for _ in range(5):
        stage.wait(60)
    assert (len(stage.start.children), stage.codes) == (1, [0])


def test_one_that_was_missed_is_done_soon(stage: Stage) -> None:
    """Also where it was never done."""
    stage.last = None
    stage.wait(1)
    assert len(stage.nightly.children) == 1


def test_it_waits_for_a_run_of_publishing(stage: Stage) -> None:
    """And begins after it."""
    stage.last, stage.is_busy = None, True
    stage.wait(60)
    assert stage.nightly.children == []
    stage.is_busy = False
    stage.wait(1)
    assert len(stage.nightly.children) == 1


def test_one_that_fails_is_tried_the_next_day(stage: Stage) -> None:
    """And not again and again."""
    stage.last = None
    stage.wait(1)
    stage.start.children[0].code = 1
    for _ in range(5):
        stage.wait(60)
    assert (len(stage.start.children), stage.codes) == (1, [1])
    stage.wait(DAY.total_seconds())
    assert len(stage.start.children) == 2


def test_one_that_hangs_is_ended(stage: Stage) -> None:
    """After hours."""
    stage.last = None
    stage.wait(1)
    stage.wait(LIMIT + 1)
    stage.wait(1)
    assert stage.nightly.children == []


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-04-26T03:30:00+08:00", "2026-04-26T03:30:00+08:00"),
        ("2026-04-26T03:29:59+08:00", "2026-04-25T03:30:00+08:00"),
    ],
)
def test_when_it_was_that_time_last(now: str, found: str) -> None:
    """Today, or yesterday."""
    assert latest(AT, dt.datetime.fromisoformat(now)).isoformat() == found

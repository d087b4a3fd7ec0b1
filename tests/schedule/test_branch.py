"""Whether the branch has moved."""

from __future__ import annotations

import threading
import time

import pytest

from publisher.errors import StepFailed
from publisher.fakes.processes import FakeClock
from publisher.schedule.branch import Moved


class Stage:
    """A remote, and the sign that looks at it each minute."""

    def __init__(self) -> None:
        self.clock, self.head, self.asked = FakeClock(), "a", 0
        self.is_answering = threading.Event()
        self.is_answering.set()
        self.sign = Moved(self._ask, "a", 60, self.clock.monotonic)

    def _ask(self) -> str:
        self.asked += 1
        assert self.is_answering.wait(20)
        if not self.head:
            raise StepFailed("the remote is away")
        return self.head

    def is_given(self) -> bool:
        """What the sign says when it has looked."""
        self.clock.wait(61)
        assert not self.sign.is_given()
        until = time.monotonic() + 60
        while any(each.name == "branch" for each in threading.enumerate()):
            assert time.monotonic() < until
            time.sleep(0.001)
        return self.sign.is_given()


@pytest.fixture
def stage() -> Stage:
    """The commit of the remote is here."""
    return Stage()


def test_a_push_is_seen_once(stage: Stage) -> None:
    """And nothing else."""
    found = [stage.is_given()]
    stage.head = "b"
    found += [stage.is_given(), stage.is_given()]
    assert found == [False, True, False]


def test_a_remote_that_goes_away_or_comes_back_is_seen(stage: Stage) -> None:
    """The run that follows remembers the trouble, and that it is over."""
    found = []
    for head in ("", "", "a", "a"):
        stage.head = head
        found.append(stage.is_given())
    assert found == [True, False, True, False]


def test_it_is_looked_at_each_interval_only(stage: Stage) -> None:
    """A look is a connection."""
    for _ in range(59):
        stage.clock.wait(1)
        assert not stage.sign.is_given()
    assert stage.asked == 0


def test_a_remote_that_does_not_answer_holds_nothing_up(stage: Stage) -> None:
    """It is asked once, and waited for by nobody."""
    stage.is_answering.clear()
    stage.head = "b"
    for _ in range(5):
        stage.clock.wait(61)
        assert not stage.sign.is_given()
    assert stage.asked == 1
    stage.is_answering.set()
    until = time.monotonic() + 60
    while not stage.sign.is_given():
        assert time.monotonic() < until

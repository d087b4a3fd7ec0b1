"""The supervisor: what it looks at, and what it starts and ends."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from publisher.fakes.processes import FakeChild, FakeClock, FakeStart
from publisher.schedule.children import Kept
from publisher.schedule.runs import Ended, Runs
from publisher.schedule.service import Service, end_all
from publisher.schedule.signs import Called, ClockSet
from publisher.schedule.timer import Timer

HOUR = dt.timedelta(hours=1)


class Stage:
    """A service of fake processes, whose slots are every full hour."""

    def __init__(self) -> None:
        self.clock, self.start, self.hangup = FakeClock(), FakeStart(), threading.Event()
        kept = [Kept(name, self.start, self.clock.monotonic) for name in ("serve", "worker")]
        self.runs = Runs(("publish",), self.start, self.clock.monotonic, self)
        signs = [Called(self.hangup), ClockSet(self.clock.wall, self.clock.monotonic)]
        self.timer = Timer(self.runs.ask, BackgroundScheduler(timezone=dt.UTC))
        self.service = Service(kept, self.runs, signs, self.timer, self.slots, self.clock.wall)

    def slots(self, after: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
        """Every full hour."""
        full = after.replace(minute=0, second=0, microsecond=0)
        hours = [full + n * HOUR for n in range(1, 30)]
        return [hour for hour in hours if after < hour <= until]

    def ended(self, code: int) -> Ended:
        """A run has ended."""
        return Ended()

    def hangs(self, seconds: float) -> None:
        """No run of these hangs."""

    def turn(self) -> None:
        """Half a second later."""
        self.clock.wait(0.5)
        self.service.turn()

    @property
    def running(self) -> list[str]:
        """The processes that run."""
        return [each.arguments[0] for each in self.start.children if each.code is None]

    def newest(self, name: str) -> FakeChild:
        """The newest process of a name."""
        return [each for each in self.start.children if each.arguments == (name,)][-1]


@pytest.fixture
def stage() -> Stage:
    """A service that has taken its first turn."""
    made = Stage()
    made.runs.ask("start")
    made.turn()
    return made


def test_everything_begins_at_once(stage: Stage) -> None:
    """A run of publishing beside the processes that stay."""
    stage.turn()
    assert sorted(stage.running) == ["publish", "serve", "worker"]


@pytest.mark.parametrize("name", ["serve", "worker", "publish"])
def test_what_is_killed_comes_back(stage: Stage, name: str) -> None:
    """Each kind of process, within seconds."""
    stage.turn()
    stage.newest(name).code = -9
    for _ in range(12):
        stage.turn()
    assert sorted(stage.running) == ["publish", "serve", "worker"]


def test_a_sign_asks_for_a_run(stage: Stage) -> None:
    """After the one that goes on, once."""
    stage.turn()
    stage.hangup.set()
    stage.turn()
    stage.newest("publish").code = 0
    stage.turn()
    stage.turn()
    assert stage.running.count("publish") == 1
    stage.newest("publish").code = 0
    stage.turn()
    stage.turn()
    assert "publish" not in stage.running


@pytest.mark.parametrize(("span", "shown"), [(HOUR, "+1:00:00"), (-HOUR, "-1:00:00")])
def test_a_clock_that_was_set_is_one_run_and_new_slots(
    stage: Stage, caplog: pytest.LogCaptureFixture, span: dt.timedelta, shown: str
) -> None:
    """Neither a burst nor an hour of silence."""
    stage.turn()
    stage.newest("publish").code = 0
    stage.turn()
    runs = len([each for each in stage.start.children if each.arguments == ("publish",)])
    stage.clock.set_by(span)
    for _ in range(10):
        stage.turn()
    after = len([each for each in stage.start.children if each.arguments == ("publish",)])
    assert after == runs + 1
    coming = stage.timer.next()
    assert coming is not None
    assert dt.timedelta() < coming - stage.clock.now <= HOUR
    assert f"the clock of this machine was set by {shown}" in caplog.text


def test_the_slots_are_computed_anew_after_each_run(stage: Stage) -> None:
    """A run may have brought a new schedule."""
    stage.turn()
    stage.clock.wait(2 * 3600)
    stage.newest("publish").code = 0
    stage.turn()
    assert stage.timer.next() == dt.datetime(2026, 4, 26, 12, tzinfo=dt.UTC)
    assert stage.service.tell() == {"next": "2026-04-26T12:00:00+00:00"}


def test_a_machine_without_room_for_a_process_is_waited_for(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """The service has nothing to die of."""
    stage.turn()
    stage.newest("worker").code = -9
    stage.start.error = OSError(12, "Cannot allocate memory")
    for _ in range(5):
        stage.turn()
    stage.start.error = None
    stage.turn()
    assert "worker" in stage.running
    assert "Cannot allocate memory" in caplog.text


def test_all_are_asked_to_end_and_the_deaf_are_killed() -> None:
    """None is left."""
    well, deaf = FakeChild(("serve",), 1), FakeChild(("worker",), 2, is_deaf=True)
    end_all([well, deaf], grace=0.1)
    assert (well.heard, deaf.heard) == (["terminate"], ["terminate", "kill"])
    assert (well.code, deaf.code) == (-15, -9)


def test_it_stays_until_it_is_asked_to_stop(stage: Stage) -> None:
    """And has ended its children then."""
    stop = threading.Event()
    thread = threading.Thread(target=stage.service.stay, args=(stop,))
    thread.start()
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    assert stage.running == []

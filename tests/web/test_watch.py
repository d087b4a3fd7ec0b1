"""Looks are taken when somebody asks, and no more often than can be afforded."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from newsroom import Newsroom, at

from publisher.app import App
from publisher.errors import SettingsError, StepFailed
from publisher.web.watch import People, Watch

NOW = at("2026-04-26")


@dataclass
class Clock:
    """A clock that is wound by hand, and by each look."""

    seconds: float = 0.0
    cost: float = 0.0
    looks: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.seconds


def watch(newsroom: Newsroom, clock: Clock) -> Watch:
    """Looks at a publication; each look takes as long as the clock says."""

    def again() -> App:
        clock.looks.append(clock.seconds)
        clock.seconds += clock.cost
        return App(newsroom.root, {}, NOW)

    return Watch(again, lambda: NOW, clock)


def test_a_look_is_given_again_for_some_seconds(quick: Newsroom) -> None:
    """However often somebody asks."""
    clock = Clock()
    seen = watch(quick, clock)
    for _ in range(50):
        seen.look()
        clock.seconds += 0.2

    assert len(clock.looks) == 2


def test_whoever_asks_all_the_time_gets_a_twentieth_of_it(quick: Newsroom) -> None:
    """A look at a million deliveries takes its time; it is kept for longer."""
    clock = Clock(cost=2.0)
    seen = watch(quick, clock)
    while clock.seconds < 400:
        seen.look()
        clock.seconds += 1

    assert 400 / (20 * 2 + 2) - 1 < len(clock.looks) <= 400 / (20 * 2) + 1


def test_others_get_the_old_look_while_a_new_one_is_taken(quick: Newsroom) -> None:
    """A slow database holds nobody up; where it hangs, the old look does not count for long."""
    begun, goes_on, clock = threading.Event(), threading.Event(), Clock()
    goes_on.set()

    def again() -> App:
        begun.set()
        assert goes_on.wait(30)
        return App(quick.root, {}, NOW)

    seen = Watch(again, lambda: NOW, clock)
    old = seen.look()
    clock.seconds = 50
    begun.clear()
    goes_on.clear()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(seen.look)
        assert begun.wait(30)
        assert seen.look() is old
        clock.seconds = 200
        with pytest.raises(StepFailed, match="does not answer"):
            seen.look()
        goes_on.set()
        assert slow.result(30) is not old


def test_settings_that_cannot_be_used_are_told(quick: Newsroom) -> None:
    """In the overview, as everything else."""

    def again() -> App:
        raise SettingsError("PUBLISHER_X: no", "write yes")

    seen = Watch(again, lambda: NOW)
    assert seen.look().unseen == {"settings": "PUBLISHER_X: no; write yes"}
    assert seen.people() == People()


def test_people_are_counted(quick: Newsroom) -> None:
    """By state, and by what they get."""
    quick.subscribe()
    seen = watch(quick, Clock())

    assert seen.people().subscribers == {"ok": 2}
    assert seen.people().subscriptions[("daily", "zh", "active")] == 1

"""Signs that there is something to publish."""

from __future__ import annotations

import datetime as dt
import os
import threading
from pathlib import Path

import pytest
from newsroom import Newsroom

from publisher.fakes.processes import FakeClock
from publisher.schedule.signs import Called, ClockSet, Edited, Touched

HOUR = dt.timedelta(hours=1)


def test_a_signal_is_heard_once() -> None:
    """SIGHUP asks for one tick."""
    event = threading.Event()
    sign = Called(event)
    assert not sign.is_given()
    event.set()
    assert [sign.is_given(), sign.is_given()] == [True, False]


def test_a_touched_file_is_seen_once(tmp_path: Path) -> None:
    """Also one that is new, and not one that was there before or was deleted."""
    wake = tmp_path / "wake"
    wake.touch()
    sign = Touched(wake)
    assert not sign.is_given()
    os.utime(wake, ns=(1, 1))
    assert [sign.is_given(), sign.is_given()] == [True, False]
    wake.unlink()
    assert not sign.is_given()
    wake.touch()
    assert [sign.is_given(), sign.is_given()] == [True, False]


@pytest.mark.parametrize("span", [HOUR, -HOUR, dt.timedelta(minutes=1)])
def test_a_clock_that_was_set_is_noticed_once(span: dt.timedelta) -> None:
    """Forward, and back."""
    clock = FakeClock()
    sign = ClockSet(clock.wall, clock.monotonic)
    clock.wait(3600)
    assert not sign.is_given()
    clock.set_by(span)
    assert sign.is_given()
    assert sign.by == span
    assert not sign.is_given()


def test_a_clock_that_is_corrected_little_by_little_was_not_set() -> None:
    """However far it comes."""
    clock = FakeClock()
    sign = ClockSet(clock.wall, clock.monotonic)
    for _ in range(100):
        clock.wait(1)
        clock.set_by(dt.timedelta(seconds=0.9))
        assert not sign.is_given()


class Watched:
    """A newsroom and the sign of its edits."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom, self.clock = newsroom, FakeClock()
        newsroom.entry("one")
        newsroom.file("themes/own/web/style.css", "a {}")
        self.sign = Edited(newsroom.root, self.clock.monotonic)

    def given(self, looks: int = 4) -> list[bool]:
        """What the sign says at looks some seconds apart."""
        found = []
        for _ in range(looks):
            self.clock.wait(6)
            found.append(self.sign.is_given())
        return found


@pytest.fixture
def watched(newsroom: Newsroom) -> Watched:
    """A newsroom that is watched."""
    return Watched(newsroom)


@pytest.mark.parametrize(
    "path",
    [
        "content/publication.yaml",
        "content/bulletins/daily.yaml",
        "content/entries/2026/04/26/one.yaml",
        "content/entries/2026/04/26/new.yaml",
        "content/issues/daily/2026-04-26.yaml",
        "content/images/a.png",
        "themes/own/web/style.css",
    ],
)
def test_an_edit_is_seen_once_when_the_files_are_at_rest(watched: Watched, path: str) -> None:
    """At the second look that finds the same."""
    watched.newsroom.file(path, "edited, and of another length: the clock of files is coarse")
    assert watched.given() == [False, True, False, False]


def test_a_deleted_file_is_an_edit(watched: Watched) -> None:
    """As a new one is."""
    (watched.newsroom.root / "content/bulletins/daily.yaml").unlink()
    assert watched.given() == [False, True, False, False]


def test_an_editor_who_goes_on_is_waited_for(watched: Watched) -> None:
    """What is being written is not whole."""
    for number in range(3):
        watched.newsroom.file("content/entries/2026/04/26/one.yaml", "x" * (number + 500))
        assert watched.given(looks=1) == [False]
    assert watched.given() == [True, False, False, False]


def test_it_does_not_look_all_the_time(watched: Watched) -> None:
    """Between two looks nothing is read."""
    watched.newsroom.file("content/bulletins/daily.yaml", "edited")
    watched.clock.wait(1)
    assert not watched.sign.is_given()
    assert watched.given(2) == [False, True]


def test_old_months_are_not_looked_at(watched: Watched) -> None:
    """The archive of decades costs nothing; a correction there waits for the next tick."""
    for month in ("2026-05", "2026-06", "2026-07"):
        watched.newsroom.entry("one", f"{month}-01")
    watched.given()
    watched.newsroom.file("content/entries/2026/04/26/one.yaml", "edited")
    assert watched.given() == [False] * 4


def test_a_publication_without_entries_is_no_error(tmp_path: Path) -> None:
    """Nor one without anything."""
    clock = FakeClock()
    sign = Edited(tmp_path, clock.monotonic)
    clock.wait(6)
    assert not sign.is_given()

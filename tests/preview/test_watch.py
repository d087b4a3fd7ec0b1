"""Noticing that a file was saved."""

from __future__ import annotations

import threading
from pathlib import Path

from publisher.preview.watch import Watch, state_of


def test_saving_adding_and_removing_are_seen(tmp_path: Path) -> None:
    """Each gives another state; looking alone gives the same."""
    (tmp_path / "one").mkdir()
    file = tmp_path / "one/a.yaml"
    states = [state_of([tmp_path])]
    for change in (
        lambda: file.write_text("a"),
        lambda: file.write_text("longer"),
        file.unlink,
    ):
        change()
        states.append(state_of([tmp_path]))
        assert state_of([tmp_path]) == states[-1]
    assert states[0] == states[3]
    assert len(set(states)) == 3


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    """A publication without themes of its own has no such folder."""
    assert state_of([tmp_path / "themes"]) == state_of([])


def test_who_waits_is_woken(tmp_path: Path) -> None:
    """`wait` comes back with the next version as soon as something was saved."""
    watch = Watch([tmp_path])
    seen: list[int] = []
    waiting = threading.Thread(target=lambda: seen.append(watch.wait(1, 60)))
    waiting.start()
    (tmp_path / "a.yaml").write_text("a")
    watch.look()
    waiting.join(60)
    assert seen == [2]


def test_nothing_saved_nothing_new(tmp_path: Path) -> None:
    """The same version after the time is up."""
    assert Watch([tmp_path]).wait(1, 0.01) == 1


def test_stopping_lets_everybody_go(tmp_path: Path) -> None:
    """Who waits does not hold the program up."""
    watch = Watch([tmp_path])
    waiting = threading.Thread(target=watch.wait, args=(1, 60))
    waiting.start()
    watch.stop()
    waiting.join(60)
    assert not waiting.is_alive()

"""`publisher backup` and `publisher restore`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def place(newsroom: Newsroom, tmp_path: Path, run: Run) -> Path:
    """Where the backup of an installation with one issue lies."""
    newsroom.entry("one")
    newsroom.publish()
    code, told, _ = run("backup", str(tmp_path / "backups"), "--keep", "3")
    assert code == 0
    return Path(told.splitlines()[0])


def lose(newsroom: Newsroom, *, keys: bool = False) -> None:
    """The machine is gone; the keys were kept elsewhere, or were not."""
    kept = (newsroom.root / "var/keys.json").read_bytes()
    shutil.rmtree(newsroom.root / "var")
    (newsroom.root / "var").mkdir()
    if not keys:
        (newsroom.root / "var/keys.json").write_bytes(kept)
        (newsroom.root / "var/keys.json").chmod(0o600)


def test_a_backup_says_what_is_in_it(newsroom: Newsroom, tmp_path: Path, run: Run) -> None:
    """And that the keys are not."""
    newsroom.entry("one")
    newsroom.publish()
    code, told, _ = run("backup", str(tmp_path))

    assert code == 0
    assert "archive   " in told
    assert "fingerprints only: keep" in told


def test_an_installation_comes_back(newsroom: Newsroom, place: Path, run: Run) -> None:
    """And says that it mails nobody yet."""
    lose(newsroom)
    code, told, _ = run("restore", str(place))

    assert code == 0
    assert "mail      none, until `publisher restore --only-one`" in told
    assert newsroom.steps() == {"daily 2026-04-26": "mailed"}


def test_it_is_told_that_it_is_the_only_one(newsroom: Newsroom, place: Path, run: Run) -> None:
    """Once; a second time has nothing to do."""
    lose(newsroom)
    run("restore", str(place))

    assert "this installation mails from now on" in run("restore", "--only-one")[1]
    assert "this is no restored copy" in run("restore", "--only-one")[1]


def test_a_backup_is_looked_at_alone(place: Path, run: Run) -> None:
    """Where an installation is there, too: nothing is put back."""
    assert run("restore", str(place), "--verify")[1].startswith("whole: ")


def test_without_keys_nothing_is_put_back(newsroom: Newsroom, place: Path, run: Run) -> None:
    """New ones would be made, and refused by the database."""
    lose(newsroom, keys=True)
    code, _, told = run("restore", str(place))

    assert code == 2
    assert "there are no keys in" in told
    assert not (newsroom.root / "var/archive").exists()


@pytest.mark.parametrize("arguments", [(), ("somewhere", "--only-one")])
def test_one_of_two_things_is_asked_for(run: Run, arguments: tuple[str, ...]) -> None:
    """A backup, or the word that this is the only one."""
    code, _, told = run("restore", *arguments)
    assert (code, "say either which backup, or --only-one" in told) == (2, True)

"""SIGKILL between any two steps of publishing, then the same command again.

What comes out is what an uninterrupted run makes: the same archive, the same site, each message
once.  The child kills itself before its n-th call that changes something on the disk, as the
audit events of Python tell it; every transaction of the database opens a connection of its own
and so is one of them.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from builders import both
from killing import PROCESSES, killed_at, together, watched
from newsroom import TOP, Newsroom, at, plain_theme

from publisher.app import App

SPREAD = 12


SECTIONS = [
    TOP | {"select": {"kinds": ["event"]}},
    {"id": "dates", "block": "calendar", "select": {"kinds": ["signal"]}},
    {"id": "traffic", "block": "table", "optional": True},
    {"id": "related", "block": "related"},
    {"id": "codes", "block": "qr-codes", "codes": [{"image": "account.png", "alt": both("Code")}]},
]


def make(root: Path) -> Newsroom:
    """Two bulletins with two issues, which share an entry; one was corrected since it was out.

    One of them has a date, a table, an image, and a link to its earlier issue.
    """
    newsroom = Newsroom(root, plain_theme)
    newsroom.bulletin("daily", editions=["zh"], sections=SECTIONS)
    newsroom.image()
    newsroom.table()
    newsroom.bulletin("early", schedule={"at": "08:00"}, editions=["zh"], window={"days": 2})
    old = newsroom.entry("old", "2026-04-20", tags=["x"])
    newsroom.issue("2026-04-20")
    newsroom.publish("2026-04-20", all_files=True)
    newsroom.correct(old, title=both("right"))
    newsroom.image(colour=255)
    newsroom.entry("date", kind="signal", happened="2026-05-01")
    newsroom.entry("one", tags=["x"], story="deal")
    newsroom.entry("two", "2026-04-27")
    newsroom.issue("2026-04-20", corrections=[{"date": "2026-04-25", "note": both("wrong")}])
    newsroom.issue("2026-04-26", sections={"traffic": {"table": "traffic"}})
    newsroom.issue("2026-04-27", "early")
    newsroom.close()
    return newsroom


def backfill(root: Path) -> None:
    """What a person types: `publisher publish --backfill`."""
    app = App(root, {}, at("2026-04-27"))
    app.theme_of = plain_theme
    app.publish(all_files=True)


def outcome(root: Path) -> dict[str, bytes]:
    """Archive, site and messages, but for what a killed process was just writing."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("var/archive", "public", "var/outbox/new", "var/outbox/cur")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and not path.name.startswith(".tmp-")
    }


def count(root: Path, told: multiprocessing.Queue[list[str]]) -> None:
    """Run to the end and tell every change."""
    seen: list[str] = []
    watched(root, backfill, seen.append)
    told.put(seen)


def killed(root: Path, step: int) -> None:
    """Run, and be killed before a change."""
    killed_at(root, backfill, step)


class Runs:
    """A publication, what a whole run makes of it, and the changes of that run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start = make(folder / "start").root
        whole = self.copy("whole")
        told: multiprocessing.Queue[list[str]] = PROCESSES.Queue()
        child = PROCESSES.Process(target=count, args=(whole, told))
        child.start()
        self.changes = told.get(timeout=60)
        child.join()
        self.whole = outcome(whole)

    def copy(self, name: str) -> Path:
        """The publication before the run, once more."""
        return Path(shutil.copytree(self.start, self.folder / name, symlinks=True))

    def points(self) -> list[int]:
        """To be killed at: each boundary between two places that change, and many between."""
        places = [each.partition(" ")[2] for each in self.changes]
        boundaries: dict[tuple[str, str], int] = {}
        for step, pair in enumerate(pairwise(places), 1):
            if pair[0] != pair[1] and "an open file" not in pair:
                boundaries.setdefault(pair, step)
        stride = max(1, len(self.changes) // SPREAD)
        return sorted({0, *boundaries.values(), *range(0, len(self.changes), stride)})


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Made once: nothing in it is changed."""
    memory = Path("/dev/shm")  # a file system in memory: what was synced is not waited for
    folder = tmp_path_factory.mktemp("crash")
    if os.access(memory, os.W_OK):
        folder = Path(tempfile.mkdtemp(dir=memory))
    yield Runs(folder)
    shutil.rmtree(folder, ignore_errors=True)


def steps(root: Path) -> dict[str, str]:
    """How far each issue is, and why."""
    app = App(root, {}, at("2026-04-27"))
    return {f"{row.bulletin} {row.issue}": row.step + row.reason for row in app.rows.all()}


def test_the_run_has_many_steps(runs: Runs) -> None:
    """There are places to be killed at in archive, database, index, site and mail."""
    told = " ".join(runs.changes)
    archive = [f"var/archive/{folder}" for folder in ("blobs", "entries", "issues", "log")]
    for part in (*archive, "sqlite3.connect var/publisher.sqlite", "public", "var/site.journal",
                 "var/site.sqlite", "var/outbox/tmp", "var/outbox/new"):  # fmt: skip
        assert part in told, part
    assert len(runs.points()) >= 40


def test_killed_anywhere_and_run_again(runs: Runs) -> None:
    """The same archive, site and messages as in an uninterrupted run, and all is mailed."""
    points = runs.points()
    roots = [runs.copy(f"killed-{step}") for step in points]
    codes = together(killed, *zip(roots, points, strict=True))
    assert set(codes) == {-signal.SIGKILL}
    assert set(together(backfill, *((root,) for root in roots))) == {0}
    wrong = [
        f"before {runs.changes[step]} ({step})"
        for step, root in zip(points, roots, strict=True)
        if outcome(root) != runs.whole or set(steps(root).values()) != {"mailed"}
    ]
    assert wrong == []


def test_what_was_staged_is_gone(runs: Runs) -> None:
    """A run that was killed while it wrote the site leaves no folder beside it."""
    step = next(n for n, each in enumerate(runs.changes) if each == "os.rename public")
    root = runs.copy("staged")
    together(killed, (root, step + 1))
    together(backfill, (root,))
    assert sorted(each.name for each in root.iterdir()) == ["content", "public", "var"]
    assert not (root / "var/site.journal").exists()


def test_killed_twice(runs: Runs) -> None:
    """Once while freezing, once while the second run goes on, then whole."""
    root = runs.copy("twice")
    freezing = next(n for n, each in enumerate(runs.changes) if "archive/issues" in each)
    for step in (freezing + 2, 25, 40):
        together(killed, (root, step))
    assert together(backfill, (root,)) == [0]
    assert outcome(root) == runs.whole


def test_two_at_once(runs: Runs) -> None:
    """Two people type the same command: one archive, one site, each message once."""
    root = runs.copy("two")
    together(backfill, (root,), (root,), (root,))
    assert together(backfill, (root,)) == [0]
    assert outcome(root) == runs.whole

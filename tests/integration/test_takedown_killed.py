"""SIGKILL between any two changes of a takedown on the disk, then the next run.

What comes out is what an uninterrupted takedown makes: the same archive and site, no word of the
entry below them, nor in the database, the search or what is derived; and its mailing goes on.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from killing import PROCESSES, killed_at, together, watched
from newsroom import Newsroom, at, plain_theme

from publisher.app import App
from publisher.archive.records import tombstones

BAD = "2026/04/26/bad"
TITLE = {"zh": "某人被控侵吞巨款的消息", "en": "Somebody accused of taking a fortune"}
SUMMARY = {"zh": "据称涉案金额巨大而且无人知晓。", "en": "A sum that nobody has seen, it is said."}
SECRETS = [each.encode() for each in (*TITLE.values(), *SUMMARY.values())]
NOW = at("2026-04-27", "12:00")
SPREAD = 10


def make(root: Path) -> Newsroom:
    """An issue that is being mailed, with an entry that has two revisions and is searched for."""
    room = Newsroom(root, plain_theme)
    room.entry("bad", title=TITLE, summary=SUMMARY, tags=["court"], story="case")
    room.entry("good", story="case")
    room.publish(send=False)
    room.correct(BAD)
    room.publish("2026-04-27", "09:00", send=False)
    room.close()
    return room


def searched(root: Path) -> None:
    """The search has its year and another one, in both editions."""
    names = [f"{edition}/search/{year}" for edition in ("zh", "en") for year in (2025, 2026)]
    for name in names:
        words = root / "public" / name / "words"
        words.parent.mkdir(parents=True, exist_ok=True)
        words.write_text(TITLE["en"] if "2026" in name else "other words", encoding="utf-8")
    known = {each: {"state": "x", "files": [f"{each}/words"]} for each in names}
    told = {"public": str(opened(root).settings.public), "shards": known}
    (root / "var/search.json").write_text(json.dumps(told), encoding="utf-8")


def opened(root: Path) -> App:
    """In one process: what another one renders changes nothing."""
    app = App(root, {"PUBLISHER_PROCESSES": "1"}, NOW)
    app.theme_of = plain_theme
    return app


def take(root: Path) -> None:
    """What a person types."""
    app = opened(root)
    app.takedown(BAD, "a court order")
    app.close()


def killed(root: Path, step: int) -> None:
    """Take it down, and be killed before a change."""
    killed_at(root, take, step)


def count(root: Path, told: multiprocessing.Queue[list[str]]) -> None:
    """Take it down and tell every change."""
    seen: list[str] = []
    watched(root, take, seen.append)
    told.put(seen)


def next_run(root: Path) -> None:
    """The timer's; where nothing remembers the takedown, the same command again."""
    app = opened(root)
    if not tombstones(app.store):
        app.takedown(BAD, "a court order")
    app.publish(send=False)
    app.close()


def outcome(root: Path) -> dict[str, bytes]:
    """Archive and site, but for what a killed process was just writing."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("var/archive", "public")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and not path.name.startswith(".tmp-")
    }


def said(root: Path) -> list[str]:
    """Files outside the content in which a word of it is left."""
    return [
        path.relative_to(root).as_posix()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] != "content"
        and any(each in path.read_bytes() for each in SECRETS)
    ]  # fmt: skip


class Runs:
    """A publication, what a whole takedown makes of it, and the changes of that."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start = make(folder / "start").root
        whole = self.copy("whole")
        told: multiprocessing.Queue[list[str]] = PROCESSES.Queue()
        child = PROCESSES.Process(target=count, args=(whole, told))
        child.start()
        self.changes = told.get(timeout=60)
        child.join()
        together(next_run, (whole,))
        self.whole, self.left = outcome(whole), said(whole)

    def copy(self, name: str) -> Path:
        """The publication before the takedown, once more."""
        root = Path(shutil.copytree(self.start, self.folder / name, symlinks=True))
        searched(root)
        return root

    def points(self) -> list[int]:
        """To be killed at: before each step that is unlike the one before, and many others."""
        unlike = [step for step, pair in enumerate(pairwise(self.changes), 1) if pair[0] != pair[1]]
        first = {self.changes[step]: step for step in reversed(unlike)}
        stride = max(1, len(self.changes) // SPREAD)
        return sorted({*first.values(), *range(0, len(self.changes), stride)})


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Made once: nothing in it is changed."""
    memory = Path("/dev/shm")  # a file system in memory: what was synced is not waited for
    folder = tmp_path_factory.mktemp("takedown")
    if os.access(memory, os.W_OK):
        folder = Path(tempfile.mkdtemp(dir=memory))
    yield Runs(folder)
    shutil.rmtree(folder, ignore_errors=True)


def test_a_whole_takedown_leaves_nothing(runs: Runs) -> None:
    """And has steps in archive, database, index, search and site."""
    assert runs.left == []
    assert said(runs.start)
    told = " ".join(runs.changes)
    archive = [f"var/archive/{folder}" for folder in ("tombstones", "entries", "issues", "log")]
    for part in (*archive, "var/publisher.sqlite", "var/index.sqlite", "var/search.json",
                 "var/search.journal", "public", "var/site.journal"):  # fmt: skip
        assert part in told, part


def test_killed_anywhere(runs: Runs) -> None:
    """The next run does the rest; the mailing goes on with the new message."""
    points = runs.points()
    roots = [runs.copy(f"killed-{step}") for step in points]
    codes = together(killed, *zip(roots, points, strict=True))
    assert set(codes) == {-signal.SIGKILL}
    ended = together(next_run, *((root,) for root in roots))
    wrong = []
    for step, root, code in zip(points, roots, ended, strict=True):
        states = [each.state for each in opened(root).mailings.all()]
        if code or outcome(root) != runs.whole or said(root) or states != ["sending"]:
            wrong.append((f"before {runs.changes[step]} ({step})", code, said(root), states))
    assert wrong == []
    assert len(points) >= 25

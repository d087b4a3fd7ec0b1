"""A takedown that is stopped before any of its steps in the archive, and what the next run does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from newsroom import Newsroom, at, plain_theme

from publisher.app import App
from publisher.archive.records import tombstones
from publisher.archive.store import FolderStore
from publisher.fakes.stopping_store import Stopped, StoppingStore

BAD = "2026/04/26/bad"
TITLE = {"zh": "某人被控侵吞巨款的消息", "en": "Somebody accused of taking a fortune"}
SUMMARY = {"zh": "据称涉案金额巨大而且无人知晓。", "en": "A sum that nobody has seen, it is said."}
SECRETS = [each.encode() for each in (*TITLE.values(), *SUMMARY.values())]
BLOB = "0123456789abcdef.png"
NOW = at("2026-04-28", "12:00")


@pytest.fixture
def start(swift: Path) -> Path:
    """A publication with two issues; the entry has two revisions, a story, and names a blob."""
    room = Newsroom(swift / "start", plain_theme)
    room.bulletin("daily", subject={"zh": "每日：{lead}", "en": "Daily: {lead}"})
    blob = {"publisher": "CNBC", "url": f"https://cnbc.com/{BLOB}"}
    room.entry("bad", title=TITLE, summary=SUMMARY, tags=["court"], story="case", importance=3,
               sources=[blob])  # fmt: skip
    FolderStore(room.root / "var/archive").put_new(f"blobs/{BLOB}", b"a picture")
    room.entry("good", story="case")
    room.publish()
    room.correct(BAD)
    room.entry("later", day="2026-04-27", story="case")
    room.publish("2026-04-27")
    room.close()
    return room.root


def opened(root: Path) -> App:
    app = App(root, {}, NOW)
    app.theme_of = plain_theme
    return app


def take(app: App) -> None:
    app.takedown(BAD, "a court order")


def stopped(root: Path, after: int) -> StoppingStore:
    """Take it down, and stop after some steps; what was done."""
    app = opened(root)
    app.store = store = StoppingStore(app.store, after)
    with suppress(Stopped):
        take(app)
    app.close()
    return store


def outcome(root: Path) -> dict[str, bytes]:
    """Archive and site."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("var/archive", "public")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


def said(root: Path) -> list[str]:
    """Files in which a word of it is left; mail that was sent is elsewhere."""
    return [
        path.relative_to(root).as_posix()
        for folder in ("var", "public")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and "outbox" not in path.parts
        and any(each in path.read_bytes() for each in SECRETS)
    ]  # fmt: skip


def lost_index(app: App) -> None:
    """The derived index is gone, and the next publishing goes on."""
    for each in app.settings.state.glob("index.sqlite*"):
        each.unlink()
    app.publish()


WAYS: tuple[Callable[[App], object], ...] = (App.publish, take, App.build, lost_index)


def test_the_next_run_does_the_rest(start: Path, swift: Path) -> None:
    """From wherever it was stopped: the same archive and site as of one that never was.

    The next run is one that publishes, that builds the site, or the same command again.
    """
    whole = Path(shutil.copytree(start, swift / "whole"))
    steps = stopped(whole, 1000).steps
    wanted = outcome(whole)
    assert said(start)
    assert said(whole) == []
    assert {each.split("/")[0] for each in steps} == {
        "put_new tombstones", "replace tombstones", "put_new issues", "replace issues",
        "replace log", "delete blobs", "delete entries", "put_new log", "forget",
    }  # fmt: skip
    for after in range(1, len(steps)):
        root = Path(shutil.copytree(start, swift / "stopped"))
        assert stopped(root, after).steps == steps[:after]
        app = opened(root)
        WAYS[after % len(WAYS)](app)
        app.close()
        assert outcome(root) == wanted, steps[after]
        assert said(root) == [], steps[after]
        assert [each.is_finished for each in tombstones(app.store)] == [True]
        shutil.rmtree(root)


def test_before_its_first_step_nothing_has_happened(start: Path) -> None:
    """Nothing remembers it: who wanted it runs the command again."""
    before = outcome(start)
    assert stopped(start, 0).steps == []
    app = opened(start)
    app.publish()
    app.close()
    assert outcome(start) == before


def test_stopped_twice(start: Path, swift: Path) -> None:
    """In the archive, then at the end of the run that goes on."""
    whole = Path(shutil.copytree(start, swift / "whole"))
    steps = stopped(whole, 1000).steps
    stopped(start, len(steps) // 2)
    assert stopped(start, 4).steps != steps[:4]
    app = opened(start)
    app.build()
    app.close()
    assert outcome(start) == outcome(whole)

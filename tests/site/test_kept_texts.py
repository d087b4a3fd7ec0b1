"""Texts are converted once, and what is kept of them is never taken for anything else."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.site import kept_texts
from publisher.site.kept_texts import KeptTexts


class Maker:
    """Makes texts, and counts how many."""

    def __init__(self, text: str = "<p>ä 中</p>") -> None:
        self.text, self.count = text, 0

    def __call__(self) -> str:
        self.count += 1
        return self.text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where texts are kept, in a state folder that is there."""
    return tmp_path / "markup"


def file_of(folder: Path) -> Path:
    """The one file that is kept."""
    (found,) = folder.glob("*.sqlite")
    return found


def in_a_fork(work: Callable[[], bool]) -> bool:
    """What a fork of this process says of something."""
    if process := os.fork():
        return os.waitpid(process, 0)[1] == 0
    os._exit(0 if work() else 1)


def test_what_was_converted_is_read_by_the_next_process(folder: Path) -> None:
    """Byte for byte, and for its own key alone."""
    first, second, other = Maker(), Maker("made again"), Maker("another")
    KeptTexts(folder)("block:1", first)
    texts = KeptTexts(folder)

    assert [texts("block:1", second), texts("line:1", other)] == [first.text, other.text]
    assert [second.count, other.count] == [0, 1]


def test_an_empty_text_is_kept(folder: Path) -> None:
    """A text may be nothing but a comment."""
    KeptTexts(folder)("block:1", Maker(""))
    again = Maker("made again")
    assert KeptTexts(folder)("block:1", again) == ""
    assert again.count == 0


def test_a_text_is_looked_up_once(folder: Path) -> None:
    """The file is not asked again for what this process knows."""
    texts, maker = KeptTexts(folder), Maker()
    texts("block:1", maker)
    shutil.rmtree(folder)
    assert texts("block:1", maker) == maker.text
    assert maker.count == 1


def test_forks_share_what_they_convert(folder: Path) -> None:
    """Each by a connection of its own, which the other processes never close."""
    texts = KeptTexts(folder)
    texts("block:1", Maker("one"))

    assert in_a_fork(
        lambda: texts("block:1", Maker("no")) + texts("block:2", Maker("two")) == "onetwo"
    )
    assert texts("block:2", Maker("no")) == "two"
    assert KeptTexts(folder)("block:2", Maker("no")) == "two"


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, b"SQLite format 3\0" + b"\1" * 8000])
def test_a_damaged_file_is_made_anew(folder: Path, damage: bytes) -> None:
    """It costs a run its time, and the run after it nothing."""
    texts = KeptTexts(folder)
    texts("block:1", Maker())
    texts.close()
    file_of(folder).write_bytes(damage)

    for _ in range(2):
        assert KeptTexts(folder)("block:1", Maker("converted anew")) == "converted anew"
    last = Maker("not asked")
    assert KeptTexts(folder)("block:1", last) == "converted anew"


@pytest.mark.parametrize("change", ["made = x'3c703e'", "whole = x'00'", "made = NULL", "made = 7"])
def test_a_damaged_text_is_not_believed(folder: Path, change: str) -> None:
    """A power cut may leave half of one: no page shows it."""
    KeptTexts(folder)("block:1", Maker())
    with sqlite3.connect(file_of(folder)) as db:
        db.execute(f"UPDATE text SET {change}")
    assert KeptTexts(folder)("block:1", Maker("converted anew")) == "converted anew"
    assert KeptTexts(folder)("block:1", Maker("not asked")) == "converted anew"


def test_nothing_is_made_where_nothing_was_published(tmp_path: Path) -> None:
    """A state folder is made by a run, not by what it keeps."""
    texts = KeptTexts(tmp_path / "var/markup")
    assert texts("block:1", Maker("made")) == "made"
    assert not (tmp_path / "var").exists()


def test_a_disk_that_may_not_be_written_is_no_error(folder: Path) -> None:
    """The text is converted, as it would be without anything that is kept."""
    folder.write_bytes(b"a file is in the way")
    assert KeptTexts(folder)("block:1", Maker("made")) == "made"


def test_a_writer_that_stands_is_not_waited_for(folder: Path) -> None:
    """To convert a text is quicker than to wait for another process."""
    KeptTexts(folder)("block:1", Maker("kept"))
    with sqlite3.connect(file_of(folder), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        texts, maker = KeptTexts(folder), Maker("made")
        assert texts("block:1", maker) == "kept"
        assert texts("block:2", maker) == "made"
        other.execute("ROLLBACK")
    assert KeptTexts(folder)("block:1", maker) == "kept"


def test_another_program_keeps_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of Markdown may make other HTML; what was kept by the last one goes."""
    KeptTexts(folder)("block:1", Maker("old"))
    monkeypatch.setattr(kept_texts, "_program", lambda: "newer")
    assert KeptTexts(folder)("block:1", Maker("new")) == "new"
    assert file_of(folder).name == "newer.sqlite"


def test_a_file_that_has_grown_large_is_begun_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had is converted once more, by the run that needs it."""
    texts = KeptTexts(folder)
    texts("block:1", Maker("x" * 10_000))
    texts.close()
    monkeypatch.setattr(kept_texts, "_MOST", 8_000)
    texts = KeptTexts(folder)
    texts("block:2", Maker())
    texts.close()
    assert b"x" * 100 not in file_of(folder).read_bytes()


def test_a_whole_site_does_not_fill_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many texts that were not there, no more are kept until one is."""
    KeptTexts(folder)("known", Maker("known"))
    monkeypatch.setattr(kept_texts, "_TOO_MANY", 5)
    texts = KeptTexts(folder)
    for number in range(20):
        texts(f"block:{number}", Maker(str(number)))
    texts("known", Maker("not asked"))
    texts("later", Maker("later"))
    texts.close()

    with sqlite3.connect(file_of(folder)) as db:
        kept = {key for (key,) in db.execute("SELECT key FROM text")}
    assert kept == {"known", "later", *(f"block:{number}" for number in range(4))}


def test_what_is_cleared_is_gone(folder: Path) -> None:
    """Of a text that was taken down by law nothing is left, in the file or in memory."""
    texts = KeptTexts(folder)
    texts("block:1", Maker("secret"))
    texts.clear()
    assert not folder.exists()
    assert texts("block:1", Maker("made")) == "made"

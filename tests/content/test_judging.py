"""What was found in a file is kept, and nobody could tell from the result."""

from __future__ import annotations

import dataclasses
import os
import random
import shutil
import signal
import time
import unicodedata
from pathlib import Path

import pytest
from newsroom import Newsroom

from publisher.content.check import check, read_content
from publisher.content.check_texts import _MAYBE_HAN, _SURELY_HAN
from publisher.content.judging import _TICK, Row, _by_processes, _Reader, judge_all
from publisher.content.load import entry_ids, load_frame
from publisher.document import Problem
from publisher.issue.check import check_issues

INVALID = Path(__file__).parent.parent / "fixtures/invalid"


def found(root: Path, state: Path | None = None) -> list[Problem]:
    """Everything that is said of the content, with or without what is kept."""
    content = read_content(root, state, many=1)
    assert content.frame is not None
    return sorted(
        {*content.problems, *check(content), *check_issues(content.frame, content.entries)}
    )


def later() -> int:
    """A clock that is past the time in which a file may be written again unseen."""
    return time.time_ns() + 2 * _TICK


@pytest.mark.parametrize("seed", range(2))
def test_a_check_says_the_same_with_what_is_kept(tmp_path: Path, seed: int):
    """Files are edited, deleted, copied, renamed and touched between one check and the next."""
    root, state = tmp_path / "root", tmp_path / "var"
    shutil.copytree(INVALID, root)
    draw = random.Random(seed)
    for _ in range(3):
        assert found(root, state) == found(root)
        files = sorted((root / "content/entries").rglob("*.yaml"))
        for file in draw.sample(files, 6):
            match draw.randrange(5):
                case 0:
                    lines = file.read_bytes().splitlines(keepends=True)
                    draw.shuffle(lines)
                    file.write_bytes(b"".join(lines))
                case 1:
                    file.unlink()
                case 2:
                    shutil.copyfile(file, file.with_name(f"copy-{draw.randrange(99)}.yaml"))
                case 3:
                    file.rename(file.with_name(f"moved-{draw.randrange(99)}.yaml"))
                case _:
                    file.touch()
    assert found(root, state) == found(root)


def test_other_settings_make_what_is_kept_void(newsroom: Newsroom, tmp_path: Path):
    """An entry that was right is not, when its kind is no more."""
    newsroom.entry("one")
    assert "unknown-kind" not in {each.code for each in found(newsroom.root, tmp_path)}
    newsroom.publication(kinds={"story": {"name": {"zh": "事", "en": "Story"}}})
    assert "unknown-kind" in {each.code for each in found(newsroom.root, tmp_path)}


@pytest.mark.parametrize("data", [b"no database", b""])
def test_a_damaged_file_is_made_anew(newsroom: Newsroom, tmp_path: Path, data: bytes):
    """It can be lost at any time."""
    newsroom.entry("one", kind="none")
    right = found(newsroom.root, tmp_path)
    kept = (tmp_path / "check.sqlite").stat().st_size
    (tmp_path / "check.sqlite").write_bytes(data)
    assert found(newsroom.root, tmp_path) == right
    assert (tmp_path / "check.sqlite").stat().st_size == kept


def test_a_folder_that_cannot_be_written_is_no_mistake(newsroom: Newsroom, tmp_path: Path):
    """A check goes on where nothing can be kept."""
    newsroom.entry("one", kind="none")
    (tmp_path / "file").touch()
    assert found(newsroom.root, tmp_path / "file") == found(newsroom.root)


# One file ----------------------------------------------------------------------------------------


def judged(newsroom: Newsroom, known: dict[str, Row], clock=later):
    """What is found in all entries."""
    publication = load_frame(newsroom.root).publication
    return judge_all(newsroom.root, publication, entry_ids(newsroom.root)[0], known, clock=clock)


def test_a_file_with_the_same_stamp_is_not_read(newsroom: Newsroom):
    """What is kept of it is believed, whatever it says."""
    good, bad = newsroom.entry("good"), newsroom.entry("bad", kind="none")
    rows = judged(newsroom, {}).new
    known = {good: dataclasses.replace(rows[good], kept=rows[bad].kept), bad: rows[bad]}
    again = judged(newsroom, known)
    assert again.judged[good].facts is None
    assert not again.new


def test_a_file_that_was_touched_is_not_parsed(newsroom: Newsroom):
    """After a fresh checkout all stamps are new, and the bytes decide."""
    good, bad = newsroom.entry("good"), newsroom.entry("bad", kind="none")
    rows = judged(newsroom, {}).new
    known = {good: dataclasses.replace(rows[good], stamp="", kept=rows[bad].kept)}
    again = judged(newsroom, known)
    assert again.judged[good].facts is None
    assert again.new[good].stamp == rows[good].stamp


def test_a_stamp_is_not_believed_that_a_later_edit_could_share(newsroom: Newsroom):
    """Two writes within a tick of the file system's clock leave the same times."""
    good = newsroom.entry("good")
    assert judged(newsroom, {}, time.time_ns).new[good].stamp == ""
    assert judged(newsroom, {}).new[good].stamp != ""


def test_what_cannot_be_read_is_not_kept(newsroom: Newsroom, tmp_path: Path):
    """It is tried again at the next check."""
    one = newsroom.entry("one")
    file = newsroom.root / f"content/entries/{one}.yaml"
    file.unlink()
    file.symlink_to(tmp_path)
    result = judged(newsroom, {})
    assert "symbolic link" in result.judged[one].broken
    assert not result.new


def test_the_work_of_a_process_that_is_killed_is_done_all_the_same(newsroom: Newsroom):
    """Nothing is lost, and nobody sees a traceback."""
    one = newsroom.entry("one")
    parent = os.getpid()

    class Dying(_Reader):
        def read(self, asked):
            if os.getpid() != parent:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().read(asked)

    reader = Dying(newsroom.root, load_frame(newsroom.root).publication, later)
    chunks = [[(one, b"")], [(one, b"")], [(one, b"")]]
    rows = list(_by_processes(reader, chunks, 2))
    assert [entry_id for chunk in rows for entry_id, _ in chunk] == [one, one, one]


def test_the_characters_that_are_told_at_a_glance_are_those_that_are_counted():
    """Texts are only counted letter by letter where a glance does not decide."""
    for char in map(chr, range(0x110000)):
        is_han = char.isalpha() and "CJK" in unicodedata.name(char, "")
        assert is_han or not _SURELY_HAN.match(char), f"U+{ord(char):04X}"
        assert not is_han or _MAYBE_HAN.match(char), f"U+{ord(char):04X}"

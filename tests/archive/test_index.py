"""The derived index: what was published where."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import both
from shelf import Shelf, written

from publisher.archive.index import VERSION, EntryKey, Index
from publisher.archive.overlay import OverlayStore
from publisher.archive.records import log_file
from publisher.archive.store import MemoryStore

NOTE = {"date": "2026-04-27", "note": both("wrong")}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where an index lies."""
    return tmp_path / "var/index.sqlite"


@pytest.fixture
def full(shelf: Shelf) -> Shelf:
    """Three dailies and a weekly, with tags, stories, a correction and a rename."""
    shelf.publish(written("a", tags=["x"], story="deal"), written("b"), name="2026-04-26")
    shelf.publish(written("c", day="2026/04/27", tags=["x", "y"]), name="2026-04-27")
    shelf.publish(written("a", tags=["x"], story="deal"), slug="weekly", name="2026-04-27")
    shelf.publish(written("d", day="2026/05/01"), name="2026-05-01")
    shelf.revise(written("b", title=both("new"), tags=["y"], corrections=[NOTE]))
    shelf.revise(
        written("e", day="2026/04/27", tags=["x", "y"], aliases=["2026/04/27/c"]),
        "rename", "2026/04/27/c",
    )  # fmt: skip
    return shelf


def told(index: Index) -> list[object]:
    """Everything that an index knows."""
    slugs = index.bulletins()
    names = [key.id for key in index.all_entries()]
    return [
        slugs, index.issues(), index.all_entries(), index.last_log, index.last_commit,
        *(index.counts(what, slugs) for what in ("tag", "story", "month")),
        *(index.months(slug) for slug in slugs), *(index.notices(slug) for slug in slugs),
        *(index.aliases(name) for name in names), *(index.carried_in(name) for name in names),
        *(index.carried(slug, "") for slug in slugs), *(index.rejected(slug, "") for slug in slugs),
    ]  # fmt: skip


def open_index(file: Path | None, store: MemoryStore) -> Iterator[Index]:
    """An index that has caught up, and is closed afterwards."""
    index = Index(file, store)
    index.catch_up()
    yield index
    index.close()


# Derived -----------------------------------------------------------------------------------------


def test_an_index_that_was_lost_is_made_again(full: Shelf, file: Path) -> None:
    """From the log alone, it says the same."""
    for index in open_index(file, full.store):
        assert told(index) == told(full.index)
    file.unlink()
    for index in open_index(file, full.store):
        assert told(index) == told(full.index)


@pytest.mark.parametrize("garbage", [b"", b"not a database at all" * 300, b"SQLite format 3\0x"])
def test_a_damaged_index_is_made_again(full: Shelf, file: Path, garbage: bytes) -> None:
    """It is derived, so nothing is lost."""
    file.parent.mkdir()
    file.write_bytes(garbage)
    for index in open_index(file, full.store):
        assert told(index) == told(full.index)


def test_an_index_of_another_version_is_made_again(full: Shelf, file: Path) -> None:
    """Its tables are not trusted."""
    for index in open_index(file, full.store):
        index._db.execute("DELETE FROM issue")
        index._db.execute(f"PRAGMA user_version = {VERSION + 1}")
    for index in open_index(file, full.store):
        assert told(index) == told(full.index)


def test_an_index_of_another_archive_is_made_again(full: Shelf, file: Path) -> None:
    """Its last record is not there: the archive is not the one it was made from."""
    for _ in open_index(file, full.store):
        pass
    other = Shelf()
    other.publish(written("z"))
    for index in open_index(file, other.store):
        assert told(index) == told(other.index)


def test_it_catches_up_from_where_it_is(full: Shelf, file: Path) -> None:
    """Only what is new is read."""
    for _ in open_index(file, full.store):
        pass
    full.publish(written("f", day="2026/05/02"), name="2026-05-02")
    index = Index(file, full.store)
    assert [record.issue for record in index.catch_up()] == ["2026-05-02"]
    assert index.catch_up() == []
    assert told(index) == told(full.index)
    index.close()


def test_a_record_is_taken_wholly_or_not_at_all(full: Shelf, file: Path) -> None:
    """A missing entry stops it before the record; with the entry back, it goes on."""
    path = "entries/2026/05/01/d/1.json"
    raw = full.store.get(path) or b""
    full.store.delete(path)
    index = Index(file, full.store)
    with pytest.raises(Exception, match="is missing from the archive"):
        index.catch_up()
    assert (index.last_log, index.issue("daily", "2026-05-01")) == (3, None)
    full.store.put_new(path, raw)
    index.catch_up()
    assert told(index) == told(full.index)
    index.close()


def test_a_rehearsal_changes_only_its_copy(full: Shelf) -> None:
    """What is frozen in it is known to it alone."""
    before, overlay = told(full.index), OverlayStore(full.store)
    copy = full.index.rehearsal(overlay)
    record = full.store.get(log_file(1)) or b""
    overlay.put_new(log_file(7), record.replace(b'"number": 1', b'"number": 7'))
    copy.catch_up()
    assert (copy.last_log, told(full.index)) == (7, before)


def test_the_file_may_be_copied_while_it_is_open(full: Shelf, file: Path) -> None:
    """As a backup does: at worst it is made again."""
    for _ in open_index(file, full.store):
        shutil.copy(file, file.with_name("copy.sqlite"))
        for copy in open_index(file.with_name("copy.sqlite"), full.store):
            assert told(copy) == told(full.index)


# Issues ------------------------------------------------------------------------------------------


def test_issues_the_newest_first(full: Shelf) -> None:
    """Of all bulletins or of one, of some days, so many."""
    index = full.index
    assert [f"{k.bulletin} {k.name}" for k in index.issues()] == [
        "daily 2026-05-01", "daily 2026-04-27", "weekly 2026-04-27", "daily 2026-04-26",
    ]  # fmt: skip
    assert [k.name for k in index.issues("daily", limit=2)] == ["2026-05-01", "2026-04-27"]
    april = index.issues("daily", since="2026-04-", until="2026-04-~")
    assert [k.name for k in april] == ["2026-04-27", "2026-04-26"]


def test_an_issue_by_name(full: Shelf) -> None:
    """With its slot, day and number; None for one that never came out."""
    key = full.index.issue("daily", "2026-04-27")
    assert key is not None
    assert (key.number, key.day, key.revision) == (2, dt.date(2026, 4, 27), 1)
    assert key.slot == dt.datetime.fromisoformat("2026-04-27T18:00:00+08:00")
    assert full.index.issue("daily", "2026-04-28") is None


def test_neighbours_are_of_the_same_bulletin(full: Shelf) -> None:
    """The issue before and the one after, by slot."""
    middle = full.index.issue("daily", "2026-04-27")
    assert middle is not None
    before, after = full.index.neighbours(middle)
    assert (before and before.name, after and after.name) == ("2026-04-26", "2026-05-01")
    assert after is not None
    assert full.index.neighbours(after) == (middle, None)


def test_months_with_their_issues(full: Shelf) -> None:
    """The newest first."""
    assert full.index.months("daily") == [(2026, 5, 1), (2026, 4, 2)]
    assert (full.index.count("daily"), full.index.count("none")) == (3, 0)


# Entries -----------------------------------------------------------------------------------------


def test_entries_by_tag_story_and_month(full: Shelf) -> None:
    """Of the bulletins that are asked for, as their newest revisions say, the newest first."""
    index, both_slugs = full.index, ["daily", "weekly"]
    assert [key.id[8:] for key in index.entries(both_slugs)] == ["01/d", "27/c", "26/a", "26/b"]
    assert [key.id[8:] for key in index.entries(both_slugs, tag="y")] == ["27/c", "26/b"]
    assert [key.id[8:] for key in index.entries(both_slugs, story="deal")] == ["26/a"]
    assert [key.id[8:] for key in index.entries(both_slugs, month="2026-05")] == ["01/d"]
    assert [key.id[8:] for key in index.entries(["weekly"])] == ["26/a"]
    assert [key.id[8:] for key in index.entries(both_slugs, limit=1)] == ["01/d"]
    assert index.entries([]) == []


def test_counts(full: Shelf) -> None:
    """Of each value, in its order."""
    assert full.index.counts("tag", ["daily"]) == [("x", 2), ("y", 2)]
    assert full.index.counts("tag", ["weekly"]) == [("x", 1)]
    assert full.index.counts("story", ["daily"]) == [("deal", 1)]
    assert full.index.counts("month", ["daily"]) == [("2026-04", 3), ("2026-05", 1)]


def test_a_renamed_entry_has_many_names(full: Shelf) -> None:
    """Each leads to the one identity; every name but the current one is an alias."""
    index = full.index
    assert index.identity("2026/04/27/e") == index.identity("2026/04/27/c") == "2026/04/27/c"
    assert index.aliases("2026/04/27/c") == ["2026/04/27/c"]
    assert index.entry("2026/04/27/c") == EntryKey("2026/04/27/c", 2)
    assert index.entry("2026/04/27/e") is None
    assert index.identity("2026/04/27/x") is None


def test_where_an_entry_was_carried(full: Shelf) -> None:
    """The oldest issue first."""
    found = full.index.carried_in("2026/04/26/a")
    assert [(key.bulletin, key.name) for key in found] == [
        ("daily", "2026-04-26"), ("weekly", "2026-04-27"),
    ]  # fmt: skip


# History -----------------------------------------------------------------------------------------


def test_what_a_bulletin_carried_since_a_day(full: Shelf) -> None:
    """With the issue."""
    assert full.index.carried("daily", "2026/04/27") == {
        "2026/04/27/c": "2026-04-27",
        "2026/05/01/d": "2026-05-01",
    }
    assert full.index.carried("weekly", "") == {"2026/04/26/a": "2026-04-27"}


def test_what_a_bulletin_dropped_for_good(shelf: Shelf) -> None:
    """Cap and duplicate; not what no section took."""
    sections = [{"id": "top", "block": "entries", "select": {"kinds": ["event"]}, "max": 1}]
    shelf.publish(
        written("a"), written("b"), written("c", kind="signal"), sections=sections
    )  # fmt: skip
    assert list(shelf.index.rejected("daily", "")) == ["2026/04/26/b"]
    assert "cap in 2026-04-26" in shelf.index.rejected("daily", "")["2026/04/26/b"]
    assert shelf.index.rejected("daily", "2026/04/27") == {}


def test_a_correction_is_told_by_the_next_issue_of_each_bulletin(shelf: Shelf) -> None:
    """Of each that carried the entry, once."""
    shelf.publish(written("a"), written("b"), name="2026-04-26")
    shelf.publish(written("a"), slug="weekly", name="2026-04-26")
    shelf.publish(written("z"), slug="other", name="2026-04-26")
    shelf.revise(written("a", corrections=[NOTE]))
    told = {slug: shelf.index.notices(slug) for slug in ("daily", "weekly", "other", "new")}
    assert {slug: [n.entry for n in found] for slug, found in told.items()} == {
        "daily": ["2026/04/26/a"], "weekly": ["2026/04/26/a"], "other": [], "new": [],
    }  # fmt: skip
    shelf.publish(written("c", day="2026/04/27"), name="2026-04-27")
    assert shelf.index.notices("daily") == []
    assert [n.entry for n in shelf.index.notices("weekly")] == ["2026/04/26/a"]


def test_a_correction_that_came_with_the_entry_is_no_notice(shelf: Shelf) -> None:
    """Nothing wrong was ever published."""
    shelf.publish(written("a", corrections=[NOTE]))
    assert shelf.index.notices("daily") == []


def test_a_translation_needs_no_note(shelf: Shelf) -> None:
    """Only corrections do."""
    shelf.publish(written("a", title={"zh": "题"}, corrections=[NOTE]))
    shelf.revise(written("a", corrections=[NOTE]), "translation")
    assert shelf.index.notices("daily") == []


def test_only_the_new_note_is_told(shelf: Shelf) -> None:
    """An entry that is corrected twice tells each once."""
    shelf.publish(written("a"), name="2026-04-26")
    shelf.revise(written("a", corrections=[NOTE]))
    shelf.publish(written("b", day="2026/04/27"), name="2026-04-27")
    second = {"date": "2026-04-28", "note": both("again")}
    shelf.revise(written("a", corrections=[NOTE, second]))
    (notice,) = shelf.index.notices("daily")
    assert notice.correction.note["en"] == "again (en)"


def test_the_last_commit_that_was_processed(shelf: Shelf) -> None:
    """The newest that a record names."""
    assert shelf.index.last_commit is None
    shelf.publish(written("a"), commit="1" * 40)
    shelf.publish(written("b"), name="2026-04-27")
    assert shelf.index.last_commit == "1" * 40

"""The derived index: what was published where."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from shelf import Shelf, written

from publisher.archive.index import Index
from publisher.archive.overlay import OverlayStore
from publisher.archive.records import LogRecord, append_log, log_file
from publisher.archive.schema import VERSION
from publisher.archive.store import MemoryStore
from publisher.errors import ArchiveError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where an index lies."""
    return tmp_path / "var/index.sqlite"


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
        *(index.calendar(slug, dt.date.min) for slug in slugs),
        index.upcoming(dt.date.min, dt.date.max),
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
    assert index.catch_up() == 1
    assert index.catch_up() == 0
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


class Killed(Exception):
    """The process is gone."""


class DyingIndex(Index):
    """One whose process is killed when something taken down was met, and is to be forgotten."""

    def rebuild(self) -> None:
        """Come to no end."""
        raise Killed


def test_a_file_that_is_to_be_forgotten_is_not_opened_again(full: Shelf, file: Path) -> None:
    """What was taken down stands in it, though its last record is known already."""
    for index in open_index(file, full.store):
        number = index.last_log + 1
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE words (text)")
    append_log(full.store, LogRecord(number=number, what="takedown", taken_down="2026/04/26/a"))
    dying = DyingIndex(file, full.store)
    with pytest.raises(Killed):
        dying.catch_up()
    dying.close()
    for index in open_index(file, full.store):
        assert index.last_log == number
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT name FROM sqlite_schema WHERE name = 'words'").fetchall() == []
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_a_rehearsal_changes_only_its_copy(full: Shelf) -> None:
    """What is frozen in it is known to it alone."""
    before, overlay = told(full.index), OverlayStore(full.store)
    copy = full.index.rehearsal(overlay)
    record = full.store.get(log_file(1)) or b""
    assert overlay.put_new(log_file(8), record.replace(b'"number": 1', b'"number": 8'))
    copy.catch_up()
    assert (copy.last_log, told(full.index)) == (8, before)


def test_a_rehearsal_over_a_file_is_forgotten(full: Shelf, file: Path) -> None:
    """Others read as before meanwhile; when it is closed, the index goes on."""
    for index in open_index(file, full.store):
        before, overlay = told(index), OverlayStore(full.store)
        rehearsal = index.rehearsal(overlay)
        record = full.store.get(log_file(1)) or b""
        assert overlay.put_new(log_file(8), record.replace(b'"number": 1', b'"number": 8'))
        assert (rehearsal.catch_up(), rehearsal.last_log) == (1, 8)
        for other in open_index(file, full.store):
            assert (told(other), told(index)) == (before, before)
        rehearsal.close()
        assert told(index) == before
        full.publish(written("f", day="2026/05/02"), name="2026-05-02")
        assert index.catch_up() == 1


def test_who_would_write_waits_for_a_rehearsal(full: Shelf, file: Path) -> None:
    """Nothing is refused: the other one catches up when it is over."""
    for index in open_index(file, full.store):
        rehearsal = index.rehearsal(OverlayStore(full.store))
        full.publish(written("f", day="2026/05/02"), name="2026-05-02")
        found: list[int] = []

        def catch_up(found: list[int] = found) -> None:
            found.extend(other.last_log for other in open_index(file, full.store))

        thread = Thread(target=catch_up)
        thread.start()
        thread.join(0.1)
        assert found == []
        rehearsal.close()
        thread.join(30)
        assert found == [full.index.last_log]


def test_a_rehearsal_of_a_shared_index_keeps_nobody_waiting(full: Shelf, file: Path) -> None:
    """Who rehearses may be stalled, and another process takes over."""
    index = Index(file, full.store, is_shared=True)
    index.catch_up()
    rehearsal = index.rehearsal(OverlayStore(full.store))
    full.publish(written("f", day="2026/05/02"), name="2026-05-02")
    for other in open_index(file, full.store):
        assert other.last_log == full.index.last_log
    assert rehearsal.last_log == full.index.last_log - 1
    rehearsal.close()
    index.close()


def test_what_is_opened_again_is_only_read(full: Shelf, file: Path) -> None:
    """As a forked process needs it; a rehearsal is known to one process only."""
    for index in open_index(file, full.store):
        again = index.reopened()
        assert told(again) == told(index)
        full.publish(written("f", day="2026/05/02"), name="2026-05-02")
        with pytest.raises(ArchiveError, match="readonly"):
            again.catch_up()
        again.close()
        rehearsal = index.rehearsal(OverlayStore(full.store))
        with pytest.raises(ValueError, match="one process"):
            rehearsal.reopened()
        rehearsal.close()
    assert full.index.reopened() is full.index


def test_what_is_only_read_stays_as_it_was(full: Shelf, file: Path) -> None:
    """Whatever another process writes meanwhile; what was asked before is remembered."""
    for index in open_index(file, full.store):
        again = index.reopened()
        before = told(again)
        full.publish(written("f", day="2026/05/02"), name="2026-05-02")
        index.catch_up()
        assert told(again) == before != told(index)
        assert told(again) == before
        again.close()


def test_the_file_may_be_copied_while_it_is_open(full: Shelf, file: Path) -> None:
    """As a backup does: at worst it is made again."""
    for _ in open_index(file, full.store):
        shutil.copy(file, file.with_name("copy.sqlite"))
        for copy in open_index(file.with_name("copy.sqlite"), full.store):
            assert told(copy) == told(full.index)

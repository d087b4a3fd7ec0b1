"""The archive as it was."""

from __future__ import annotations

import pytest
from shelf import Shelf, written

from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.past import PastStore, record_of
from publisher.archive.records import entry_file, issue_file
from publisher.errors import ArchiveError


def number_of(shelf: Shelf, bulletin: str, name: str) -> int:
    record = record_of(shelf.store, bulletin, name)
    assert record is not None
    return record.number


def test_an_archive_at_every_time(full: Shelf) -> None:
    """Before each record it is what the index knew then, whatever came later."""
    for number in range(1, full.index.last_log + 2):
        past = PastStore(full.store, number)
        index = Index(None, past)
        index.catch_up()
        assert index.last_log == number - 1
        library = Library(past, index)
        for key in index.all_entries():
            assert library.entry(key).revision == key.revision
        for issue in index.issues():
            assert library.issue(issue).issue.name == issue.name


def test_what_came_with_a_record_is_hidden(full: Shelf) -> None:
    """The issue, its new entries and the record; not what was there before."""
    past = PastStore(full.store, number_of(full, "daily", "2026-04-27"))
    hidden = set(full.store.list("")) - set(past.list(""))
    assert issue_file("daily", "2026-04-27", 1) in hidden
    assert entry_file("2026/04/27/c", 1) in hidden
    assert entry_file("2026/04/26/a", 1) not in hidden
    assert issue_file("daily", "2026-04-26", 1) not in hidden
    assert all(past.get(each) is None for each in hidden)
    assert past.get(entry_file("2026/04/26/a", 1)) == full.store.get(entry_file("2026/04/26/a", 1))


def test_an_entry_that_is_carried_again_was_there(full: Shelf) -> None:
    """What a later record names once more was brought by the first."""
    past = PastStore(full.store, number_of(full, "weekly", "2026-04-27"))
    assert past.get(entry_file("2026/04/26/a", 1)) is not None


def test_later_revisions_are_hidden(full: Shelf) -> None:
    """A correction that came later had not been made."""
    past = PastStore(full.store, number_of(full, "dates", "2026-05-02") + 1)
    assert past.get(entry_file("2026/04/26/b", 1)) is not None
    assert past.get(entry_file("2026/04/26/b", 2)) is None


def test_what_no_record_names_is_shown(shelf: Shelf) -> None:
    """It may have been there: what a killed run left has a say in the numbers of revisions."""
    shelf.publish(written("a"))
    shelf.store.put_new(entry_file("2026/04/26/z", 1), b"left behind")
    assert PastStore(shelf.store, 1).get(entry_file("2026/04/26/z", 1)) == b"left behind"


def test_the_past_is_over(shelf: Shelf) -> None:
    """Nothing is written or deleted in it."""
    past = PastStore(shelf.store, 1)
    with pytest.raises(ArchiveError, match="cannot be written into the past"):
        past.put_new("log/00000001.json", b"")
    with pytest.raises(ArchiveError, match="cannot be deleted in the past"):
        past.delete("log/00000001.json")


def test_the_record_of_an_issue(full: Shelf) -> None:
    """That of its first revision; none for an issue that was never frozen."""
    record = record_of(full.store, "daily", "2026-04-26")
    assert record is not None
    assert (record.number, record.issue_revision) == (1, 1)
    assert record_of(full.store, "daily", "2030-01-01") is None

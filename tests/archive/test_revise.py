"""Later revisions: what editors changed in published things."""

from __future__ import annotations

import datetime as dt

from builders import LANGUAGES, SLOT, both, publication
from shelf import Shelf, written

from publisher.archive.freeze import Commit
from publisher.archive.revise import entry_edits, identity_of, issue_edit, revise
from publisher.content.issue_file import IssueFile

NOTE = {"date": "2026-04-27", "note": both("wrong")}
LATER = SLOT + dt.timedelta(days=1)
PROSE = {"id": "overview", "block": "prose", "optional": True}
TOP = {"id": "top", "block": "entries", "select": {}}


def test_identity(shelf: Shelf) -> None:
    """Of a file: the id under which it, or an alias of it, was first published; else its own."""
    shelf.publish(written("a"))
    renamed = written("b", aliases=["2026/04/26/a"])
    assert identity_of(shelf.library, written("a")) == "2026/04/26/a"
    assert identity_of(shelf.library, renamed) == "2026/04/26/a"
    assert identity_of(shelf.library, written("new")) == "2026/04/26/new"
    shelf.revise(renamed, "rename", "2026/04/26/a")
    assert identity_of(shelf.library, written("c", aliases=["2026/04/26/b"])) == "2026/04/26/a"


def test_only_published_entries_that_differ(shelf: Shelf) -> None:
    """A new file is no edit, and neither is one that is as it was."""
    shelf.publish(written("a"), written("b"))
    found = list(
        entry_edits(shelf.library, [written("a"), written("b", importance=5), written("n")])
    )
    assert [edit.published.id for edit in found] == ["2026/04/26/b"]
    assert (found[0].change.kind, found[0].change.is_edited) == (None, True)


def test_corrections_become_revisions(shelf: Shelf) -> None:
    """With their time and a record; other edits become none."""
    shelf.publish(written("a"), written("b"))
    files = [written("a", title=both("new"), corrections=[NOTE]), written("b", importance=5)]
    edits = list(entry_edits(shelf.library, files))
    assert revise(shelf.library, edits, [], Commit("0" * 40), LATER) == 1
    found = shelf.library.newest(["2026/04/26/a", "2026/04/26/b"])
    assert [each.revision for each in found.values()] == [2, 1]
    assert found["2026/04/26/a"].at == LATER
    assert shelf.index.last_commit == "0" * 40


def test_a_second_run_finds_nothing(shelf: Shelf) -> None:
    """What became a revision is what is published."""
    shelf.publish(written("a"))
    edited = written("a", corrections=[NOTE])
    revise(shelf.library, list(entry_edits(shelf.library, [edited])), [], Commit(), LATER)
    assert list(entry_edits(shelf.library, [edited])) == []


def test_a_rename_is_a_revision(shelf: Shelf) -> None:
    """Found by its alias, though nothing else changed."""
    shelf.publish(written("a"))
    edits = list(entry_edits(shelf.library, [written("b", aliases=["2026/04/26/a"])]))
    revise(shelf.library, edits, [], Commit(), LATER)
    found = shelf.library.newest(["2026/04/26/a"])["2026/04/26/a"]
    assert (found.kind, found.entry.id) == ("rename", "2026/04/26/b")


def test_an_issue_is_revised(shelf: Shelf) -> None:
    """A correction of its file makes a revision and a record of its own."""
    published = shelf.publish(written("a"), sections=[PROSE, TOP])
    file = IssueFile.model_validate({"corrections": [NOTE]}, context=LANGUAGES)
    edit = issue_edit(published, file, publication())
    assert edit is not None
    assert revise(shelf.library, [], [edit], Commit(), LATER) == 1
    key = shelf.index.issue("daily", "2026-04-26")
    assert key is not None
    assert (key.revision, shelf.library.issue(key).at) == (2, LATER)
    assert shelf.library.issue(key).issue.corrections[0].note["en"] == "wrong (en)"


def test_a_file_that_says_the_same_is_no_edit(shelf: Shelf) -> None:
    """As it was when the issue came out."""
    assert issue_edit(shelf.publish(written("a")), IssueFile(), publication()) is None

"""Later revisions: what editors changed in published entries and issues since the last commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from publisher.archive.freeze import Commit, log_revision, revise_entry, revise_issue
from publisher.archive.library import Library
from publisher.config.publication import Publication
from publisher.content.entry import Entry
from publisher.content.issue_file import IssueFile
from publisher.content.table import Table
from publisher.issue.changes import EntryChange, IssueChange, entry_change, issue_change
from publisher.issue.issue import EntryRevision, IssueRevision


@dataclass(frozen=True, slots=True)
class EntryEdit:
    """A published entry whose file says something else now."""

    published: EntryRevision
    change: EntryChange


@dataclass(frozen=True, slots=True)
class IssueEdit:
    """A published issue whose file, or one of its tables, says something else now."""

    published: IssueRevision
    change: IssueChange


def identity_of(library: Library, entry: Entry) -> str:
    """What an entry is known by: its id, or that of an alias under which it was published."""
    for name in (entry.id, *entry.aliases):
        if (found := library.index.identity(name)) is not None:
            return found
    return entry.id


def entry_edits(library: Library, entries: Iterable[Entry]) -> Iterator[EntryEdit]:
    """The published ones of some entries that differ from what was published."""
    for entry in entries:
        key = library.index.entry(identity_of(library, entry))
        if key is None:
            continue
        published = library.entry(key)
        change = entry_change(published.entry, entry)
        if change.kind or change.is_edited:
            yield EntryEdit(published, change)


def issue_edit(
    published: IssueRevision,
    written: IssueFile,
    publication: Publication,
    tables: Mapping[str, Table] | None = None,
) -> IssueEdit | None:
    """What became of a published issue; None where its file and tables say what it says."""
    change = issue_change(published.issue, written, publication, tables)
    is_same = not (change.kind or change.is_edited or change.tables)
    return None if is_same else IssueEdit(published, change)


def revise(
    library: Library,
    entries: Iterable[EntryEdit],
    issues: Iterable[IssueEdit],
    commit: Commit,
    at: dt.datetime,
) -> int:
    """Freeze the corrections and translations among the edits; how many there were."""
    store, index = library.store, library.index
    revised = [
        revise_entry(store, edit.published, edit.change.entry, edit.change.kind, at)
        for edit in entries
        if edit.change.kind
    ]
    if revised:
        log_revision(store, index.last_log, commit.id, entries=revised)
        index.catch_up()
    changed = [edit for edit in issues if edit.change.kind]
    for edit in changed:
        kind = edit.change.kind or "correction"
        new = revise_issue(store, edit.published, edit.change.issue, kind, at)
        log_revision(store, index.last_log, commit.id, issue=new)
        index.catch_up()
    return len(revised) + len(changed)

"""Freezing: from an assembled issue to immutable files.

The order makes every interruption harmless: images and entries first, then the issue's first
revision in one step (the commit point: who comes second reads what is there), then the record in
the log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publisher.archive.records import (
    LogRecord,
    append_log,
    blob_file,
    dump,
    entry_file,
    get,
    get_entry,
    get_issue,
    issue_file,
)
from publisher.archive.store import Store
from publisher.content.entry import Entry
from publisher.issue.assemble import Assembled
from publisher.issue.changes import gained_languages
from publisher.issue.issue import EntryRevision, Issue, IssueRevision, Revision, RevisionKind


@dataclass(frozen=True, slots=True)
class Commit:
    """The content's state that is being frozen: None for a commit where git is not used."""

    id: str | None = None
    is_clean: bool = True


def freeze(
    store: Store,
    assembled: Assembled,
    frozen: Mapping[str, EntryRevision],
    commit: Commit,
) -> IssueRevision:
    """Freeze an issue and the entries it is the first to show; give back what counts.

    `frozen` holds the newest revision of those that were published before, by identity.
    """
    issue = assembled.issue
    for name, data in sorted(assembled.blobs.items()):
        store.put_new(blob_file(name), data)
    revisions = {
        entry.id: _freeze_entry(store, entry, _moment(issue, place, len(assembled.entries)))
        for place, entry in enumerate(assembled.entries)
        if entry.id not in frozen
    }
    revision = IssueRevision(
        revision=1,
        published=issue.slot,
        at=issue.slot,
        commit=commit.id,
        reproducible=commit.id is not None and commit.is_clean,
        issue=_with_revisions(issue, revisions),
    )
    store.put_new(issue_file(issue.bulletin, issue.name, 1), dump(revision))
    return get_issue(store, issue.bulletin, issue.name, 1)


def _moment(issue: Issue, place: int, count: int) -> dt.datetime:
    """The slot, some milliseconds later for each place from the end.

    Feed readers sort by time, so the issue's own order survives in them; and two entries of a
    feed that were updated at the same instant are a warning of the W3C's feed validator
    (DuplicateUpdated).
    """
    return issue.slot + dt.timedelta(milliseconds=count - place)


def _freeze_entry(store: Store, entry: Entry, slot: dt.datetime) -> int:
    """Write a first revision and give back its number.

    A file that differs is there only where a freeze was interrupted and the content was edited
    since: nothing refers to it, and it keeps its number.
    """
    number = 1
    while True:
        revision = EntryRevision(revision=number, published=slot, at=slot, entry=entry)
        path = entry_file(entry.id, number)
        if store.put_new(path, dump(revision)) or store.get(path) == dump(revision):
            return number
        number += 1


def _with_revisions(issue: Issue, revisions: Mapping[str, int]) -> Issue:
    sections = [
        section.model_copy(
            update={
                "entries": [
                    placed.model_copy(
                        update={"revision": revisions.get(placed.entry, placed.revision)}
                    )
                    for placed in section.entries
                ]
            }
        )
        for section in issue.sections
    ]
    return issue.model_copy(update={"sections": sections})


def log_freeze(store: Store, revision: IssueRevision, after: int) -> LogRecord:
    """Record a frozen issue; `after` is the last number that is known."""
    issue = revision.issue
    return append_log(
        store,
        LogRecord(
            number=after + 1,
            what="freeze",
            bulletin=issue.bulletin,
            issue=issue.name,
            issue_revision=revision.revision,
            entries=list({placed.entry: placed.revision for placed in issue.placed()}.items()),
            commit=revision.commit,
        ),
    )


def revise_entry(
    store: Store, old: EntryRevision, entry: Entry, kind: RevisionKind, at: dt.datetime
) -> EntryRevision:
    """Freeze a later revision of an entry; its time is always after the one before.

    Where an interrupted run has left this very revision behind, that one counts.
    """
    at = _after(old.at, at)
    new = EntryRevision(
        revision=old.revision + 1,
        kind=kind,
        published=old.published,
        at=at,
        identity=old.id if entry.id != old.id else None,
        entry=entry,
    )
    if kind == "translation":
        new = new.model_copy(update=_gained(old, gained_languages(old.entry, entry), at))
    while not store.put_new(entry_file(old.id, new.revision), dump(new)):
        there = get_entry(store, old.id, new.revision)
        if (there.kind, there.entry) == (kind, entry):
            return there
        new = new.model_copy(update={"revision": new.revision + 1})
    return new


def revise_issue(
    store: Store, old: IssueRevision, issue: Issue, kind: RevisionKind, at: dt.datetime
) -> IssueRevision:
    """Freeze a later revision of an issue; its time is always after the one before.

    Where an interrupted run has left this very revision behind, that one counts.
    """
    at = _after(old.at, at)
    gained: dict[str, Any] = {"unless_gained": None, "gained": None}
    if kind == "translation":
        gained = _gained(old, gained_languages(old.issue, issue), at)
    new = old.model_copy(
        update={"revision": old.revision + 1, "kind": kind, "at": at, "issue": issue, **gained}
    )
    while not store.put_new(issue_file(issue.bulletin, issue.name, new.revision), dump(new)):
        there = get_issue(store, issue.bulletin, issue.name, new.revision)
        if (there.kind, there.issue) == (kind, issue):
            return there
        new = new.model_copy(update={"revision": new.revision + 1})
    return new


def log_revision(
    store: Store,
    after: int,
    commit: str | None,
    *,
    entries: Sequence[EntryRevision] = (),
    issue: IssueRevision | None = None,
) -> LogRecord:
    """Record later revisions; with none of them, that a commit was processed."""
    return append_log(
        store,
        LogRecord(
            number=after + 1,
            what="revise",
            bulletin=issue.issue.bulletin if issue else None,
            issue=issue.issue.name if issue else None,
            issue_revision=issue.revision if issue else None,
            entries=[(each.id, each.revision) for each in entries],
            commit=commit,
        ),
    )


def find_issue(store: Store, bulletin: str, name: str) -> IssueRevision | None:
    """The first revision of an issue, if it was ever frozen."""
    return get(store, issue_file(bulletin, name, 1), IssueRevision)


def _gained(old: Revision, languages: Iterable[str], at: dt.datetime) -> dict[str, Any]:
    """A translation is news in its own languages; in the others all is as it was."""
    gained = {**(old.gained or {}), **dict.fromkeys(sorted(languages), at)}
    return {"unless_gained": old.unless_gained or old.at, "gained": gained}


def _after(before: dt.datetime, at: dt.datetime) -> dt.datetime:
    return at if at > before else before + dt.timedelta(seconds=1)

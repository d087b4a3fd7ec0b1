"""An archive in memory, into which issues are frozen as the desk does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from builders import LANGUAGES, both, bulletin, publication

from publisher.archive.freeze import (
    Commit,
    freeze,
    log_freeze,
    log_revision,
    revise_entry,
    revise_issue,
)
from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.store import MemoryStore
from publisher.content.entry import Entry
from publisher.content.issue_file import IssueFile
from publisher.issue.assemble import Assembled, assemble, order_of
from publisher.issue.choose import History, Pool
from publisher.issue.issue import EntryRevision, Issue, IssueRevision, RevisionKind
from publisher.issue.supplies import Supplies


def written(name: str = "one", day: str = "2026/04/26", **changes: Any) -> Entry:
    """An entry as an editor wrote it."""
    data = {"id": f"{day}/{name}", "kind": "event", "title": both(f"Title {name}")}
    return Entry.model_validate(data | changes, context=LANGUAGES)


class Shelf:
    """A store, its index, and the library over both."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.index = Index(None, self.store)
        self.library = Library(self.store, self.index)

    def assemble(
        self,
        *entries: Entry,
        name: str = "2026-04-26",
        slug: str = "daily",
        file: Mapping[str, Any] | None = None,
        supplies: Supplies | None = None,
        **settings: Any,
    ) -> Assembled:
        """An issue of these entries; `file` is what its issue file says."""
        issue_file = None if file is None else IssueFile.model_validate(file, context=LANGUAGES)
        order = order_of(publication(), slug, bulletin(**settings), name, issue_file)
        dates = [key.id for key in self.index.upcoming(order.day, dt.date.max)]
        history = History(
            carried=self.index.carried(slug, ""),
            rejected=self.index.rejected(slug, ""),
            issues=self.index.count(slug),
            frozen=self.library.newest([*(each.id for each in entries), *dates]),
            notices=tuple(self.index.notices(slug)),
        )
        pool = Pool({each.id: each for each in entries})
        return assemble(order, pool, history, supplies or Supplies())

    def publish(self, *entries: Entry, commit: str | None = None, **options: Any) -> IssueRevision:
        """Freeze an issue, and record it."""
        made = self.assemble(*entries, **options)
        frozen = self.library.newest(each.id for each in made.entries)
        revision = freeze(self.store, made, frozen, Commit(commit))
        log_freeze(self.store, revision, self.index.last_log)
        self.index.catch_up()
        return revision

    def revise(
        self, entry: Entry, kind: RevisionKind = "correction", identity: str | None = None
    ) -> EntryRevision:
        """Freeze a later revision of an entry, and record it."""
        old = self.library.newest([identity or entry.id])[identity or entry.id]
        new = revise_entry(self.store, old, entry, kind, old.at + dt.timedelta(days=1))
        log_revision(self.store, self.index.last_log, None, entries=[new])
        self.index.catch_up()
        return new

    def revise_issue(
        self, old: IssueRevision, issue: Issue, kind: RevisionKind = "correction"
    ) -> IssueRevision:
        """Freeze a later revision of an issue, and record it."""
        new = revise_issue(self.store, old, issue, kind, old.at + dt.timedelta(days=1))
        log_revision(self.store, self.index.last_log, None, issue=new)
        self.index.catch_up()
        return new

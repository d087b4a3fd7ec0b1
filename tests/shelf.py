"""An archive in memory, into which issues are frozen as the desk does it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from builders import LANGUAGES, both, bulletin, publication

from publisher.archive.freeze import Commit, freeze, log_freeze, log_revision, revise_entry
from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.store import MemoryStore
from publisher.content.entry import Entry
from publisher.issue.assemble import Assembled, assemble
from publisher.issue.choose import History, Pool
from publisher.issue.issue import EntryRevision, IssueRevision, RevisionKind


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
        self, *entries: Entry, name: str = "2026-04-26", slug: str = "daily", **settings: Any
    ) -> Assembled:
        """An issue of these entries."""
        return assemble(
            publication(), slug, bulletin(**settings), name,
            pool=Pool({each.id: each for each in entries}),
            history=History(
                carried=self.index.carried(slug, ""),
                issues=self.index.count(slug),
                frozen=self.library.newest(each.id for each in entries),
                notices=tuple(self.index.notices(slug)),
            ),
        )  # fmt: skip

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

"""Reading the archive: the newest revisions, found by the index, kept for the time of one run."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial

from publisher.archive import records
from publisher.archive.index import Index
from publisher.archive.queries import EntryKey, IssueKey
from publisher.archive.store import Store
from publisher.config.bulletin import Bulletin
from publisher.issue.issue import EntryRevision, IssueRevision

_KEPT = 2000
_KEPT_ISSUES = 400  # a year's, for its list; each is ten times as large as an entry


class Library:
    """The newest revision of everything that was published."""

    def __init__(self, store: Store, index: Index) -> None:
        self.store = store
        self.index = index
        self._read_entry = lru_cache(_KEPT)(partial(records.get_entry, store))
        self._read_issue = lru_cache(_KEPT_ISSUES)(partial(records.get_issue, store))

    def forget(self) -> None:
        """Forget what was read: something was taken down."""
        self._read_entry.cache_clear()
        self._read_issue.cache_clear()

    def taken_down(self) -> dict[str, records.Tombstone]:
        """What was taken down by law, by every name that it had."""
        return {name: each for each in records.tombstones(self.store) for name in each.names}

    def reopened(self) -> Library:
        """The same for a forked process; see `Index.reopened`."""
        index = self.index.reopened()
        return self if index is self.index else Library(self.store, index)

    def entry(self, key: EntryKey) -> EntryRevision:
        """An entry."""
        return self._read_entry(key.id, key.revision)

    def issue(self, key: IssueKey) -> IssueRevision:
        """An issue."""
        return self._read_issue(key.bulletin, key.name, key.revision)

    def published(self, bulletin: str, name: str) -> IssueRevision | None:
        """An issue by its name; None where it was never published."""
        key = self.index.issue(bulletin, name)
        return self.issue(key) if key else None

    def blob(self, name: str) -> bytes:
        """The bytes of an image."""
        return records.get_blob(self.store, name)

    def entries_of(self, issue: IssueRevision) -> dict[str, EntryRevision]:
        """The newest revision of each entry that an issue shows, by identity."""
        return self.newest(placed.entry for placed in issue.issue.placed())

    def newest(self, ids: Iterable[str]) -> dict[str, EntryRevision]:
        """The newest revision of those of the entries that were published, by identity."""
        found = {}
        for entry_id in ids:
            if (key := self.index.entry(entry_id)) is not None:
                found[entry_id] = self.entry(key)
        return found

    def settings(self, bulletin: str) -> Bulletin:
        """The settings of a bulletin as its newest issue knows them."""
        newest = self.index.issues(bulletin, limit=1)[0]
        return self.issue(newest).issue.settings

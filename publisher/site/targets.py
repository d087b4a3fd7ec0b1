"""What the site consists of, and what new records of the archive's log touch.

A *target* is one thing of the site (an issue, an entry, a tag …) in all its editions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.queries import IssueKey
from publisher.archive.records import LogRecord, get_entry, get_issue
from publisher.content.entry import Entry
from publisher.issue.issue import EntryRevision, Issue


class Target(NamedTuple):
    """One thing of the site, in all its editions: its kind, and what names it."""

    kind: str
    name: tuple[str, ...] = ()


# What stands at the front of the site: it changes with every issue.
FRONT = tuple(Target(kind) for kind in ("tags", "stories", "entries", "feeds", "home", "sitemap"))


def everything(index: Index) -> Iterator[Target]:
    """Every target, each after those that it links to."""
    slugs = index.bulletins()
    yield Target("frame")
    for key in index.all_entries():
        yield Target("entry", (key.id,))
    for issue in index.issues():
        yield Target("issue", (issue.bulletin, issue.name))
    for slug in slugs:
        yield from _archive_targets(slug, index.months(slug))
    for kind in ("tag", "story"):
        for name, _ in index.counts(kind, slugs):
            yield Target(kind, (name,))
    for month, _ in index.counts("month", slugs):
        yield Target("entries-month", (month,))
    yield from FRONT


def _archive_targets(slug: str, months: Iterable[tuple[int, int, int]]) -> Iterator[Target]:
    found = list(months)
    for year, month, _ in found:
        yield Target("month", (slug, str(year), str(month)))
    for year in sorted({year for year, _, _ in found}):
        yield Target("year", (slug, str(year)))
    yield Target("bulletin", (slug,))


def moves(library: Library, records: Iterable[LogRecord]) -> bool:
    """Whether something left a place in which it stood: pages or files may be gone then.

    A correction may change tags, story or file name of an entry, take its date from it, or a table
    from an issue; it is rare, and the whole site is looked at.
    """
    return any(
        _entry_moves(library, record) or _table_goes(library, record)
        for record in records
        if record.what == "revise"
    )


def _entry_moves(library: Library, record: LogRecord) -> bool:
    return any(
        _places(get_entry(library.store, entry_id, number).entry)
        != _places(get_entry(library.store, entry_id, number - 1).entry)
        for entry_id, number in record.entries
    )


def _places(entry: Entry) -> tuple[object, ...]:
    is_date = entry.happened is not None
    return entry.id, sorted(entry.tags), entry.story, sorted(entry.aliases), is_date


def _table_goes(library: Library, record: LogRecord) -> bool:
    """Whether an issue lost a table, which has a file of its own on the site."""
    if not (record.bulletin and record.issue and record.issue_revision):
        return False
    now, before = (
        get_issue(library.store, record.bulletin, record.issue, number).issue
        for number in (record.issue_revision, record.issue_revision - 1)
    )
    return not _tables(before) <= _tables(now)


def _tables(issue: Issue) -> set[str]:
    return {section.settings.id for section in issue.sections if section.table}


def touched(library: Library, records: Iterable[LogRecord]) -> list[Target]:
    """The targets that new records of the log change, in the order of `everything`."""
    return list(_Touched(library, list(records)).targets())


class _Touched:
    """What some records of the log change."""

    def __init__(self, library: Library, records: list[LogRecord]) -> None:
        self._library, self._index, self._records = library, library.index, records
        # An entry's page names the issues that show it, so it changes with each of them.
        self._entries = {entry_id for record in records for entry_id, _ in record.entries}
        self._issues = set(self._keys(records))
        fresh = self._fresh()
        changed = fresh | self._revised()
        for key in list(self._issues):
            self._issues |= {each for each in self._index.neighbours(key) if each is not None}
        for entry_id in self._revised():
            self._issues |= set(self._index.carried_in(entry_id))
        self._own = library.newest(sorted(changed)).values()
        # A time line names the issue that was the first to tell of each entry.
        self._timelines = _stories_of(library.newest(sorted(self._entries)).values())
        for story in _stories_of(self._own):
            self._tell_on(story)

    def _keys(self, records: Iterable[LogRecord]) -> Iterator[IssueKey]:
        for record in records:
            if record.bulletin and record.issue:
                key = self._index.issue(record.bulletin, record.issue)
                if key is not None:
                    yield key

    def _revised(self) -> set[str]:
        return {
            entry_id
            for record in self._records
            if record.what == "revise"
            for entry_id, _ in record.entries
        }

    def _fresh(self) -> set[str]:
        """Entries that came to an edition which did not have them: only there lists change."""
        new = set(self._keys(each for each in self._records if each.what == "freeze"))
        return {
            entry_id
            for record in self._records
            if record.what == "freeze"
            for entry_id, _ in record.entries
            if not self._had(entry_id, new)
        }

    def _had(self, entry_id: str, new: set[IssueKey]) -> bool:
        """Whether every edition with an entry had it before the new issues came."""
        issues = set(self._index.carried_in(entry_id))
        return self._editions(issues) == self._editions(issues - new)

    def _editions(self, issues: Iterable[IssueKey]) -> set[str]:
        """The editions of the bulletins of some issues; "*" stands for all there are."""
        found: set[str] = set()
        for slug in {key.bulletin for key in issues}:
            found.update(self._library.settings(slug).editions or ["*"])
        return {"*"} if "*" in found else found

    def _tell_on(self, story: str) -> None:
        """Pages on which a story goes on: “earlier in this story” stands with later entries."""
        index = self._index
        told = [self._library.entry(key) for key in index.entries(index.bulletins(), story=story)]
        own = [each.published for each in self._own if each.entry.story == story]
        self._entries |= {each.id for each in told}
        for each in told:
            if each.published > min(own):
                self._issues |= set(index.carried_in(each.id))

    def targets(self) -> Iterator[Target]:
        """Each once, what is linked to first."""
        yield from (Target("entry", (each,)) for each in sorted(self._entries))
        issues = sorted(self._issues, key=lambda each: (each.slot, each.bulletin))
        yield from (Target("issue", (each.bulletin, each.name)) for each in issues)
        archives = (
            target
            for key in issues
            for target in _archive_targets(key.bulletin, [(key.day.year, key.day.month, 0)])
        )
        yield from dict.fromkeys(archives)
        yield from (Target("tag", (each,)) for each in sorted(self._tags()))
        yield from (Target("story", (each,)) for each in self._timelines)
        months = sorted({f"{each.entry.filed:%Y-%m}" for each in self._own})
        yield from (Target("entries-month", (each,)) for each in months)
        yield from FRONT

    def _tags(self) -> set[str]:
        return {tag for each in self._own for tag in each.entry.tags}


def _stories_of(revisions: Iterable[EntryRevision]) -> list[str]:
    return sorted({each.entry.story for each in revisions if each.entry.story})

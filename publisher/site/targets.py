"""What the site consists of, and what new records of the archive's log touch.

A *target* is one thing of the site (an issue, an entry, a tag …) in all its editions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from publisher.archive.index import Index, IssueKey
from publisher.archive.library import Library
from publisher.archive.records import LogRecord, get_entry
from publisher.content.entry import Entry


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
    """Whether an entry left a list that it stood in: pages may be gone then.

    A correction may change tags, story or file name; it is rare, and the whole site is looked at.
    """
    return any(
        _places(get_entry(library.store, entry_id, number).entry)
        != _places(get_entry(library.store, entry_id, number - 1).entry)
        for record in records
        if record.what == "revise"
        for entry_id, number in record.entries
    )


def _places(entry: Entry) -> tuple[object, ...]:
    return entry.id, sorted(entry.tags), entry.story, sorted(entry.aliases)


def touched(library: Library, records: Iterable[LogRecord]) -> list[Target]:
    """The targets that new records of the log change, in the order of `everything`."""
    index = library.index
    found: dict[Target, None] = {}
    entries: set[str] = set()
    issues: set[IssueKey] = set()
    for record in records:
        entries |= {entry_id for entry_id, _ in record.entries}
        if record.bulletin and record.issue:
            issues |= {
                key for key in [index.issue(record.bulletin, record.issue)] if key is not None
            }
    for key in sorted(issues, key=lambda each: (each.slot, each.bulletin)):
        issues |= {each for each in index.neighbours(key) if each is not None}
    for entry_id in sorted(entries):
        issues |= set(index.carried_in(entry_id))
    own = library.newest(sorted(entries)).values()
    stories = sorted({each.entry.story for each in own if each.entry.story})
    for story in stories:
        entries |= {key.id for key in index.entries(index.bulletins(), story=story)}
    found.update({Target("entry", (each,)): None for each in sorted(entries)})
    for key in sorted(issues, key=lambda each: (each.slot, each.bulletin)):
        found[Target("issue", (key.bulletin, key.name))] = None
    for key in sorted(issues, key=lambda each: (each.slot, each.bulletin)):
        months = [(key.day.year, key.day.month, 0)]
        found.update(dict.fromkeys(_archive_targets(key.bulletin, months)))
    for tag in sorted({tag for each in own for tag in each.entry.tags}):
        found[Target("tag", (tag,))] = None
    found.update({Target("story", (each,)): None for each in stories})
    for month in sorted({f"{each.entry.filed:%Y-%m}" for each in own}):
        found[Target("entries-month", (month,))] = None
    found.update(dict.fromkeys(FRONT))
    return list(found)

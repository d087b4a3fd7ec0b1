"""How a feed's history is divided into archives (RFC 5005 §4), and which of them a change moves.

The items of a month are taken in the order in which they came out, and a part ends before the item
that would make it too large.  Every part but the last of all is *closed*: it is an archive, and
what comes out later is in later ones.  What decides is what was frozen first, so corrections move
no item from one part to another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import NamedTuple

from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.queries import IssueKey

# A part has at most so many items, of so many bytes in the archive together: the newest part stands
# in the feed itself, which aggregators take up to some size.
MOST_ITEMS = 25
MOST_WEIGHT = 60_000

# The feed of all entries, beside those of the bulletins (a name that no bulletin can have).
ENTRIES = "entries"

# What came out in some months: the identities of entries, or the names of issues.
ByMonth = Mapping[str, Set[str]]


class Part(NamedTuple):
    """Some items of a month: identities of entries or names of issues, the oldest first."""

    month: str
    number: int
    names: tuple[str, ...]

    @property
    def place(self) -> tuple[str, int]:
        """What names it."""
        return self.month, self.number


class Near(NamedTuple):
    """A closed part, and the closed ones before and after it."""

    part: Part
    before: Part | None
    after: Part | None


def divided(month: str, weighed: Iterable[tuple[str, int]]) -> list[Part]:
    """The parts of a month."""
    groups: list[list[str]] = []
    total = 0
    for name, weight in weighed:
        total += weight
        if not groups or len(groups[-1]) == MOST_ITEMS or total > MOST_WEIGHT:
            groups.append([])
            total = weight
        groups[-1].append(name)
    return [Part(month, at, tuple(names)) for at, names in enumerate(groups, 1)]


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a feed; no more months are looked at than are asked for."""

    months: list[str]
    weighed: Callable[[str], Iterable[tuple[str, int]]]

    def closed(self) -> Iterator[Part]:
        """Every archive, the oldest first."""
        for month in self.months:
            yield from self._closed(divided(month, self.weighed(month)), month)

    def newest(self) -> tuple[Part | None, Part | None]:
        """The newest archive, and the part that is still open."""
        found = self._window(len(self.months) - 1, 1)
        return found[-2] if len(found) > 1 else None, found[-1] if found else None

    def near(self, month: str, number: int) -> Near | None:
        """An archive and its neighbours; None where there is no such archive."""
        if month not in self.months:
            return None
        found = self._closed(self._window(self.months.index(month), 1), month, 1)
        for at, part in enumerate(found):
            if part.place == (month, number):
                before, after = found[at - 1] if at else None, found[at + 1 : at + 2]
                return Near(part, before, after[0] if after else None)
        return None

    def moved(self, fresh: ByMonth) -> Iterator[Part]:
        """Archives that are new, have other items or other neighbours, now that some items came.

        These are the first part with a new item and those after it, and where one was closed
        by this, the one before that, which now names it.
        """
        for month, names in fresh.items():
            if month not in self.months:
                continue
            window = self._window(self.months.index(month), 2)
            held = [
                at for at, part in enumerate(window)
                if part.month == month and not names.isdisjoint(part.names)
            ]  # fmt: skip
            if held:
                is_new = window[held[0]].names[0] in names
                first = max(held[0] - (2 if is_new else 1), 0)
                yield from self._closed(window[first:], month, 1)

    def holding(self, revised: ByMonth) -> Iterator[Part]:
        """The archives in which some items stand."""
        for month, names in revised.items():
            if month in self.months:
                found = self._closed(divided(month, self.weighed(month)), month)
                yield from (part for part in found if not names.isdisjoint(part.names))

    def _window(self, at: int, before: int) -> list[Part]:
        """The parts of a month, of so many months before it, and of the one after it."""
        months = self.months[max(at - before, 0) : at + 2]
        return [part for each in months for part in divided(each, self.weighed(each))]

    def _closed(self, parts: list[Part], month: str, after: int = 0) -> list[Part]:
        """The closed ones of some parts, which end with a month or so many months after it."""
        is_end = self.months.index(month) + after >= len(self.months) - 1
        return parts[:-1] if is_end else parts


def entry_parts(index: Index, bulletins: Iterable[str]) -> Parts:
    """The parts of the feed of all entries, where there are only some bulletins."""
    slugs = tuple(bulletins)
    return Parts(
        index.feed_months(slugs),
        lambda month: [(key.id, weight) for key, weight in index.feed_entries(slugs, month)],
    )


def issue_parts(index: Index, slug: str) -> Parts:
    """The parts of the feed of a bulletin."""
    return Parts(
        index.feed_issue_months(slug),
        lambda month: [(key.name, weight) for key, weight in index.feed_issues(slug, month)],
    )


def all_archives(index: Index) -> Iterator[tuple[str, ...]]:
    """(feed, month, number) of every archive that an edition may have.

    An edition with some of the bulletins has no more parts in a month than all of them have.
    """
    slugs = index.bulletins()
    for part in entry_parts(index, slugs).closed():
        yield _name(ENTRIES, part)
    for slug in slugs:
        yield from (_name(slug, part) for part in issue_parts(index, slug).closed())


@dataclass(frozen=True, slots=True)
class Changes:
    """What new records of the log bring to feeds: entries that came and were revised, and issues.

    `shelves` are the bulletins of each edition, as far as they differ.
    """

    library: Library
    shelves: Iterable[tuple[str, ...]]
    fresh: Set[str]
    revised: Set[str]
    new_issues: Set[IssueKey]
    revised_issues: Set[IssueKey]

    def archives(self) -> list[tuple[str, ...]]:
        """(feed, month, number) of each archive that is to be written again."""
        index, found = self.library.index, set[tuple[str, ...]]()
        fresh, revised = self._by_month(self.fresh), self._by_month(self.revised)
        for shelf in self.shelves:
            parts = entry_parts(index, shelf)
            for part in (*parts.moved(fresh), *parts.holding(revised)):
                found.add(_name(ENTRIES, part))
        for slug in {key.bulletin for key in self.new_issues | self.revised_issues}:
            parts = issue_parts(index, slug)
            new, again = (
                _grouped((key.slot, key.name) for key in keys if key.bulletin == slug)
                for keys in (self.new_issues, self.revised_issues)
            )
            found.update(_name(slug, part) for part in (*parts.moved(new), *parts.holding(again)))
        return sorted(found)

    def _by_month(self, ids: Iterable[str]) -> ByMonth:
        entries = self.library.newest(sorted(ids))
        return _grouped((each.published, name) for name, each in entries.items())


def _grouped(dated: Iterable[tuple[dt.datetime, str]]) -> ByMonth:
    found: dict[str, set[str]] = {}
    for moment, name in dated:
        found.setdefault(f"{moment.astimezone(dt.UTC):%Y-%m}", set()).add(name)
    return found


def _name(feed: str, part: Part) -> tuple[str, ...]:
    return feed, part.month, str(part.number)

"""What the site consists of, and what new records of the archive's log touch.

A *target* is one thing of the site (an issue, an entry, a tag …) in all its editions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sized
from typing import NamedTuple

from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.queries import IssueKey
from publisher.archive.records import LogRecord, get_entry
from publisher.content.entry import Entry
from publisher.site.feed_parts import Changes, all_archives


class Target(NamedTuple):
    """One thing of the site, in all its editions: its kind, and what names it."""

    kind: str
    name: tuple[str, ...] = ()


# What stands at the front of the site: it changes with every issue.
_FRONT = ("tags", "stories", "entries", "feeds", "home", "sitemap-pages", "sitemap")
FRONT = tuple(map(Target, _FRONT))

# Lists show so many; where there are more, the pages of months and years have all.
LATEST = 30

# A year of a tag with more entries than these has a page for each of its months.
DIVIDED = 60


def is_divided(index: Index, tag: str, year: int) -> bool:
    """Whether a year of a tag has pages of its months: in all editions, or in none."""
    return dict(index.years(tag, index.bulletins())).get(year, 0) > DIVIDED


def everything(index: Index) -> Iterator[Target]:
    """Every target, what is linked to first but where two link to each other."""
    slugs = index.bulletins()
    yield Target("frame")
    yield from _month_by_month(index)
    for slug in slugs:
        years = sorted({year for year, _, _ in index.months(slug)})
        yield from (Target("year", (slug, str(year))) for year in years)
        yield Target("bulletin", (slug,))
    for kind in ("tag", "story"):
        yield from (Target(kind, (name,)) for name, _ in index.counts(kind, slugs))
    for tag, _ in index.counts("tag", slugs):
        yield from (Target("tag-year", (tag, str(year))) for year, _ in index.years(tag, slugs))
    yield from (Target("stories-year", (str(year),)) for year, _ in index.story_years(slugs))
    months = {month for month, _ in index.counts("month", slugs)}
    yield from (Target("entries-year", (year,)) for year in sorted({each[:4] for each in months}))
    for slug in slugs:
        months |= {f"{year:04}-{month:02}" for year, month, _ in index.months(slug)}
    yield from (Target("sitemap-month", (month,)) for month in sorted(months))
    yield from FRONT


def _month_by_month(index: Index) -> Iterator[Target]:
    """Entries, issues, and after each month its lists and archives.

    So what these show was read and turned into HTML a moment before, for its own pages.
    """
    entries, lists, month = _Entries(index), _lists_by_month(index), ""
    for issue in reversed(index.issues()):
        if month and month != f"{issue.day:%Y-%m}":
            yield from entries.until(f"{month.replace('-', '/')}~")
            yield from lists.pop(month, ())
        month = f"{issue.day:%Y-%m}"
        yield from entries.until(f"{issue.day:%Y/%m/%d}~")
        yield Target("issue", (issue.bulletin, issue.name))
    yield from entries.until("~")
    for month in sorted(lists):
        yield from lists[month]


class _Entries:
    """All entries, in the order of their days."""

    def __init__(self, index: Index) -> None:
        self._left = iter(index.all_entries())
        self._next = next(self._left, None)

    def until(self, last: str) -> Iterator[Target]:
        """Those that are left until one of this name."""
        while self._next is not None and self._next.id <= last:
            yield Target("entry", (self._next.id,))
            self._next = next(self._left, None)


def _lists_by_month(index: Index) -> dict[str, list[Target]]:
    """What is there for each month: archives of feeds, lists of issues and of entries."""
    slugs, found = index.bulletins(), defaultdict[str, list[Target]](list)
    for name in all_archives(index):
        found[name[1]].append(Target("feed-archive", name))
    for slug in slugs:
        for year, month, _ in index.months(slug):
            own = Target("month", (slug, str(year), str(month)))
            found[f"{year:04}-{month:02}"].append(own)
    for day, _ in index.counts("month", slugs):
        found[day].append(Target("entries-month", (day,)))
    for tag, _ in index.counts("tag", slugs):
        for year, count in index.years(tag, slugs):
            for month, _ in index.tag_months(tag, year, slugs) if count > DIVIDED else ():
                found[f"{year:04}-{month:02}"].append(_tag_month(tag, year, month))
    return found


def _month_targets(months: Iterable[str]) -> Iterator[Target]:
    """The lists of all entries that are filed in some months, and their years."""
    found = sorted(months)
    yield from (Target("entries-month", (month,)) for month in found)
    yield from (Target("entries-year", (year,)) for year in sorted({each[:4] for each in found}))


def _tag_month(tag: str, year: int, month: int) -> Target:
    return Target("tag-month", (tag, f"{year:04}-{month:02}"))


def touched(library: Library, records: Iterable[LogRecord]) -> list[Target]:
    """The targets that new records of the log change, in the order of `everything`."""
    return list(_Touched(library, list(records)).targets())


class _Touched:
    """What some records of the log change."""

    def __init__(self, library: Library, records: list[LogRecord]) -> None:
        self._library, self._index, self._records = library, library.index, records
        # An entry's page names the issues that show it, so it changes with each of them.
        self._entries = {entry_id for record in records for entry_id, _ in record.entries}
        self._dated = set(self._keys(records))
        self._issues = set(self._dated)
        fresh, revised = self._fresh(), self._entries_of("revise")
        for key in self._dated:
            self._issues |= {each for each in self._index.neighbours(key) if each is not None}
        again = {key for each in revised for key in self._index.carried_in(each)}
        self._issues |= again
        self._changes = Changes(
            library, self._shelves(), fresh, revised, self._keys_of("freeze"),
            again | self._keys_of("revise"),
        )  # fmt: skip
        self._own = [each.entry for each in library.newest(sorted(fresh | revised)).values()]
        self._left = list(self._before())
        now = {each.id: each.story for each in self._own}
        self._shorter = {old.story for old in self._left if now.get(old.id) != old.story}
        # A time line names the issue that was the first to tell of each entry.
        carried = [each.entry for each in library.newest(sorted(self._entries)).values()]
        self._timelines = _stories_of([*carried, *self._left])
        for story in _stories_of([*self._own, *self._left]):
            self._tell_on(story, fresh | revised)

    def _keys(self, records: Iterable[LogRecord]) -> Iterator[IssueKey]:
        for record in records:
            if record.bulletin and record.issue:
                key = self._index.issue(record.bulletin, record.issue)
                if key is not None:
                    yield key

    def _keys_of(self, what: str) -> set[IssueKey]:
        return set(self._keys(each for each in self._records if each.what == what))

    def _entries_of(self, what: str) -> set[str]:
        found = (record for record in self._records if record.what == what)
        return {entry_id for record in found for entry_id, _ in record.entries}

    def _before(self) -> Iterator[Entry]:
        """The revised entries as they were: lists that they have left change, too."""
        for record in self._records:
            for entry_id, number in record.entries if record.what == "revise" else ():
                if number > 1:
                    yield get_entry(self._library.store, entry_id, number - 1).entry

    def _fresh(self) -> set[str]:
        """Entries that came to an edition which did not have them: only there lists change."""
        new = self._keys_of("freeze")
        return {each for each in self._entries_of("freeze") if not self._had(each, new)}

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

    def _tell_on(self, story: str, own: set[str]) -> None:
        """Pages on which a story goes on: “earlier in this story” stands with later entries."""
        index = self._index
        told = [key.id for key in index.entries(index.bulletins(), story=story)]
        oldest = max((place for place, each in enumerate(told) if each in own), default=-1)
        # Where one has left the story it is not said when that was: all may be later.
        for each in told if story in self._shorter else told[: oldest + 1]:
            self._entries.add(each)
            self._issues |= set(index.carried_in(each))

    def targets(self) -> Iterator[Target]:
        """Each once, what is linked to first."""
        yield from (Target("entry", (each,)) for each in sorted(self._entries))
        issues = sorted(self._issues, key=lambda each: (each.slot, each.bulletin))
        yield from (Target("issue", (each.bulletin, each.name)) for each in issues)
        yield from (Target("feed-archive", name) for name in self._changes.archives())
        dated = sorted(self._dated, key=lambda each: (each.slot, each.bulletin))
        days = {(each.bulletin, each.day.year, each.day.month): None for each in dated}
        for slug, year, month in days:
            yield Target("month", (slug, str(year), str(month)))
        for slug, year in dict.fromkeys((slug, year) for slug, year, _ in days):
            yield Target("year", (slug, str(year)))
        # Its feeds have the issues whole, and its calendar the dates.
        for slug in sorted({key.bulletin for key in self._issues}):
            yield Target("bulletin", (slug,))
        yield from (Target("story", (each,)) for each in self._timelines)
        yield from self._lists()
        yield from FRONT

    def _lists(self) -> Iterator[Target]:
        listed = [*self._own, *self._left]
        tags = sorted({tag for each in listed for tag in each.tags})
        yield from (Target("tag", (each,)) for each in tags)
        for tag in tags:
            yield from self._tag_years(tag)
        told = sorted({each.filed.year for each in listed if each.story})
        yield from (Target("stories-year", (str(year),)) for year in told)
        months = {f"{each.filed:%Y-%m}" for each in listed}
        yield from _month_targets(months)
        months |= {f"{key.day:%Y-%m}" for key in self._dated}
        yield from (Target("sitemap-month", (month,)) for month in sorted(months))

    def _tag_years(self, tag: str) -> Iterator[Target]:
        """The years and months of a tag that change: all where a limit was just passed.

        That is where the first page became too short, or is long enough again; and all months of
        a year that was divided, or is no longer.
        """
        index, slugs = self._index, self._index.bulletins()
        came = [each.filed for each in self._own if tag in each.tags]
        went = [each.filed for each in self._left if tag in each.tags]
        filed, years = {*came, *went}, dict(index.years(tag, slugs))
        every = any(
            _passed(LATEST, sum(count for _, count in index.years(tag, shelf)), came, went)
            for shelf in self._shelves()
        )
        for year in sorted({day.year for day in filed} | (years.keys() if every else set())):
            count = years.get(year, 0)
            here = [[day for day in days if day.year == year] for days in (came, went)]
            passed = _passed(DIVIDED, count, *here)
            months = {day.month for days in here for day in days}
            if passed or every:
                months.update(month for month, _ in index.tag_months(tag, year, slugs))
            if passed or count > DIVIDED:
                yield from (_tag_month(tag, year, month) for month in sorted(months))
            yield Target("tag-year", (tag, str(year)))

    def _shelves(self) -> list[tuple[str, ...]]:
        """The bulletins of each edition, as far as they differ."""
        chosen = {slug: self._library.settings(slug).editions for slug in self._index.bulletins()}
        named = {name for names in chosen.values() for name in names or ()}
        found = [
            tuple(slug for slug, names in chosen.items() if names is None or edition in names)
            for edition in (*sorted(named), "")
        ]
        return list(dict.fromkeys(found))


def _passed(limit: int, count: int, came: Sized, went: Sized) -> bool:
    """Whether a count was on the other side of a limit before some came and others went."""
    return limit - len(went) < count <= limit + len(came)


def _stories_of(entries: Iterable[Entry]) -> list[str]:
    return sorted({each.story for each in entries if each.story})

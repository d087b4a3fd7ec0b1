"""What the index can be asked about entries: by name, by tag, story and time, and their dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from publisher.archive.rows import EntryKey, Rows, marks, micros

_LISTED = (
    "SELECT p.published, e.id, e.revision FROM posting p CROSS JOIN entry e ON e.n = p.n "
    "WHERE p.list = ? AND p.published < ?"
)
# From the one on at which a limit is reached: those of the same moment are put in order later.
_NOT_BEFORE = (
    " AND p.published >= coalesce((SELECT published FROM posting WHERE list = ? AND published < ? "
    "ORDER BY published DESC LIMIT 1 OFFSET ?), 0)"
)
_EVER = 1 << 62


class EntryQueries(Rows):
    """Answers about entries.

    “Of some bulletins” are those that one of them carried, as news or in a calendar.
    """

    def entry(self, entry_id: str) -> EntryKey | None:
        """An entry by its identity; None if it was never carried."""
        return next(self._entries("id = ?", entry_id), None)

    def identity(self, name: str) -> str | None:
        """The identity of an entry that is or was called so."""
        rows = self._rows("SELECT entry FROM alias WHERE alias = ?", name)
        return next((row[0] for row in rows), None)

    def aliases(self, entry_id: str) -> list[str]:
        """Every other name of an entry."""
        rows = self._rows(
            "SELECT alias FROM alias JOIN entry ON entry.id = alias.entry "
            "WHERE alias.entry = ? AND alias != entry.current ORDER BY 1",
            entry_id,
        )
        return [row[0] for row in rows]

    def all_entries(self) -> list[EntryKey]:
        """Every entry, by identity."""
        return list(self._entries("1 ORDER BY id"))

    def entries(
        self,
        bulletins: Iterable[str],
        *,
        tag: str | None = None,
        story: str | None = None,
        month: str | None = None,
        year: int | None = None,
        before: dt.datetime | None = None,
        limit: int = -1,
    ) -> list[EntryKey]:
        """Entries of some bulletins, published before a moment, the newest first.

        `month` (“2026-04”) and `year` are those that they are filed under.
        """
        filed = "" if year is None else f"{year:04}"
        if month is not None and not month.startswith(filed):
            return []
        filed = filed if month is None else month[:4]
        lists = self._lists(bulletins, *_list_of(tag, story, month, filed))
        narrow, values = _narrowing(tag, story, month)
        until = _EVER if before is None else micros(before)
        found: list[tuple[int, str, int]] = []
        for one in lists:
            if limit < 0 or narrow:
                found += self._rows(_LISTED + narrow, one, until, *values)
            else:
                found += self._rows(_LISTED + _NOT_BEFORE, one, until, one, until, limit - 1)
        found.sort(key=lambda row: (-row[0], row[1]))
        kept = found if limit < 0 else found[:limit]
        return [EntryKey(name, revision) for _, name, revision in kept]

    def _lists(
        self, bulletins: Iterable[str], what: str, first: str, last: str, year: str = ""
    ) -> list[int]:
        """The lists, on the shelves of some bulletins, of values from one to another."""
        shelves = self._shelves(bulletins)
        rows = self._rows(
            "SELECT id FROM list WHERE what = ? AND year = ? AND value >= ? AND value <= ? "  # noqa: S608
            f"AND shelf IN ({marks(shelves)}) AND count > 0",
            what, year, first, last, *shelves,
        )  # fmt: skip
        return [row[0] for row in rows]

    # How many ----------------------------------------------------------------------------------

    def has(self, what: str, bulletins: Iterable[str], value: str | None = None) -> bool:
        """Whether some bulletins have an entry with a ``tag``, ``story`` or ``month``, or any."""
        shelves = self._shelves(bulletins)
        known = "" if value is None else "AND value = ? "
        rows = self._rows(
            f"SELECT 1 FROM list WHERE what = ? AND year = '' {known}"  # noqa: S608
            f"AND shelf IN ({marks(shelves)}) AND count > 0 LIMIT 1",
            what, *([] if value is None else [value]), *shelves,
        )  # fmt: skip
        return next(rows, None) is not None

    def counts(self, what: str, bulletins: Iterable[str]) -> list[tuple[str, int]]:
        """(value, number of entries) for ``tag``, ``story`` or ``month``, in order of the value."""
        shelves = self._shelves(bulletins)
        rows = self._rows(
            "SELECT value, sum(count) FROM list WHERE what = ? AND year = '' "  # noqa: S608
            f"AND shelf IN ({marks(shelves)}) AND count > 0 GROUP BY 1 ORDER BY 1",
            what, *shelves,
        )  # fmt: skip
        return [(value, count) for value, count in rows]

    def years(self, tag: str, bulletins: Iterable[str]) -> list[tuple[int, int]]:
        """(year, number of entries filed in it) of the entries with a tag, the newest first."""
        shelves = self._shelves(bulletins)
        rows = self._rows(
            "SELECT year, sum(count) FROM list WHERE what = 'tag' AND value = ? AND year > '' "  # noqa: S608
            f"AND shelf IN ({marks(shelves)}) AND count > 0 GROUP BY 1 ORDER BY 1 DESC",
            tag, *shelves,
        )  # fmt: skip
        return [(int(year), count) for year, count in rows]

    def tag_months(self, tag: str, year: int, bulletins: Iterable[str]) -> list[tuple[int, int]]:
        """(month, number of entries filed in it) of a year's entries with a tag, the newest first.

        No list has them: those of the year are counted, in less than a millisecond for a thousand.
        """
        lists = self._lists(bulletins, "tag", tag, tag, f"{year:04}")
        rows = self._rows(
            "SELECT e.month, count(*) FROM posting p CROSS JOIN entry e ON e.n = p.n "  # noqa: S608
            f"WHERE p.list IN ({marks(lists)}) GROUP BY 1 ORDER BY 1 DESC",
            *lists,
        )
        return [(int(month[5:]), count) for month, count in rows]

    # Stories -----------------------------------------------------------------------------------

    def stories_told(
        self, bulletins: Iterable[str], *, year: int | None = None, limit: int = -1
    ) -> list[tuple[str, int]]:
        """(story, number of its entries) of some bulletins, the one told on last first.

        With `year` only the entries filed in it count, for the number and for the order: so what
        is said of a year stays as it is when a story goes on in the next.
        """
        shelves, filed = self._shelves(bulletins), "" if year is None else f"{year:04}"
        last: dict[str, int] = {}
        for shelf in shelves:
            # A story that is among the last told of all is so on one of the shelves.
            rows = self._rows(
                "SELECT value, last FROM list WHERE what = 'story' AND year = ? AND shelf = ? "
                "AND last > 0 ORDER BY last DESC LIMIT ?",
                filed, shelf, limit,
            )  # fmt: skip
            for story, moment in rows:
                last[story] = max(moment, last.get(story, moment))
        order = sorted(last, key=lambda story: (-last[story], story))
        told = order if limit < 0 else order[:limit]
        return [(story, self._count("story", story, filed, shelves)) for story in told]

    def _count(self, what: str, value: str, year: str, shelves: list[int]) -> int:
        query = (
            "SELECT sum(count) FROM list WHERE what = ? AND year = ? AND value = ? "  # noqa: S608
            f"AND shelf IN ({marks(shelves)})"
        )
        return int(next(self._rows(query, what, year, value, *shelves))[0])

    def story_years(self, bulletins: Iterable[str]) -> list[tuple[int, int]]:
        """(year, number of stories with an entry filed in it), the newest first."""
        shelves = self._shelves(bulletins)
        rows = self._rows(
            "SELECT year, count(DISTINCT value) FROM list WHERE what = 'story' AND year > '' "  # noqa: S608
            f"AND shelf IN ({marks(shelves)}) AND count > 0 GROUP BY 1 ORDER BY 1 DESC",
            *shelves,
        )
        return [(int(year), count) for year, count in rows]

    # Dates -------------------------------------------------------------------------------------

    def upcoming(self, after: dt.date, until: dt.date) -> list[EntryKey]:
        """Entries of dates that end after a day and have begun by another, the earliest first."""
        where = "ends > ? AND starts <= ? ORDER BY starts, ends, id"
        return list(self._entries(where, after.isoformat(), until.isoformat()))

    def calendar(self, bulletin: str, since: dt.date) -> list[EntryKey]:
        """What a bulletin's calendars ever showed and ends on or after a day, by date."""
        where = (
            "ends >= ? AND EXISTS (SELECT 1 FROM carried WHERE entry = entry.id AND bulletin = ? "
            "AND as_date) ORDER BY starts, ends, id"
        )
        return list(self._entries(where, since.isoformat(), bulletin))

    def has_dates(self, bulletin: str) -> bool:
        """Whether a calendar of a bulletin ever showed anything."""
        query = "SELECT 1 FROM carried WHERE bulletin = ? AND as_date LIMIT 1"
        return next(self._rows(query, bulletin), None) is not None


def _list_of(
    tag: str | None, story: str | None, month: str | None, filed: str
) -> tuple[str, str, str, str]:
    """The kind of the shortest lists with all that is wanted, their first and last value, year."""
    if tag is not None:
        return "tag", tag, tag, filed
    if story is not None:
        return "story", story, story, filed
    if month is not None:
        return "month", month, month, ""
    return ("month", f"{filed}-", f"{filed}-~", "") if filed else ("all", "", "", "")


def _narrowing(tag: str | None, story: str | None, month: str | None) -> tuple[str, list[Any]]:
    """What a list of `_list_of` leaves to be asked of each of its entries."""
    narrow, values = "", []
    if tag is not None and story is not None:
        narrow += " AND e.story = ?"
        values.append(story)
    if month is not None and (tag is not None or story is not None):
        narrow += " AND e.month = ?"
        values.append(month)
    return narrow, values

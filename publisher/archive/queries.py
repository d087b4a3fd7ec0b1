"""What the index can be asked: which issue, which entries, what was carried, what was corrected."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher.archive import records
from publisher.archive.store import Store
from publisher.errors import ArchiveError
from publisher.issue.issue import CorrectionNotice


@dataclass(frozen=True, slots=True)
class IssueKey:
    """An issue in the archive: its name and newest revision.  A one-off issue has no number."""

    bulletin: str
    name: str
    revision: int
    slot: dt.datetime
    day: dt.date
    number: int | None


@dataclass(frozen=True, slots=True)
class EntryKey:
    """An entry in the archive: its identity and newest revision."""

    id: str
    revision: int


class Queries:
    """Answers what was published, from a file that `Index` opens and fills."""

    _db: sqlite3.Connection
    _store: Store
    _path: Path | None  # None: in memory

    @property
    def last_log(self) -> int:
        """The number of the last record that was read."""
        row = self._db.execute("SELECT value FROM meta WHERE key = 'log'").fetchone()
        return int(row[0]) if row else 0

    @property
    def last_commit(self) -> str | None:
        """The commit that was processed last."""
        row = self._db.execute("SELECT value FROM meta WHERE key = 'commit'").fetchone()
        return str(row[0]) if row else None

    # Issues ------------------------------------------------------------------------------------

    def bulletins(self) -> list[str]:
        """The bulletins that have an issue, by slug."""
        return [row[0] for row in self._rows("SELECT DISTINCT bulletin FROM issue ORDER BY 1")]

    def issue(self, bulletin: str, name: str) -> IssueKey | None:
        """An issue; None if it was never published."""
        return next(self._issues("bulletin = ? AND name = ?", bulletin, name), None)

    def issues(
        self, bulletin: str | None = None, *, limit: int = -1, since: str = "", until: str = "~"
    ) -> list[IssueKey]:
        """Issues, the newest first: of one bulletin or all, of days between two ISO prefixes."""
        where = "day >= ? AND day < ?" + (" AND bulletin = ?" if bulletin else "")
        values = [since, until, *([bulletin] if bulletin else []), limit]
        order = "ORDER BY slot DESC, bulletin, name DESC LIMIT ?"
        return list(self._issues(f"{where} {order}", *values))

    def newest_numbered(self, bulletin: str, before: dt.datetime | None = None) -> IssueKey | None:
        """The newest issue of a bulletin's schedule (before a moment); None if there is none."""
        where = "bulletin = ? AND number IS NOT NULL AND slot < ? ORDER BY slot DESC LIMIT 1"
        return next(self._issues(where, bulletin, utc(before) if before else "~"), None)

    def issues_before(
        self, bulletins: Iterable[str], slot: dt.datetime, limit: int
    ) -> list[IssueKey]:
        """The issues of some bulletins that came out before a moment, the newest first."""
        wanted = list(bulletins)
        order = "ORDER BY slot DESC, bulletin, name DESC LIMIT ?"
        where = f"bulletin IN ({_marks(wanted)}) AND slot < ? {order}"
        return list(self._issues(where, *wanted, utc(slot), limit))

    def neighbours(self, key: IssueKey) -> tuple[IssueKey | None, IssueKey | None]:
        """The issues of the bulletin before and after one."""
        # A one-off issue may come out at the very moment at which another does.
        before = "bulletin = ? AND (slot, name) < (?, ?) ORDER BY slot DESC, name DESC LIMIT 1"
        after = "bulletin = ? AND (slot, name) > (?, ?) ORDER BY slot, name LIMIT 1"
        place = key.bulletin, utc(key.slot), key.name
        return next(self._issues(before, *place), None), next(self._issues(after, *place), None)

    def months(self, bulletin: str) -> list[tuple[int, int, int]]:
        """(year, month, number of issues), the newest first."""
        rows = self._rows(
            "SELECT substr(day, 1, 7), count(*) FROM issue WHERE bulletin = ? "
            "GROUP BY 1 ORDER BY 1 DESC",
            bulletin,
        )
        return [(int(month[:4]), int(month[5:]), count) for month, count in rows]

    def count(self, bulletin: str) -> int:
        """How many numbered issues a bulletin has."""
        query = "SELECT count(number) FROM issue WHERE bulletin = ?"
        return int(next(self._rows(query, bulletin))[0])

    def _issues(self, where: str, *values: Any) -> Iterator[IssueKey]:
        # `where` is one of this class's own; what varies comes in `values`.
        query = f"SELECT bulletin, name, revision, slot, day, number FROM issue WHERE {where}"  # noqa: S608
        for bulletin, name, revision, slot, day, number in self._rows(query, *values):
            yield IssueKey(
                bulletin, name, revision, dt.datetime.fromisoformat(slot),
                dt.date.fromisoformat(day), number,
            )  # fmt: skip

    # Entries -----------------------------------------------------------------------------------

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
            "WHERE entry.id = ? AND alias != entry.current ORDER BY 1",
            entry_id,
        )
        return [row[0] for row in rows]

    def entries(
        self,
        bulletins: Iterable[str],
        *,
        tag: str | None = None,
        story: str | None = None,
        month: str | None = None,
        before: dt.datetime | None = None,
        limit: int = -1,
    ) -> list[EntryKey]:
        """Entries that one of the bulletins carried, published before a moment, newest first."""
        wanted = list(bulletins)
        where = f"id IN (SELECT entry FROM carried WHERE bulletin IN ({_marks(wanted)}))"  # noqa: S608
        values: list[Any] = [*wanted]
        for column, value in (("story", story), ("month", month)):
            if value is not None:
                where += f" AND {column} = ?"
                values.append(value)
        if before is not None:
            where += " AND published < ?"
            values.append(utc(before))
        if tag is not None:
            where += " AND id IN (SELECT entry FROM tag WHERE tag = ?)"
            values.append(tag)
        return list(self._entries(f"{where} ORDER BY published DESC, id LIMIT ?", *values, limit))

    def counts(self, what: str, bulletins: Iterable[str]) -> list[tuple[str, int]]:
        """(value, number of entries) for ``tag``, ``story`` or ``month``, in order of the value."""
        wanted = list(bulletins)
        source = "tag" if what == "tag" else "entry"
        column = {"tag": "entry", "story": "id", "month": "id"}[what]
        rows = self._rows(
            f"SELECT {what}, count(*) FROM {source} WHERE {what} IS NOT NULL AND {column} IN "  # noqa: S608
            f"(SELECT entry FROM carried WHERE bulletin IN ({_marks(wanted)})) "
            "GROUP BY 1 ORDER BY 1",
            *wanted,
        )
        return [(value, count) for value, count in rows]

    def all_entries(self) -> list[EntryKey]:
        """Every entry, by identity."""
        return list(self._entries("1 ORDER BY id"))

    def carried_in(self, entry_id: str) -> list[IssueKey]:
        """The issues that show an entry, as news or in a calendar, the oldest first."""
        return list(
            self._issues(
                "(bulletin, name) IN (SELECT bulletin, name FROM carried WHERE entry = ?) "
                "ORDER BY slot, bulletin",
                entry_id,
            )
        )

    def upcoming(self, after: dt.date, until: dt.date) -> list[EntryKey]:
        """Entries of dates that end after a day and have begun by another, the earliest first."""
        where = "ends > ? AND starts <= ? ORDER BY starts, ends, id"
        return list(self._entries(where, after.isoformat(), until.isoformat()))

    def calendar(self, bulletin: str, since: dt.date) -> list[EntryKey]:
        """What a bulletin's calendars ever showed and ends on or after a day, by date."""
        where = (
            "ends >= ? AND id IN (SELECT entry FROM carried WHERE bulletin = ? AND as_date) "
            "ORDER BY starts, ends, id"
        )
        return list(self._entries(where, since.isoformat(), bulletin))

    def _entries(self, where: str, *values: Any) -> Iterator[EntryKey]:
        for row in self._rows(f"SELECT id, revision FROM entry WHERE {where}", *values):  # noqa: S608
            yield EntryKey(*row)

    # History -----------------------------------------------------------------------------------

    def carried(self, bulletin: str, since: str) -> dict[str, str]:
        """Entries filed since a day (ISO, with slashes) that the bulletin carried, and where.

        To stand in a calendar is not to be carried.
        """
        return dict(
            self._rows(
                "SELECT entry, max(name) FROM carried "
                "WHERE bulletin = ? AND entry >= ? AND as_news GROUP BY 1",
                bulletin,
                since,
            )
        )

    def rejected(self, bulletin: str, since: str) -> dict[str, str]:
        """Entries filed since a day that the bulletin dropped for good, and why."""
        return dict(
            self._rows(
                "SELECT entry, why FROM rejected WHERE bulletin = ? AND entry >= ?", bulletin, since
            )
        )

    def notices(self, bulletin: str) -> list[CorrectionNotice]:
        """Corrections, made since the bulletin's last issue, of its issues and their entries."""
        rows = self._rows(
            "WITH last AS (SELECT coalesce(max(log), 0) AS log FROM issue WHERE bulletin = ?1) "
            "SELECT log, '', name, place FROM issue_correction "
            "WHERE bulletin = ?1 AND log > (SELECT log FROM last) "
            "UNION ALL SELECT log, entry, '', place FROM correction "
            "WHERE log > (SELECT log FROM last) "
            "AND entry IN (SELECT entry FROM carried WHERE bulletin = ?1) "
            "ORDER BY 1, 2, 3, 4",
            bulletin,
        )
        return [
            self._entry_notice(entry, place) if entry else self._issue_notice(bulletin, name, place)
            for _, entry, name, place in rows
        ]

    def _entry_notice(self, entry_id: str, place: int) -> CorrectionNotice:
        key = self.entry(entry_id)
        if key is None:
            raise ArchiveError(f"the index knows no {entry_id}", "delete var/index.sqlite")
        entry = records.get_entry(self._store, entry_id, key.revision).entry
        return CorrectionNotice(
            entry=entry_id, title=entry.title, correction=entry.corrections[place]
        )

    def _issue_notice(self, bulletin: str, name: str, place: int) -> CorrectionNotice:
        key = self.issue(bulletin, name)
        if key is None:
            raise ArchiveError(f"the index knows no {bulletin} {name}", "delete var/index.sqlite")
        issue = records.get_issue(self._store, bulletin, name, key.revision).issue
        return CorrectionNotice(
            issue=issue.id, title=issue.title, correction=issue.corrections[place]
        )

    @contextmanager
    def _saying(self) -> Iterator[None]:
        """Say in words what the disk or another process refuses."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise ArchiveError(
                f"the index {self._path or 'in memory'} cannot be used: {error}",
                "see to the disk and the permissions, or delete it: it is made again",
            ) from error

    def _rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        with self._saying():
            return iter(self._db.execute(query, values).fetchall())


def _marks(values: list[Any]) -> str:
    return ", ".join("?" * len(values))


def utc(moment: dt.datetime) -> str:
    """A form in which the order of texts is the order of times."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")

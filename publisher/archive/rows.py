"""What the index's questions share: the keys they answer with, and how its file is read."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher.archive.store import Store
from publisher.errors import ArchiveError
from publisher.memo import Memo

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
ANSWERS = 2_000  # that are remembered


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


class Rows:
    """Reads a file that `Index` opens and fills."""

    _db: sqlite3.Connection
    _store: Store
    _path: Path | None  # None: in memory
    _answers: Memo | None = None
    """What was asked before, where nothing changes meanwhile; None: it is asked again."""

    def _rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        if self._answers is None:
            return iter(self._asked(query, values))
        return iter(self._answers((query, *values), lambda: self._asked(query, values)))

    def _asked(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self._saying():
            return self._db.execute(query, values).fetchall()

    def _issues(self, where: str, *values: Any) -> Iterator[IssueKey]:
        # `where` is one of the program's own; what varies comes in `values`.
        query = f"SELECT bulletin, name, revision, slot, day, number FROM issue WHERE {where}"  # noqa: S608
        return map(issue_key, self._rows(query, *values))

    def _entries(self, where: str, *values: Any) -> Iterator[EntryKey]:
        for row in self._rows(f"SELECT id, revision FROM entry WHERE {where}", *values):  # noqa: S608
            yield EntryKey(*row)

    def _shelves(self, bulletins: Iterable[str]) -> list[int]:
        """The shelves that have an entry of one of the bulletins; there are few."""
        wanted = set(bulletins)
        shelves = self._rows("SELECT id, bulletins FROM shelf ORDER BY id")
        return [shelf for shelf, slugs in shelves if not wanted.isdisjoint(slugs.split(" "))]

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


def issue_key(row: Sequence[Any]) -> IssueKey:
    """An issue from (bulletin, name, revision, slot, day, number)."""
    bulletin, name, revision, slot, day, number = row
    slot, day = dt.datetime.fromisoformat(slot), dt.date.fromisoformat(day)
    return IssueKey(bulletin, name, revision, slot, day, number)


def marks(values: Sequence[Any]) -> str:
    """A question mark for each value."""
    return ", ".join("?" * len(values))


def utc(moment: dt.datetime) -> str:
    """A form in which the order of texts is the order of times."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def moment(microseconds: int) -> dt.datetime:
    """The moment so many microseconds after the beginning of 1970, in UTC."""
    return _EPOCH + microseconds * _MICROSECOND


def micros(moment: dt.datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND

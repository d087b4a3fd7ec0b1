"""The derived index: what is carried where, and the lists of tags, stories and months.

An SQLite file that knows the last record of the log it has read, catches up from there, and is
made anew when it cannot.  It may be deleted at any time.
"""

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
from publisher.content.entry import Correction
from publisher.errors import ArchiveError
from publisher.issue.issue import CorrectionNotice, EntryRevision, IssueRevision

# A file with another version is made anew.
VERSION = 1

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE issue (
    bulletin TEXT, name TEXT, revision INTEGER, slot TEXT, day TEXT, number INTEGER,
    log INTEGER, PRIMARY KEY (bulletin, name)
);
CREATE INDEX issue_slot ON issue (bulletin, slot);
CREATE TABLE carried (
    entry TEXT, bulletin TEXT, name TEXT, place INTEGER, PRIMARY KEY (entry, bulletin, name)
);
CREATE INDEX carried_issue ON carried (bulletin, name);
CREATE TABLE rejected (entry TEXT, bulletin TEXT, why TEXT, PRIMARY KEY (entry, bulletin));
CREATE TABLE entry (
    id TEXT PRIMARY KEY, current TEXT, revision INTEGER, published TEXT, at TEXT, month TEXT,
    story TEXT, log INTEGER
);
CREATE INDEX entry_story ON entry (story);
CREATE INDEX entry_month ON entry (month);
CREATE INDEX entry_published ON entry (published);
CREATE TABLE tag (tag TEXT, entry TEXT, PRIMARY KEY (tag, entry));
CREATE INDEX tag_entry ON tag (entry);
CREATE TABLE alias (alias TEXT PRIMARY KEY, entry TEXT);
CREATE TABLE correction (log INTEGER, entry TEXT, place INTEGER, PRIMARY KEY (entry, place));
"""


@dataclass(frozen=True, slots=True)
class IssueKey:
    """An issue in the archive: its name and newest revision."""

    bulletin: str
    name: str
    revision: int
    slot: dt.datetime
    day: dt.date
    number: int


@dataclass(frozen=True, slots=True)
class EntryKey:
    """An entry in the archive: its identity and newest revision."""

    id: str
    revision: int


class Index:
    """Answers what was published, from a file that is derived from the archive."""

    def __init__(self, path: Path | None, store: Store) -> None:
        """`path` is None for an index in memory."""
        self._store = store
        self._path = path
        self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            db = self._connect()
            if db.execute("PRAGMA user_version").fetchone()[0] == VERSION:
                return db
            db.close()
        except sqlite3.DatabaseError:
            pass  # Damaged: it is derived, so it is made anew.
        with self._saying():
            self._remove()
            db = self._connect()
            with db:
                db.executescript(_SCHEMA)
                db.execute(f"PRAGMA user_version = {VERSION}")
        return db

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

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path or ":memory:", isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        # A lost transaction is read from the log again.
        db.execute("PRAGMA synchronous = OFF")
        return db

    def _remove(self) -> None:
        if self._path is not None:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self._path}{suffix}").unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rebuild(self) -> None:
        """Forget everything and read the whole log again."""
        self._db.close()
        self._remove()
        self._db = self._open()
        self.catch_up()

    def rehearsal(self, store: Store) -> Index:
        """A copy in memory, for an archive that lies over this one's."""
        copy = Index(None, store)
        self._db.backup(copy._db)
        return copy

    # Catching up -------------------------------------------------------------------------------

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

    def catch_up(self) -> list[records.LogRecord]:
        """Read what was added to the log since, and give it back."""
        if self.last_log and self._store.get(records.log_file(self.last_log)) is None:
            # The archive is another one than this index was made from.
            self.rebuild()
            return []
        new = []
        for record in records.read_log(self._store, self.last_log):
            with self._transaction():
                self._take(record)
            new.append(record)
        return new

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._saying():
            # At once: one that begins by reading cannot wait for another process to finish.
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _take(self, record: records.LogRecord) -> None:
        for entry_id, number in record.entries:
            self._take_entry(records.get_entry(self._store, entry_id, number), record.number)
        if record.bulletin and record.issue and record.issue_revision:
            revision = records.get_issue(
                self._store, record.bulletin, record.issue, record.issue_revision
            )
            self._take_issue(revision, record.number)
        self._set("log", str(record.number))
        if record.commit:
            self._set("commit", record.commit)

    def _set(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def _take_entry(self, revision: EntryRevision, log: int) -> None:
        entry, known = revision.entry, self.entry(revision.id)
        if known is not None and known.revision >= revision.revision:
            return
        self._db.execute(
            "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                revision.id, entry.id, revision.revision, _utc(revision.published),
                _utc(revision.at), f"{entry.filed:%Y-%m}", entry.story, log,
            ),
        )  # fmt: skip
        self._db.execute("DELETE FROM tag WHERE entry = ?", (revision.id,))
        self._many("INSERT OR REPLACE INTO tag VALUES (?, ?)", entry.tags, revision.id)
        self._db.execute("DELETE FROM alias WHERE entry = ?", (revision.id,))
        names = {*entry.aliases, revision.id, entry.id}
        self._many("INSERT OR REPLACE INTO alias VALUES (?, ?)", sorted(names), revision.id)
        for place in range(len(entry.corrections)):
            # A correction that came with the first revision was never published wrongly.
            since = log if revision.kind == "correction" else 0
            self._db.execute(
                "INSERT OR IGNORE INTO correction VALUES (?, ?, ?)", (since, revision.id, place)
            )

    def _many(self, statement: str, values: Iterable[str], entry: str) -> None:
        self._db.executemany(statement, [(value, entry) for value in values])

    def _take_issue(self, revision: IssueRevision, log: int) -> None:
        issue = revision.issue
        self._db.execute(
            # `log` stays that of the first revision: notices count from when the issue came out.
            "INSERT INTO issue VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (bulletin, name) DO UPDATE SET revision = excluded.revision",
            (
                issue.bulletin, issue.name, revision.revision, _utc(issue.slot),
                issue.day.isoformat(), issue.number, log,
            ),
        )  # fmt: skip
        self._db.executemany(
            "INSERT OR REPLACE INTO carried VALUES (?, ?, ?, ?)",
            [(p.entry, issue.bulletin, issue.name, n) for n, p in enumerate(issue.placed())],
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO rejected VALUES (?, ?, ?)",
            [
                (one.entry, issue.bulletin, f"{one.reason} in {issue.name} {one.detail}".strip())
                for one in issue.candidates
                if one.reason.is_final
            ],
        )

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
        return list(self._issues(f"{where} ORDER BY slot DESC, bulletin LIMIT ?", *values))

    def neighbours(self, key: IssueKey) -> tuple[IssueKey | None, IssueKey | None]:
        """The issues of the bulletin before and after one."""
        slot = _utc(key.slot)
        before = "bulletin = ? AND slot < ? ORDER BY slot DESC LIMIT 1"
        after = "bulletin = ? AND slot > ? ORDER BY slot LIMIT 1"
        return (
            next(self._issues(before, key.bulletin, slot), None),
            next(self._issues(after, key.bulletin, slot), None),
        )

    def months(self, bulletin: str) -> list[tuple[int, int, int]]:
        """(year, month, number of issues), the newest first."""
        rows = self._rows(
            "SELECT substr(day, 1, 7), count(*) FROM issue WHERE bulletin = ? "
            "GROUP BY 1 ORDER BY 1 DESC",
            bulletin,
        )
        return [(int(month[:4]), int(month[5:]), count) for month, count in rows]

    def count(self, bulletin: str) -> int:
        """How many issues a bulletin has."""
        return int(next(self._rows("SELECT count(*) FROM issue WHERE bulletin = ?", bulletin))[0])

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
        limit: int = -1,
    ) -> list[EntryKey]:
        """Entries that one of the bulletins carried, the newest first."""
        wanted = list(bulletins)
        where = f"id IN (SELECT entry FROM carried WHERE bulletin IN ({_marks(wanted)}))"  # noqa: S608
        values: list[Any] = [*wanted]
        for column, value in (("story", story), ("month", month)):
            if value is not None:
                where += f" AND {column} = ?"
                values.append(value)
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
        """The issues that carry an entry, the oldest first."""
        return list(
            self._issues(
                "(bulletin, name) IN (SELECT bulletin, name FROM carried WHERE entry = ?) "
                "ORDER BY slot, bulletin",
                entry_id,
            )
        )

    def _entries(self, where: str, *values: Any) -> Iterator[EntryKey]:
        for row in self._rows(f"SELECT id, revision FROM entry WHERE {where}", *values):  # noqa: S608
            yield EntryKey(*row)

    # History -----------------------------------------------------------------------------------

    def carried(self, bulletin: str, since: str) -> dict[str, str]:
        """Entries filed since a day (ISO, with slashes) that the bulletin carried, and where."""
        return dict(
            self._rows(
                "SELECT entry, max(name) FROM carried WHERE bulletin = ? AND entry >= ? GROUP BY 1",
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
        """Corrections, made since the bulletin's last issue, of entries that it carried."""
        rows = self._rows(
            "SELECT correction.entry, correction.place FROM correction "
            "WHERE correction.log > (SELECT coalesce(max(log), 0) FROM issue WHERE bulletin = ?) "
            "AND correction.entry IN (SELECT entry FROM carried WHERE bulletin = ?) "
            "ORDER BY correction.log, 1, 2",
            bulletin,
            bulletin,
        )
        return [self._notice(entry, place) for entry, place in rows]

    def _notice(self, entry_id: str, place: int) -> CorrectionNotice:
        key = self.entry(entry_id)
        if key is None:
            raise ArchiveError(f"the index knows no {entry_id}", "delete var/index.sqlite")
        entry = records.get_entry(self._store, entry_id, key.revision).entry
        correction: Correction = entry.corrections[place]
        return CorrectionNotice(entry=entry_id, title=entry.title, correction=correction)

    def _rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        with self._saying():
            return iter(self._db.execute(query, values).fetchall())


def _marks(values: list[Any]) -> str:
    return ", ".join("?" * len(values))


def _utc(moment: dt.datetime) -> str:
    """A form in which the order of texts is the order of times."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")

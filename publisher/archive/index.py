"""The derived index: a file that is made from the archive, and catches up with it.

It is SQLite, knows the last record of the log it has read, goes on from there, and is made anew
when it cannot.  It may be deleted at any time.  What it can be asked is in `queries`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher.archive import records
from publisher.archive.queries import Queries, utc
from publisher.archive.store import Store
from publisher.issue.issue import EntryRevision, IssueRevision, Placed, Revision

# A file with another version is made anew.
VERSION = 2

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE issue (
    bulletin TEXT, name TEXT, revision INTEGER, slot TEXT, day TEXT, number INTEGER,
    log INTEGER, PRIMARY KEY (bulletin, name)
);
CREATE INDEX issue_slot ON issue (bulletin, slot);
CREATE TABLE carried (
    entry TEXT, bulletin TEXT, name TEXT, place INTEGER, as_news INTEGER, as_date INTEGER,
    PRIMARY KEY (entry, bulletin, name)
);
CREATE INDEX carried_issue ON carried (bulletin, name);
CREATE TABLE rejected (entry TEXT, bulletin TEXT, why TEXT, PRIMARY KEY (entry, bulletin));
CREATE TABLE entry (
    id TEXT PRIMARY KEY, current TEXT, revision INTEGER, published TEXT, at TEXT, month TEXT,
    story TEXT, starts TEXT, ends TEXT, log INTEGER
);
CREATE INDEX entry_story ON entry (story);
CREATE INDEX entry_month ON entry (month);
CREATE INDEX entry_published ON entry (published);
CREATE INDEX entry_ends ON entry (ends);
CREATE TABLE tag (tag TEXT, entry TEXT, PRIMARY KEY (tag, entry));
CREATE INDEX tag_entry ON tag (entry);
CREATE TABLE alias (alias TEXT PRIMARY KEY, entry TEXT);
CREATE TABLE correction (log INTEGER, entry TEXT, place INTEGER, PRIMARY KEY (entry, place));
CREATE TABLE issue_correction (
    log INTEGER, bulletin TEXT, name TEXT, place INTEGER, PRIMARY KEY (bulletin, name, place)
);
"""


class Index(Queries):
    """Opens the file and fills it from the archive."""

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
        happened = entry.happened
        if known is not None and known.revision >= revision.revision:
            return
        self._db.execute(
            "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                revision.id, entry.id, revision.revision, utc(revision.published),
                utc(revision.at), f"{entry.filed:%Y-%m}", entry.story,
                happened.start.isoformat() if happened else None,
                happened.end.isoformat() if happened else None, log,
            ),
        )  # fmt: skip
        self._db.execute("DELETE FROM tag WHERE entry = ?", (revision.id,))
        self._many("INSERT OR REPLACE INTO tag VALUES (?, ?)", entry.tags, revision.id)
        self._db.execute("DELETE FROM alias WHERE entry = ?", (revision.id,))
        names = {*entry.aliases, revision.id, entry.id}
        self._many("INSERT OR REPLACE INTO alias VALUES (?, ?)", sorted(names), revision.id)
        self._db.executemany(
            "INSERT OR IGNORE INTO correction VALUES (?, ?, ?)",
            [(_since(revision, log), revision.id, at) for at in range(len(entry.corrections))],
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
                issue.bulletin, issue.name, revision.revision, utc(issue.slot),
                issue.day.isoformat(), issue.number, log,
            ),
        )  # fmt: skip
        news, dates = _names(issue.news()), _names(issue.dates())
        self._db.executemany(
            "INSERT OR REPLACE INTO carried VALUES (?, ?, ?, ?, ?, ?)",
            [
                (entry, issue.bulletin, issue.name, place, entry in news, entry in dates)
                for place, entry in enumerate(dict.fromkeys(p.entry for p in issue.placed()))
            ],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO issue_correction VALUES (?, ?, ?, ?)",
            [
                (_since(revision, log), issue.bulletin, issue.name, place)
                for place in range(len(issue.corrections))
            ],
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO rejected VALUES (?, ?, ?)",
            [
                (one.entry, issue.bulletin, f"{one.reason} in {issue.name} {one.detail}".strip())
                for one in issue.dropped()
            ],
        )


def _names(placed: Iterable[Placed]) -> set[str]:
    return {each.entry for each in placed}


def _since(revision: Revision, log: int) -> int:
    """From when on a correction is told: one of a first revision was never published wrongly."""
    return log if revision.kind == "correction" else 0

"""The derived index: a file that is made from the archive, and catches up with it.

It is SQLite, knows the last record of the log it has read, goes on from there, and is made anew
when it cannot.  It may be deleted at any time.  What it can be asked is in `queries`, its tables
are in `schema`, and how they are filled in `taking`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Literal

from publisher.archive import records
from publisher.archive.queries import Queries
from publisher.archive.rows import ANSWERS
from publisher.archive.schema import SCHEMA, VERSION
from publisher.archive.store import Store
from publisher.archive.taking import Taker
from publisher.errors import ArchiveError
from publisher.memo import Memo

# Records that are written in one transaction.
_BATCH = 500
# Kilobytes of the file that are kept in memory, and bytes of its log that are kept on the disk.
_CACHE = 32_000
_LOG_KEPT = 16_000_000
# How long one process waits until another has written, in seconds.
_PATIENCE = 60.0

_Way = Literal["kept", "rehearsed", "read"]


class Index(Queries):
    """Opens the file and fills it from the archive."""

    def __init__(
        self, path: Path | None, store: Store, way: _Way = "kept", *, is_shared: bool = False
    ) -> None:
        """`path` is None for an index in memory.

        One that is shared may be taken over from a process that is stalled: no rehearsal of it
        keeps others from writing.
        What a ``rehearsed`` one is told it forgets when it is closed; one that is ``read`` is
        told nothing, and remembers what it was asked.  Both are of a file that is there.
        """
        self._store = store
        self._path = path
        self._way = way
        self._is_shared = is_shared
        self._meets_takedown = self._is_made_anew = False
        self._db = self._open() if way == "kept" else self._connect()
        self._taker = Taker(self._db, store)
        if way == "rehearsed":
            with self._saying():
                self._db.execute("BEGIN IMMEDIATE")
        elif way == "read":
            # From its first answer on it sees what was there then, whatever others write.
            self._db.execute("BEGIN")
            self._answers = Memo(ANSWERS)

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
                db.executescript(SCHEMA)
                db.execute(f"PRAGMA user_version = {VERSION}")
        return db

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path or ":memory:", timeout=_PATIENCE, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        # A lost transaction is read from the log again.
        db.execute("PRAGMA synchronous = OFF")
        db.execute(f"PRAGMA cache_size = -{_CACHE}")
        db.execute(f"PRAGMA journal_size_limit = {_LOG_KEPT}")
        db.execute(f"PRAGMA query_only = {self._way == 'read'}")
        return db

    def _remove(self) -> None:
        if self._path is not None:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self._path}{suffix}").unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file; one that is rehearsed is as it was before."""
        with suppress(sqlite3.ProgrammingError):  # it was closed before
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        self._db.close()

    def rebuild(self) -> None:
        """Forget everything and read the whole log again."""
        self._db.close()
        self._remove()
        self._db = self._open()
        self._taker = Taker(self._db, self._store)
        self._is_made_anew = True
        while self._has_record(self.last_log + 1):
            self._take_some()
        self._meets_takedown = self._is_made_anew = False

    # Beside it ---------------------------------------------------------------------------------

    def rehearsal(self, store: Store) -> Index:
        """One for an archive that lies over this one's: what it learns is forgotten.

        Until it is closed, neither this one nor another process may write; they may read.  Of
        one that is shared it is a copy in memory.
        """
        if self._path is not None and not self._is_shared:
            return Index(self._path, store, "rehearsed")
        copy = Index(None, store)
        self._db.backup(copy._db)
        return copy

    def reopened(self) -> Index:
        """The same for a forked process, which may not use a connection that it inherits.

        It is only read.  One in memory was copied with the process.  A rehearsed one, of which
        no other process may know, is refused.
        """
        if self._path is None:
            return self
        if self._way == "rehearsed":
            raise ValueError("what is rehearsed is known to one process only")
        return Index(self._path, self._store, "read")

    @contextmanager
    def still(self) -> Iterator[None]:
        """While nobody adds to the archive: what is asked twice is looked up once."""
        before, self._answers = self._answers, Memo(ANSWERS)
        try:
            yield
        finally:
            self._answers = before

    # Catching up -------------------------------------------------------------------------------

    def catch_up(self) -> int:
        """Read what was added to the log since; how many records that were."""
        if self._way == "kept" and self.last_log and not self._has_record(self.last_log):
            # The archive is another one than this index was made from.
            self.rebuild()
            return 0
        taken = 0
        while self._has_record(self.last_log + 1):
            taken += self._take_some()
        if self._meets_takedown and self._way == "kept":
            self._forget_taken_down()
            return 0
        return taken

    def _forget_taken_down(self) -> None:
        """No byte of what was taken down by law is left here: the file is made anew."""
        for stone in records.tombstones(self._store):
            self._store.forget(stone.files)
        self.rebuild()

    def _has_record(self, number: int) -> bool:
        return self._store.get(records.log_file(number)) is not None

    def _take_some(self) -> int:
        """Take some records: those before one that cannot be read are kept."""
        taken, failure = 0, None
        with self._transaction("some"):
            # What another process has taken meanwhile is not taken again.
            for record in islice(records.read_log(self._store, self.last_log), _BATCH):
                try:
                    with self._transaction("one"):
                        self._taker.take(record)
                except ArchiveError as error:
                    failure = error
                    break
                taken += 1
                self._meets_takedown |= record.what == "takedown"
            if self._meets_takedown and not self._is_made_anew:
                # With the records themselves: whoever is killed before the file is made anew leaves
                # one that is not opened again.
                self._db.execute("PRAGMA user_version = 0")
        if failure is not None:
            raise failure
        return taken

    @contextmanager
    def _transaction(self, name: str) -> Iterator[None]:
        is_inner = self._db.in_transaction
        with self._saying():
            # At once: one that begins by reading cannot wait for another process to finish.
            self._db.execute(f"SAVEPOINT {name}" if is_inner else "BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._taker.forget()
                self._db.execute(f"ROLLBACK TO {name}" if is_inner else "ROLLBACK")
                if is_inner:
                    self._db.execute(f"RELEASE {name}")
                raise
            self._db.execute(f"RELEASE {name}" if is_inner else "COMMIT")

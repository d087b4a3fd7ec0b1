"""Texts as they were converted from Markdown, kept for the next run.

Most of what a day's pages and feeds show stood on the pages of the day before.  What is kept is
derived, and may be deleted at any time.  It is found by the program and by a digest of the text,
and a digest of its own says that it is whole: whatever is lost or damaged is converted anew.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from publisher import markdown, markup
from publisher.memo import Memo
from publisher.site.program import digest, program

_MOST = 64_000_000  # bytes of the file: two or three years of days with ten entries
_NEAR = 4096  # texts in memory
# So many that were not there, one after the other, are a whole site, or a theme that shows other
# texts: it would fill the file with what is not asked for again.
_TOO_MANY = 2000
_PATIENCE = 0.2  # seconds: converting a text takes less than a thousandth of one
_TABLE = "CREATE TABLE IF NOT EXISTS text (key TEXT PRIMARY KEY, made BLOB, whole BLOB)"
_KEPT = "SELECT CAST(ifnull(made, '') AS BLOB), whole FROM text WHERE key = ?"
_KEEP = "INSERT OR REPLACE INTO text VALUES (?, ?, ?)"


class KeptTexts:
    """Keeps converted texts in a folder; where it cannot be read or written, converts again.

    It may be used by this process and by forks of it; each has a connection of its own, because
    SQLite's may not be carried into a fork, not even to be closed there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._near = Memo(_NEAR)
        self._connections: dict[int, sqlite3.Connection | None] = {}
        self._missed = 0

    def __call__(self, key: str, make: Callable[[], str]) -> str:
        """What a key stands for, made where it is not kept."""
        return self._near(key, lambda: self._found(key, make))

    def close(self) -> None:
        """Close the file; it is opened again when it is used."""
        db = self._connections.pop(os.getpid(), None)
        if db is not None:
            db.close()

    def clear(self) -> None:
        """Forget everything."""
        self.close()
        self._near = Memo(_NEAR)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _found(self, key: str, make: Callable[[], str]) -> str:
        data, whole = self._run(_KEPT, key) or (b"", b"")
        if whole == _whole(key, data):
            self._missed = 0
            return data.decode()
        made = make()
        self._missed += 1
        if self._missed < _TOO_MANY:
            self._run(_KEEP, key, data := made.encode(), _whole(key, data))
        return made

    def _run(self, statement: str, *values: str | bytes) -> tuple[bytes, bytes] | None:
        """The first row, if any; a file that fails once is left alone."""
        own = os.getpid()
        try:
            if own not in self._connections:
                self._connections[own] = self._open()
            if (db := self._connections[own]) is None:
                return None
            found: tuple[bytes, bytes] | None = db.execute(statement, values).fetchone()
        except (sqlite3.Error, OSError) as error:
            self._connections[own] = None
            # Else another process writes, or the disk is full, or it may only be read.
            if not isinstance(error, sqlite3.OperationalError | OSError):
                self._remove()  # it is damaged
            return None
        return found

    def _open(self) -> sqlite3.Connection | None:
        """The file, made where it is not there; None for a publication that was never published."""
        if not self._folder.parent.is_dir():
            return None
        path = self._folder / f"{_program()}.sqlite"
        if not path.is_file() or path.stat().st_size > _MOST:
            self._remove()  # with what other versions have kept
            self._folder.mkdir(exist_ok=True)
        db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        db.execute(_TABLE)
        return db

    def _remove(self) -> None:
        with suppress(OSError):
            shutil.rmtree(self._folder)


def _whole(key: str, made: bytes) -> bytes:
    return digest(b"%s %s" % (key.encode(), made))


@cache
def _program() -> str:
    """What converts a text: other versions may make other HTML of it."""
    folder = Path(markdown.__file__).parent
    return program(["Markdown", "nh3"], [Path(markup.__file__), *sorted(folder.glob("*.py"))])

"""What a check found in each entry, kept in the state folder for the next one.

All of it is derived: the file may be deleted at any time, and one that is damaged, or was written
by other rules or under other settings of the publication, is begun anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path

import babel
import pydantic
import yaml

from publisher.config.publication import Publication
from publisher.content.judging import Row
from publisher.version import VERSION

_NAME = "check.sqlite"
_TABLES = """
CREATE TABLE rules (hash TEXT NOT NULL);
CREATE TABLE entry (id TEXT PRIMARY KEY, stamp TEXT, hash BLOB, kept BLOB) WITHOUT ROWID;
"""
# Whose change may change what is found in a file by itself.
_PARTS = ("content", "config", "yaml12", "*.py")


class Cache:
    """The rows of one publication; without a folder that can be written, none are kept."""

    def __init__(self, state: Path, publication: Publication) -> None:
        self._path = state / _NAME
        self._rules = _fingerprint(publication)

    def rows(self) -> dict[str, Row]:
        """What is kept, by id; nothing where that cannot be read."""
        try:
            return self._read()
        except (sqlite3.Error, OSError, ValueError):
            return {}

    def _read(self) -> dict[str, Row]:
        if not self._path.is_file():
            return {}
        with closing(self._connect()) as connection:
            if connection.execute("SELECT hash FROM rules").fetchall() != [(self._rules,)]:
                return {}
            found = connection.execute("SELECT id, stamp, hash, kept FROM entry")
            return {entry_id: Row(*row) for entry_id, *row in found}

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, isolation_level=None)

    def keep(self, new: Mapping[str, Row], gone: Iterable[str]) -> None:
        """Keep new rows and forget others; where that cannot be done, the next check takes longer.

        Another check may be writing at this time: it knows the same.
        """
        gone = list(gone)
        if not new and not gone:
            return
        with suppress(sqlite3.OperationalError, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._write(new, gone)
            except sqlite3.OperationalError:  # locked, or not writable
                raise
            except sqlite3.DatabaseError:  # damaged
                self._path.unlink(missing_ok=True)
                self._write(new, gone)

    def _write(self, new: Mapping[str, Row], gone: Iterable[str]) -> None:
        rows = [(entry_id, row.stamp, row.hash, row.kept) for entry_id, row in new.items()]
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if not self._is_of_these_rules(connection):
                for name in ("rules", "entry"):
                    connection.execute(f"DROP TABLE IF EXISTS {name}")
                for statement in filter(str.strip, _TABLES.split(";")):
                    connection.execute(statement)
                connection.execute("INSERT INTO rules VALUES (?)", (self._rules,))
            connection.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)", rows)
            connection.executemany("DELETE FROM entry WHERE id = ?", [(each,) for each in gone])
            connection.execute("COMMIT")

    def _is_of_these_rules(self, connection: sqlite3.Connection) -> bool:
        try:
            found = connection.execute("SELECT hash FROM rules").fetchall()
        except sqlite3.OperationalError:  # no such table: the file is new
            return False
        return bool(found == [(self._rules,)])


def forget(state: Path) -> None:
    """Take the file away: it says what entries are called."""
    for file in state.glob(f"{_NAME}*"):
        file.unlink(missing_ok=True)


def _fingerprint(publication: Publication) -> str:
    """What says that the same file would be judged the same: the program, its parts, settings."""
    found = hashlib.blake2b(digest_size=20)
    parts = (VERSION, sys.version, pydantic.VERSION, yaml.__version__, babel.__version__)
    found.update(repr((parts, publication)).encode("utf-8", "backslashreplace"))
    package = Path(__file__).parents[1]
    for part in _PARTS:
        for file in sorted(package.glob(part if "*" in part else f"{part}/*.py")):
            found.update(file.read_bytes())
    return found.hexdigest()

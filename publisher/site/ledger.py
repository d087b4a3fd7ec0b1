"""The ledger of the site: which target wrote which files, from what, and what the site shows.

It is SQLite, in the state folder, and derived: without it the whole site is written again.  A file
is claimed here before it is written to the site, so that what is removed later is always ours.  A
run reads and writes only the rows of the targets that it touches.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from publisher.errors import OutputError
from publisher.site.targets import Target

# A file with another version is made anew.
VERSION = 1

_SCHEMA = """
CREATE TABLE known (what TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE uses (id INTEGER PRIMARY KEY, inputs TEXT NOT NULL UNIQUE);
CREATE TABLE target (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, uses INTEGER,
    UNIQUE (kind, name)
);
CREATE INDEX target_uses ON target (uses);
CREATE TABLE file (
    target INTEGER, path TEXT NOT NULL, PRIMARY KEY (target, path)
) WITHOUT ROWID;
CREATE INDEX file_path ON file (path);
"""
_PROBE = """
SELECT (SELECT count(*) FROM known), (SELECT max(inputs) FROM uses),
    (SELECT max(id) + max(uses) FROM target), (SELECT max(path) FROM file)
"""
# Of this run alone: which targets were written, and which files a target no longer has.
_RUN = """
CREATE TEMP TABLE written (target INTEGER PRIMARY KEY);
CREATE TEMP TABLE gone (target INTEGER, path TEXT, PRIMARY KEY (target, path)) WITHOUT ROWID;
"""
# A file that two targets have goes when neither of them has it any more.
_NOBODY_HAS = """
SELECT DISTINCT path FROM temp.gone WHERE NOT EXISTS (
    SELECT 1 FROM main.file AS f WHERE f.path = gone.path AND NOT EXISTS (
        SELECT 1 FROM temp.gone AS g WHERE g.target = f.target AND g.path = f.path
    )
) ORDER BY path
"""
_UNNAMED = ("", "[]")  # the target of files of which only is known that they are ours


class DamagedLedgerError(Exception):
    """The file cannot be read as what it is: it is made anew, and the site written as a whole."""


@dataclass(frozen=True, slots=True)
class State:
    """What the site shows: up to which record of which archive, in which folder, from which inputs.

    `inputs` has a digest for each part of what pages are made from, by its name.
    """

    log: int = 0
    archive: str = ""
    folder: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)

    def differing(self, other: State) -> frozenset[str]:
        """The names of the inputs that are not the same in both."""
        mine, others = set(self.inputs.items()), set(other.inputs.items())
        return frozenset(name for name, _ in mine ^ others)

    @property
    def told(self) -> str:
        """The state in a line."""
        return f"log {self.log}, {_digest(json.dumps(dict(self.inputs), sort_keys=True))}"


class Ledger:
    """The file, open; raises OutputError where it cannot be written, DamagedLedgerError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with saying(path):
            self._db = self._open()
            self._db.executescript(_RUN)
        self._uses: dict[frozenset[str], int] = {}

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(sqlite3.DatabaseError):
            db = self._connect()
            try:
                if db.execute("PRAGMA user_version").fetchone()[0] == VERSION:
                    db.execute(_PROBE).fetchone()
                    return db
            except sqlite3.DatabaseError:
                db.close()
                raise
            db.close()
        remove(self.path)
        db = self._connect()
        db.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {VERSION};COMMIT;")
        return db

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            # What is claimed must be on the disk before the files are.
            db.execute("PRAGMA synchronous = FULL")
        except sqlite3.DatabaseError:
            db.close()
            raise
        return db

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # What the site shows -----------------------------------------------------------------------

    @property
    def state(self) -> State | None:
        """What was remembered last; None where that is nothing, or not what it was."""
        with saying(self.path):
            found = self._db.execute("SELECT what, digest FROM known").fetchall()
        if len(found) != 1 or _digest(found[0][0]) != found[0][1]:
            return None
        return State(**json.loads(found[0][0]))

    def remember(self, state: State | None) -> None:
        """What the site shows from now on."""
        with self._transaction():
            self._db.execute("DELETE FROM known")
            if state is not None:
                told = {"log": state.log, "archive": state.archive, "folder": state.folder}
                text = json.dumps(told | {"inputs": dict(state.inputs)}, sort_keys=True)
                self._db.execute("INSERT INTO known VALUES (?, ?)", (text, _digest(text)))

    def using(self, inputs: Iterable[str]) -> Iterator[Target]:
        """The targets that were made from at least one of some inputs."""
        wanted = frozenset(inputs)
        with saying(self.path):
            rows = self._db.execute("SELECT id, inputs FROM uses").fetchall()
            for number, names in rows:
                if wanted & frozenset(json.loads(names)):
                    found = self._db.execute(
                        "SELECT kind, name FROM target WHERE uses = ?", (number,)
                    )
                    yield from (Target(kind, tuple(json.loads(name))) for kind, name in found)

    def has(self, target: Target) -> bool:
        """Whether a target was ever written."""
        with saying(self.path):
            return self._id(target.kind, json.dumps(target.name)) is not None

    # Which files are ours ----------------------------------------------------------------------

    def claim(self, target: Target, uses: frozenset[str], paths: Iterable[str]) -> tuple[str, ...]:
        """Say that a target has just these files; gives back those that it had until now.

        To be done inside `claiming`, and before the files are written.
        """
        number = self._numbered(target.kind, json.dumps(target.name), self._uses_id(uses))
        found = self._db.execute("SELECT path FROM file WHERE target = ?", (number,))
        had, has = {path for (path,) in found}, set(paths)
        self._add(number, has - had)
        self._db.executemany(
            "INSERT OR IGNORE INTO temp.gone VALUES (?, ?)", [(number, each) for each in had - has]
        )
        self._db.execute("INSERT OR IGNORE INTO temp.written VALUES (?)", (number,))
        return tuple(sorted(had - has))

    def claim_unnamed(self, paths: Iterable[str]) -> None:
        """Files that an earlier version is known to have written; whichever target had them."""
        with self._transaction():
            self._add(self._numbered(*_UNNAMED, None), paths)

    @contextmanager
    def claiming(self) -> Iterator[Callable[..., tuple[str, ...]]]:
        """Claim files of many targets; they are on the disk at the end."""
        with self._transaction():
            yield self.claim

    def leave_the_rest(self) -> None:
        """Every target that this run has not written is no more."""
        with self._transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO temp.gone SELECT target, path FROM main.file"
                " WHERE target NOT IN (SELECT target FROM temp.written)"
            )

    def gone(self) -> list[str]:
        """The files that targets of this run had, and that no target has any more."""
        with saying(self.path):
            return [path for (path,) in self._db.execute(_NOBODY_HAS)]

    def forget_gone(self) -> None:
        """What is gone was removed: it is not ours any more."""
        with self._transaction():
            self._db.execute(
                "DELETE FROM main.file WHERE (target, path) IN (SELECT target, path FROM temp.gone)"
            )
            self._db.execute(
                "DELETE FROM target WHERE id IN (SELECT target FROM temp.gone) AND NOT EXISTS"
                " (SELECT 1 FROM main.file AS f WHERE f.target = target.id)"
            )
            self._db.execute("DELETE FROM temp.gone")

    def files(self) -> Iterator[str]:
        """The paths of all files that are ours, in their order."""
        with saying(self.path):
            for (path,) in self._db.execute("SELECT DISTINCT path FROM file ORDER BY path"):
                yield path

    # Rows --------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with saying(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _id(self, kind: str, name: str) -> int | None:
        found = self._db.execute(
            "SELECT id FROM target WHERE kind = ? AND name = ?", (kind, name)
        ).fetchone()
        return int(found[0]) if found else None

    def _numbered(self, kind: str, name: str, uses: int | None) -> int:
        self._db.execute(
            "INSERT INTO target (kind, name, uses) VALUES (?, ?, ?) ON CONFLICT (kind, name)"
            " DO UPDATE SET uses = excluded.uses WHERE uses IS NOT excluded.uses",
            (kind, name, uses),
        )
        number = self._id(kind, name)
        assert number is not None, "the row was just written"
        return number

    def _uses_id(self, uses: frozenset[str]) -> int:
        if uses not in self._uses:
            text = json.dumps(sorted(uses))
            self._db.execute("INSERT OR IGNORE INTO uses (inputs) VALUES (?)", (text,))
            found = self._db.execute("SELECT id FROM uses WHERE inputs = ?", (text,)).fetchone()
            self._uses[uses] = found[0]
        return self._uses[uses]

    def _add(self, number: int, paths: Iterable[str]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO file VALUES (?, ?)", [(number, each) for each in sorted(paths)]
        )


@contextmanager
def saying(path: Path) -> Iterator[None]:
    """Tell a file that is damaged from a disk that is full or may not be written to."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise OutputError(
            f"{path} could not be written: {error}",
            "see to the folder and its disk, then run the same command again",
        ) from error
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:
        raise DamagedLedgerError(path) from error


def remove(path: Path) -> None:
    """Take the file away, with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

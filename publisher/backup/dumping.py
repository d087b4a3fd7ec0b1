"""A database as one file, of one moment, while others write to it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from publisher.errors import StepFailed

_TIMEOUT = 6 * 3600


def dump(url: str, file: Path) -> None:
    """Write the database of an installation to a file, readable for its owner alone."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _dump_sqlite(Path(parsed.database or ""), file)
    else:
        _run("pg_dump", parsed, ["--format=custom", "--no-owner", f"--file={file}"])


def load(url: str, file: Path) -> None:
    """Put a database back where there is none yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        place = Path(parsed.database or "")
        place.parent.mkdir(parents=True, exist_ok=True)
        _dump_sqlite(file, place)
    else:
        _run("pg_restore", parsed, ["--no-owner", "--exit-on-error", "--single-transaction",
                                    f"--dbname={parsed.database}", str(file)])  # fmt: skip


def _dump_sqlite(source: Path, target: Path) -> None:
    """SQLite's online backup: https://www.sqlite.org/backup.html.

    In one step, of one moment: with a write-ahead log nobody waits for it.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=30)) as old,
            closing(sqlite3.connect(target, timeout=30)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
            (state,) = new.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        raise StepFailed(
            f"the database {source} cannot be copied: {error}", "see to the disk, and try again"
        ) from error
    if state != "ok":
        raise StepFailed(
            f"the database {source} is damaged: {state}", "keep the last backup, and restore it"
        )
    with target.open("rb") as written:
        os.fsync(written.fileno())


def _run(program: str, url: URL, arguments: list[str]) -> None:
    found = shutil.which(program)
    if found is None:
        raise StepFailed(
            f"{program} is not installed, and the database is PostgreSQL",
            "install PostgreSQL's client programs of the server's version (postgresql-client)",
        )
    # A socket's folder stands in the query of the address.
    named = {"PGHOST": url.query.get("host", url.host), "PGPORT": url.query.get("port", url.port),
             "PGUSER": url.username, "PGPASSWORD": url.password,
             "PGDATABASE": url.database}  # fmt: skip
    environment = {**os.environ, **{key: str(each) for key, each in named.items() if each}}
    done = subprocess.run(
        [found, *arguments], capture_output=True, text=True, check=False, env=environment,
        stdin=subprocess.DEVNULL, timeout=_TIMEOUT,
    )  # fmt: skip
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StepFailed(f"{program} failed: {said}", "mend that, and try again")

"""From SQLite to PostgreSQL: every row of an installation, all of them or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, text
from sqlalchemy.engine import make_url

from publisher.errors import StepFailed, UsageError
from publisher.storage.database import aware, open_database, writing
from publisher.storage.postgres import said
from publisher.storage.slice_runs import SliceRuns
from publisher.storage.tables import MOVED, facts, metadata

_AT_ONCE = 5000
Tell = Callable[[str, int], None]
"""Is told each table and the number of its rows."""


def open_source(url: str) -> Engine:
    """The SQLite database that is to be moved, at this version's tables."""
    given = make_url(url) if url.startswith("sqlite:///") else None
    if given is None or not given.database:
        raise UsageError(
            f"--from: {url} is no database of SQLite", "write sqlite:///var/publisher.sqlite"
        )
    if not Path(given.database).is_file():
        raise UsageError(f"--from: there is no file {given.database}", "name the old database")
    return open_database(url)


def move(source: Engine, target: Engine, now: dt.datetime, tell: Tell) -> None:
    """Copy every table into an empty database of PostgreSQL; then the source is closed for good.

    Nobody writes to either meanwhile.  Raises UsageError for a target that is not empty, and
    StepFailed, having changed nothing, where a table has not arrived whole.
    """
    place = target.url.render_as_string(hide_password=True)
    with _held(target) as new, writing(source) as old:
        for table in metadata.sorted_tables:
            tell(table.name, _copy(old, new, table))
            _count_on(old, new, table)
        old.execute(insert(facts).values(name=MOVED, value=f"{place}, {now:%Y-%m-%d}"))
        # First the new one: a crash between the two leaves both, and the old one is still good.
        new.commit()
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        plain.execute(text("ANALYZE"))
    SliceRuns(target).mark_left()


@contextmanager
def _held(target: Engine) -> Iterator[Connection]:
    """A transaction of the target in which nobody else writes, and which begins with no rows."""
    names = ", ".join(f'"{each.name}"' for each in metadata.sorted_tables)
    with target.connect() as connection:
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
        # Reading from SQLite must not look to the server like a process that was stopped.
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '10min'"))
        for table in metadata.sorted_tables:
            if connection.execute(select(table).limit(1)).first() is not None:
                raise UsageError(
                    f"the database is not empty: there are rows in {table.name}",
                    "name a new one in PUBLISHER_DATABASE_URL (createdb)",
                )
        yield connection


def _copy(old: Connection, new: Connection, table: Table) -> int:
    """Copy the rows of a table, some at a time in memory; how many there were."""
    from psycopg import Error

    driver: Any = new.connection.driver_connection
    columns = ", ".join(f'"{each.name}"' for each in table.columns)
    rows = old.execute(select(table).execution_options(yield_per=_AT_ONCE))
    number = 0
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as into,
        ):
            for row in rows:
                into.write_row([_value(each) for each in row])
                number += 1
    except Error as error:
        # Where it stood, without the value: that may be somebody's address.
        where = (error.diag.context or table.name).partition(":")[0]
        raise StepFailed(
            f"nothing was moved: {said(error)} ({where})",
            "see to the server, or mend that value in the old database; then run it again",
        ) from error
    return number


def _value(value: object) -> object:
    return aware(value) if isinstance(value, dt.datetime) else value


def _count_on(old: Connection, new: Connection, table: Table) -> None:
    """Compare the numbers of rows, and go on counting where the old database was."""
    query = select(func.count()).select_from(table)
    before, after = old.scalar(query), new.scalar(query)
    if before != after:
        raise StepFailed(
            f"of {before} rows of {table.name} {after} have arrived: nothing was moved",
            "run it again; where it happens again, report it",
        )
    # Numbers of subscribers are random.
    if "id" in table.columns and table.name != "subscribers" and (last := _last(old, table)):
        where = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
        new.execute(where, {"name": table.name, "last": last})


def _last(old: Connection, table: Table) -> int:
    """The highest number that was ever given: rows with higher ones may be gone."""
    given = old.scalar(
        text("SELECT max(seq) FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
    )
    return max(given or 0, old.scalar(select(func.max(table.c.id))) or 0)

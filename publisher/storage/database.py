"""Opening a database, and bringing it to this version of the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from publisher.errors import SettingsError, StepFailed
from publisher.storage import postgres
from publisher.storage.tables import MOVED, SCHEMA

_REMEDY = "check PUBLISHER_DATABASE_URL, the disk and the permissions; then run it again"


def open_database(url: str) -> Engine:
    """Open a database at this version's tables; an older one is brought up, a newer one refused."""
    engine = _engine(url)
    event.listen(engine, "handle_error", _say)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "connect", postgres.prepare)
    migrate(engine)
    if engine.dialect.name == "sqlite":
        _refuse_moved(engine)
    return engine


def _refuse_moved(engine: Engine) -> None:
    """What was written into a database that was left behind would be lost."""
    with reading(engine) as connection:
        place = connection.scalar(text("SELECT value FROM facts WHERE name = :it"), {"it": MOVED})
    if place is not None:
        raise SettingsError(
            f"this database was moved to {place}",
            "set PUBLISHER_DATABASE_URL to it, in the environment of every process",
        )


def is_empty(url: str) -> bool:
    """Whether a database has no tables yet; nothing is made there."""
    engine = _engine(url)
    event.listen(engine, "handle_error", _say)
    try:
        return not inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        return create_engine(parsed, poolclass=NullPool, connect_args=_arguments(parsed))
    except OSError as error:
        what = f"the folder of the database cannot be made: {error.filename}: {error.strerror}"
        raise StepFailed(what, _REMEDY) from error
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise SettingsError(f"PUBLISHER_DATABASE_URL cannot be used: {error}", _REMEDY) from error


def _arguments(url: URL) -> dict[str, object]:
    """What the driver is told, where the address does not say otherwise."""
    if url.get_backend_name() == "sqlite":
        return {}
    return {name: value for name, value in postgres.CONNECT.items() if name not in url.query}


def _say(context: ExceptionContext) -> None:
    """Whatever the database refuses, at any time, is said in words."""
    cause = context.original_exception
    raise refused(cause) from cause


def refused(cause: BaseException) -> StepFailed:
    """What the database refuses, in words."""
    said = postgres.said(cause)
    return StepFailed(f"the database cannot be used: {said}", postgres.remedy_of(cause) or _REMEDY)


def _durable(connection: object, _: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # Transactions begin in `_begin`, not where Python's driver thinks one is needed.
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten: a person who was forgotten is in no free page.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Who will write takes the lock at once: waiting for it later fails where two want it."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine, group: str = "") -> Iterator[Connection]:
    """A transaction that writes; it is on the disk when this returns, or nothing of it is.

    One at a time on SQLite; on PostgreSQL one at a time of each group, where one is named.  Who
    decides by what it has read names a group, or locks the rows that it looks at.
    """
    with engine.execution_options(writes=True).begin() as connection:
        if group and connection.dialect.name == "postgresql":
            postgres.take_turns(connection, group)
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: everything in it is of one moment."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    with engine.begin() as connection:
        yield connection


def utc(moment: dt.datetime) -> dt.datetime:
    """An aware time as it is written."""
    return moment.astimezone(dt.UTC)


def aware(moment: dt.datetime) -> dt.datetime:
    """A time as it was written, in UTC: SQLite keeps no zone."""
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def aware_or_none(moment: dt.datetime | None) -> dt.datetime | None:
    """The same, where there may be none."""
    return None if moment is None else aware(moment)


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Bring the tables to this version; give back the version before and the one now.

    Raises SettingsError for a database of a newer version.  Of several processes that start at
    once one does it, and the others wait for it.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            postgres.refuse_unfit(connection)
        before = _version(connection)
    if before != SCHEMA:
        # Alembic takes longer to import than a day's issue to publish, and is needed once a year.
        from publisher.storage.migrating import upgrade

        with writing(engine) as connection:
            if connection.dialect.name == "postgresql":
                postgres.take_time(connection)
                postgres.take_turns(connection, "migration")
            upgrade(connection)
    return before, SCHEMA


def _version(connection: Connection) -> str | None:
    """The version of the tables as Alembic has written it down; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)

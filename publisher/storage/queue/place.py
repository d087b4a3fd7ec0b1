"""Where the queue's tables lie: a schema of the database, for a version of Procrastinate."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

from publisher.errors import StepFailed

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

TIMEOUT = 5.0
"""Seconds for a connection; whoever waits for it tries again."""
_SCHEMA_LOCK = 7239145
"""A number for an advisory lock: one makes the tables at a time."""
_REMEDY = "check PUBLISHER_DATABASE_URL and the server; then run it again"


class Place:
    """The queue's tables in a database; `server` is its address as libpq has it."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url).set(drivername="postgresql")
        self.server = parsed.render_as_string(hide_password=False)

    def prepare(self) -> None:
        """Make the tables where there are none, one process at a time."""
        import psycopg
        from procrastinate.schema import SchemaManager

        name = schema_name()
        there = f"SELECT to_regclass('{name}.procrastinate_jobs') IS NOT NULL"
        try:
            # Each statement by itself: a transaction that has waited for the lock would still not
            # see tables that were made meanwhile.
            with psycopg.connect(
                self.server, autocommit=True, connect_timeout=int(TIMEOUT)
            ) as connection:
                if _is_so(connection, there):
                    return
                connection.execute("SELECT pg_advisory_lock(%s)", [_SCHEMA_LOCK])
                if not _is_so(connection, there):
                    with connection.transaction():
                        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
                        connection.execute(f"SET LOCAL search_path TO {name}")
                        connection.execute(SchemaManager.get_schema())
        except psycopg.Error as error:
            raise unusable(error) from error

    def pool(self) -> ConnectionPool:
        """Connections for asking, of which none rests."""
        from psycopg_pool import NullConnectionPool

        return NullConnectionPool(
            self.server, kwargs=options(), max_size=2, timeout=TIMEOUT, open=False
        )


def schema_name() -> str:
    """The schema of the queue's tables, for this version of Procrastinate."""
    major, minor, *_ = version("procrastinate").split(".")
    return f"procrastinate_{major}_{minor}"


def options() -> dict[str, Any]:
    """Parameters of a connection that works with the queue."""
    return {
        "options": f"-c search_path={schema_name()}",
        "connect_timeout": int(TIMEOUT),
        "application_name": "publisher queue",
    }


def _is_so(connection: Any, query: str) -> bool:
    return bool(connection.execute(query).fetchone()[0])


def why(error: object) -> str:
    """What has happened, in one line."""
    cause = error.__cause__ if isinstance(error, BaseException) and error.__cause__ else error
    return str(cause).strip().partition("\n")[0] or repr(cause)


def unusable(error: BaseException) -> StepFailed:
    """The same as an error of ours."""
    return StepFailed(f"the queue cannot be used: {why(error)}", _REMEDY)

"""A connection that somebody keeps for many small transactions, with the driver's own cursor."""

from __future__ import annotations

from contextlib import AbstractContextManager

from sqlalchemy import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPICursor

from publisher.storage.database import refused

_BUSY = 500
"""Milliseconds; who keeps the ledger tries again by themselves, and looks after the lanes."""
_CHECKPOINT = 4000
"""Pages of 4 KiB: what was written is moved into the database once in some thousand messages."""


class OwnConnection:
    """Made when it is first needed, and anew where the last one was lost."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: Connection | None = None

    def transaction(self) -> AbstractContextManager[DBAPICursor]:
        """A transaction that writes; raises StepFailed for what the database refuses."""
        if self._held is None or self._held.closed:
            connection = self._engine.connect().execution_options(writes=True)
            if self._engine.dialect.name == "sqlite":
                _tune(connection)
            self._held = connection
        return _Transaction(self._held)

    def close(self) -> None:
        """Let the connection go; may be called twice."""
        if self._held is not None:
            self._held.close()
            self._held = None


class _Transaction(AbstractContextManager[DBAPICursor]):
    """Begins and ends a transaction; what the database refuses is said.

    One that fails leaves the connection usable, or closed.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._begun = connection.begin()

    def __enter__(self) -> DBAPICursor:
        return self._connection.connection.cursor()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        try:
            if kind is None:
                self._begun.commit()
            else:
                self._begun.rollback()
        except BaseException:
            # A full disk, a server that is gone: whatever became of it, the next transaction has
            # a new connection.
            self._connection.invalidate()
            self._connection.close()
            raise
        if isinstance(error, self._connection.dialect.loaded_dbapi.Error):
            raise refused(error) from error


def _tune(connection: Connection) -> None:
    """A connection of SQLite for many small transactions, each on the disk when it ends."""
    # Past SQLAlchemy, which would begin a transaction for it.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY}")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
    cursor.close()

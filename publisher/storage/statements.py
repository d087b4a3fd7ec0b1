"""Statements that are run for every message: compiled once, and run by the driver itself.

SQLAlchemy takes longer over a statement than SQLite does over the rows that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Table
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql import ClauseElement

Row = tuple[Any, ...]


def insert_new(database: Connection | Engine, table: Table) -> Any:
    """An INSERT that knows ``on_conflict_do_nothing``, in the words of a database.

    SQLAlchemy's part for the other database is not loaded.
    """
    if database.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert

        return insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


class Statement:
    """A statement in the words of one kind of database.

    Its values go to the driver as they are: integers and strings.  What the driver raises is not
    translated here.
    """

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self._text = str(compiled)
        # Values that stand in the statement itself.
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._order: Sequence[str] | None = getattr(compiled, "positiontup", None)

    def rows(self, cursor: DBAPICursor, values: Mapping[str, object]) -> Sequence[Row]:
        """What it finds."""
        cursor.execute(self._text, self._given(values))
        return cursor.fetchall()

    def run(self, cursor: DBAPICursor, *values: Mapping[str, object]) -> None:
        """Do it once for each of the values."""
        if len(values) == 1:
            cursor.execute(self._text, self._given(values[0]))
        else:
            cursor.executemany(self._text, [self._given(each) for each in values])

    def _given(self, values: Mapping[str, object]) -> Any:
        merged = {**self._fixed, **values}
        if self._order is None:
            return merged
        return [merged[name] for name in self._order]

"""Statements that are run for every message: compiled once, then given to the driver as they are.

SQLAlchemy takes longer over a statement than SQLite does over the rows that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql import ClauseElement

Row = tuple[Any, ...]


class Statement:
    """A statement in the words of one kind of database.

    Its values go to the driver as they are: integers and strings.
    """

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self._text = str(compiled)
        # Values that stand in the statement itself.
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._order: Sequence[str] | None = getattr(compiled, "positiontup", None)

    def rows(self, connection: Connection, values: Mapping[str, object]) -> Sequence[Row]:
        """What it finds."""
        return connection.exec_driver_sql(self._text, self._given(values)).fetchall()

    def run(self, connection: Connection, *values: Mapping[str, object]) -> None:
        """Do it once for each of the values."""
        given = [self._given(each) for each in values]
        # A list even of one would be run as many, which is slower with some drivers.
        connection.exec_driver_sql(self._text, given[0] if len(given) == 1 else given)

    def _given(self, values: Mapping[str, object]) -> Any:
        merged = {**self._fixed, **values}
        if self._order is None:
            return merged
        return tuple([merged[name] for name in self._order])

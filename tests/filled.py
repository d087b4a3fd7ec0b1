"""A database with a row in every table, for tests of what must not be lost."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine, MetaData, Table, insert, select

THEN = dt.datetime(2026, 5, 1, 8, 30, 15, 123456, tzinfo=dt.UTC)
_STATES = {
    "issue_steps": {"step": "mailed"},
    "subscribers": {"state": "suspended"},
    "subscriptions": {"state": "active"},
    "mailings": {"state": "sending"},
    "deliveries": {"state": "uncertain"},
    "notices": {"state": "queued"},
    "calls": {"state": "failed"},
}
Rows = dict[str, list[tuple[object, ...]]]


def tables_of(engine: Engine) -> list[Table]:
    """The tables that are there, those that others refer to first."""
    found = MetaData()
    found.reflect(engine)
    return [each for each in found.sorted_tables if each.name != "alembic_version"]


def fill(engine: Engine, number: int = 3) -> None:
    """Rows in every table, with a value in every column."""
    with engine.begin() as connection:
        for table in tables_of(engine):
            rows = [_row(table, each) for each in range(1, number + 1)]
            connection.execute(insert(table), rows)


def rows_of(engine: Engine, columns: dict[str, list[str]] | None = None) -> Rows:
    """Every row of every table; of the named columns where some are named."""
    found: Rows = {}
    with engine.connect() as connection:
        for table in tables_of(engine):
            names = columns.get(table.name) if columns else [each.name for each in table.columns]
            if names is not None:
                rows = connection.execute(select(*(table.c[name] for name in names)))
                found[table.name] = sorted((_plain(row) for row in rows), key=repr)
    return found


def columns_of(engine: Engine) -> dict[str, list[str]]:
    """The columns of every table."""
    return {each.name: [column.name for column in each.columns] for each in tables_of(engine)}


def _row(table: Table, number: int) -> dict[str, object]:
    fixed = _STATES.get(table.name, {})
    return {
        column.name: fixed.get(column.name, _value(column.type.python_type, number))
        for column in table.columns
    }


def _value(kind: type, number: int) -> object:
    if kind is int:
        return number
    if kind is bytes:
        return b"\x00\xff\r\n" + bytes([number])
    if kind is dt.datetime:
        return THEN + dt.timedelta(days=number)
    assert kind is str, kind
    return f"潮{number}'%"[:4]


def _plain(row: object) -> tuple[object, ...]:
    """A row as both databases give it: moments in UTC, bytes as bytes."""
    return tuple(_same(each) for each in row)  # type: ignore[attr-defined]


def _same(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return bytes(value) if isinstance(value, memoryview) else value

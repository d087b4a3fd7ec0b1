"""Statements that are compiled once."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from publisher.storage.ledger_turn import TurnStatements
from publisher.storage.statements import Statement
from publisher.storage.tables import facts

RENAME = (
    update(facts)
    .where(facts.c.name == bindparam("of_name"), facts.c.value == "old")
    .values(value=bindparam("new_value"))
)


def test_the_driver_gets_values_in_their_order() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE facts (name, value)")
    connection.executemany("INSERT INTO facts VALUES (?, ?)", [("a", "old"), ("b", "old")])
    statement = Statement(RENAME, sqlite.dialect())
    statement.run(connection.cursor(), {"of_name": "a", "new_value": "one"})
    statement.run(
        connection.cursor(),
        {"of_name": "a", "new_value": "two"},
        {"of_name": "b", "new_value": "three", "and_more": 1},
    )
    assert connection.execute("SELECT * FROM facts").fetchall() == [("a", "one"), ("b", "three")]
    connection.close()


class Recording:
    """A cursor of a driver that wants names, and does nothing."""

    def __init__(self) -> None:
        self.said: list[tuple[str, object]] = []

    def execute(self, text: str, values: object) -> None:
        self.said.append((text, values))


def test_or_by_their_names() -> None:
    cursor = Recording()
    Statement(RENAME, postgresql.dialect()).run(
        cursor,
        {"of_name": "a", "new_value": "one"},  # type: ignore[arg-type]
    )
    ((text, values),) = cursor.said
    assert "%(of_name)s" in text
    assert values == {"of_name": "a", "new_value": "one", "value_1": "old"}


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
def test_a_turn_can_be_said_to_every_database(dialect: object) -> None:
    TurnStatements(dialect)._of_size(5)  # type: ignore[arg-type]

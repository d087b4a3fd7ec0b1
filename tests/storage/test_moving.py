"""An installation on SQLite becomes one on PostgreSQL: all of it, or nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from filled import fill, rows_of
from sqlalchemy import Engine, select, text

from publisher.errors import SettingsError, StepFailed, UsageError
from publisher.storage.database import open_database, writing
from publisher.storage.mailings import Mailings
from publisher.storage.moving import move, open_source
from publisher.storage.subscribers import People
from publisher.storage.tables import deliveries, slices

pytestmark = pytest.mark.integration

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)


@pytest.fixture
def place(swift: Path) -> str:
    return f"sqlite:///{swift / 'old.sqlite'}"


@pytest.fixture
def old(place: str) -> Engine:
    """An installation with rows in every table."""
    engine = open_database(place)
    fill(engine)
    return engine


@pytest.fixture
def new(postgres: str) -> Engine:
    return open_database(postgres)


def test_every_row_of_every_table_arrives(old: Engine, new: Engine) -> None:
    """And is the same, with the numbers of rows as they are told."""
    before, told = rows_of(old), dict[str, int]()
    move(old, new, NOW, lambda table, rows: told.update({table: rows}))
    assert rows_of(new) == before
    assert told == {table: len(rows) for table, rows in before.items()}
    assert all(told.values())


def test_numbers_go_on_where_they_were(old: Engine, new: Engine) -> None:
    """Also past rows that are not there any more: links in mails name a mailing by its number."""
    with writing(old) as connection:
        connection.execute(text("UPDATE sqlite_sequence SET seq = 41 WHERE name = 'mailings'"))
    move(old, new, NOW, lambda *_: None)
    assert Mailings(new).open("daily", "2026-05-01", {"zh": b"."}, NOW).id == 42


def test_what_a_killed_sender_left_is_found(old: Engine, new: Engine) -> None:
    """A slice with deliveries under way looks like one whose run has died."""
    with writing(old) as connection:
        connection.execute(text("UPDATE slices SET seen = 0"))
        connection.execute(text("UPDATE deliveries SET state = 'sending' WHERE mailing_id = 2"))
    move(old, new, NOW, lambda *_: None)
    with new.connect() as connection:
        query = select(slices.c.mailing_id).where(slices.c.seen > 0)
        assert list(connection.scalars(query)) == [2]


def test_the_old_database_is_closed_for_good(old: Engine, new: Engine, place: str) -> None:
    """Else whoever signs up there would be lost, and an issue might go out twice."""
    move(old, new, NOW, lambda *_: None)
    with pytest.raises(SettingsError, match=r"was moved to postgresql.*2026-05-01; set PUBLISHER"):
        open_database(place)


def test_a_database_with_anything_in_it_is_refused(old: Engine, new: Engine, place: str) -> None:
    """And neither is changed."""
    People(new).fact("a", "b")
    before = rows_of(new)
    with pytest.raises(UsageError, match="not empty: there are rows in facts; name a new one"):
        move(old, new, NOW, lambda *_: None)
    assert rows_of(new) == before
    open_database(place)


def test_a_row_that_does_not_fit_moves_nothing(old: Engine, new: Engine, place: str) -> None:
    """SQLite counts no characters."""
    with writing(old) as connection:
        connection.execute(text("UPDATE deliveries SET edition = :long"), {"long": "x" * 61})
    with pytest.raises(StepFailed, match=r"too long .*\(COPY deliveries, line 1, column edition\)"):
        move(old, new, NOW, lambda *_: None)
    assert not any(rows_of(new).values())
    with open_database(place).connect() as connection:
        assert connection.scalar(select(deliveries.c.edition).limit(1)) == "x" * 61


@pytest.mark.parametrize("given", ["postgresql+psycopg://x/y", "sqlite://", "old.sqlite"])
def test_only_sqlite_is_moved(given: str) -> None:
    with pytest.raises(UsageError, match="is no database of SQLite"):
        open_source(given)


def test_a_file_that_is_not_there_is_not_made(swift: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        open_source(f"sqlite:///{swift / 'none.sqlite'}")
    assert not (swift / "none.sqlite").exists()

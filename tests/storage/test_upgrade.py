"""A database of the version before becomes one of this version, and keeps what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from clusters import Cluster
from filled import columns_of, fill, rows_of
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from publisher.storage.database import migrate, open_database
from publisher.storage.migrating import migrations

BEFORE = "0002"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.integration)])
def bare(request: pytest.FixtureRequest, swift: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{swift / 'old.sqlite'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.empty()
    yield url
    cluster.drop(url)


def old(url: str) -> Engine:
    """A database at the version before this one."""
    engine = create_engine(url, poolclass=NullPool)
    config = migrations()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
    return engine


def test_an_upgrade_keeps_every_row(bare: str) -> None:
    """Of every table, in every column that there was."""
    engine = old(bare)
    fill(engine)
    columns, before = columns_of(engine), rows_of(engine)

    assert migrate(open_database(bare))[1] != BEFORE
    assert rows_of(engine, columns) == before
    assert all(before.values())


def test_what_an_upgrade_adds_has_a_value_in_old_rows(bare: str) -> None:
    """Nobody is at work on a slice that was there."""
    fill(old(bare))
    with open_database(bare).connect() as connection:
        assert {row[0] for row in connection.execute(text("SELECT seen FROM slices"))} == {0}


def test_processes_that_start_at_once_upgrade_once(bare: str) -> None:
    """Whoever comes second waits, and finds it done."""
    engine = old(bare)
    fill(engine)
    columns, before = columns_of(engine), rows_of(engine)
    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(lambda _: migrate(open_database(bare))[1], range(4)))
    assert len(set(versions)) == 1
    assert rows_of(engine, columns) == before

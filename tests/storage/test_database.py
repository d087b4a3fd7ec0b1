"""Opening a database, and bringing it to this version's tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from clusters import Cluster
from sqlalchemy import Engine, inspect, text

from publisher.errors import SettingsError, StepFailed
from publisher.storage.database import migrate, open_database
from publisher.storage.migrating import migrations
from publisher.storage.partial_indexes import PARTIAL
from publisher.storage.tables import SCHEMA, metadata


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[str]:
    """The address of a database of PostgreSQL without tables."""
    url = cluster.empty()
    yield url
    cluster.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.integration)])
def new(request: pytest.FixtureRequest, file: Path) -> str:
    """The address of a database that is not there yet, or has no tables."""
    if request.param == "postgres":
        return str(request.getfixturevalue("empty"))
    return url(file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database lies; its folder is not there yet."""
    return tmp_path / "state/publisher.sqlite"


def url(file: Path) -> str:
    """The database as the settings name it."""
    return f"sqlite:///{file}"


def go_to(engine: Engine, version: str) -> None:
    """Bring a database down to a version."""
    config = migrations()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, version)


def test_a_new_database_is_made(new: str) -> None:
    """With its folder, and all tables."""
    assert inspect(open_database(new)).has_table("issue_steps")


def _indexes(url: str) -> set[str | None]:
    with open_database(url).connect() as connection:
        return {each["name"] for each in inspect(connection).get_indexes("deliveries")}


def test_the_migrations_lead_to_the_tables_of_the_code(new: str) -> None:
    """What Alembic makes is what SQLAlchemy Core knows: columns, types, keys."""
    with open_database(new).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert {each.name for each in PARTIAL} <= _indexes(new)


def test_every_migration_goes_down_and_up_again(new: str) -> None:
    """Step by step, from the newest to nothing and back."""
    engine = open_database(new)
    versions = [
        each.revision for each in ScriptDirectory.from_config(migrations()).walk_revisions()
    ]
    for below in [*versions[1:], "base"]:
        go_to(engine, below)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert migrate(engine) == (None, versions[0])
    assert inspect(engine).has_table("issue_steps")


def test_one_line_of_versions() -> None:
    """No two migrations follow the same one."""
    assert len(ScriptDirectory.from_config(migrations()).get_heads()) == 1


def test_the_code_knows_the_newest_migration() -> None:
    """A database at this version is told without asking Alembic."""
    assert ScriptDirectory.from_config(migrations()).get_current_head() == SCHEMA


def test_a_database_at_this_version_is_left_alone(new: str) -> None:
    """Opening it once more does nothing."""
    engine = open_database(new)
    assert migrate(engine) == (SCHEMA, SCHEMA)


def test_a_newer_database_is_refused(new: str) -> None:
    """Its tables are unknown to this version, which says so and touches nothing."""
    engine = open_database(new)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = inspect(engine).get_table_names()
    with pytest.raises(SettingsError, match=r"newer version of publisher.*9999.*; install that"):
        open_database(new)
    assert inspect(engine).get_table_names() == before
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_file_that_is_no_database(file: Path) -> None:
    """Is not written over."""
    file.parent.mkdir()
    file.write_text("not a database " * 100)
    with pytest.raises(StepFailed, match="the database cannot be used: file is not a database"):
        open_database(url(file))
    assert file.read_text().startswith("not a database")


def test_a_file_where_its_folder_must_be(tmp_path: Path) -> None:
    """Is named."""
    (tmp_path / "state").write_text("")
    with pytest.raises(StepFailed, match=r"the folder of the database cannot be made: .*/state"):
        open_database(url(tmp_path / "state/publisher.sqlite"))


@pytest.mark.parametrize(
    "bad", ["postgresql+nodriver://x/y", "postgresql://localhost:port/x", "sqlite"]
)
def test_a_url_that_cannot_be_used(
    tmp_path: Path, bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is a wrong setting, or a database that cannot be reached; never a bug."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises((SettingsError, StepFailed), match="PUBLISHER_DATABASE_URL"):
        open_database(bad)


def test_what_is_written_is_on_the_disk(file: Path) -> None:
    """A power cut after a commit loses nothing; readers do not wait for writers."""
    with open_database(url(file)).connect() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", 10000)):
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_a_locked_database_is_said_in_words(file: Path) -> None:
    """At any statement, not only when it is opened."""
    engine = open_database(url(file))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA busy_timeout = 1"))
        with pytest.raises(StepFailed, match="the database cannot be used: database is locked"):
            connection.execute(text("DELETE FROM issue_steps"))
    other.close()

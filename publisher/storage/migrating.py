"""Bringing the tables to this version, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from publisher.errors import SettingsError

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrations() -> Config:
    """Where Alembic finds the steps from each version to the next."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def upgrade(connection: Connection) -> None:
    """Bring the tables to this version; raises SettingsError for those of a newer one."""
    config = migrations()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        version = str(error).rpartition("identified by ")[2].strip("'")
        raise SettingsError(
            f"the database was made by a newer version of publisher (it is at {version})",
            "install that version, or restore the database from before it",
        ) from error

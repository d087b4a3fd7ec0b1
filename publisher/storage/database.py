"""Opening a database, and bringing it to this version of the tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from publisher.errors import SettingsError, StepFailed

_MIGRATIONS = Path(__file__).parent / "migrations"
_REMEDY = "check PUBLISHER_DATABASE_URL, the disk and the permissions; then run it again"


def open_database(url: str) -> Engine:
    """Open a database at this version's tables; an older one is brought up, a newer one refused."""
    engine = _engine(url)
    event.listen(engine, "handle_error", _say)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
    try:
        migrate(engine)
    except CommandError as error:
        raise SettingsError(
            f"the database was made by a newer version of publisher ({error})",
            "install that version, or restore the database from before it",
        ) from error
    return engine


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        return create_engine(url, poolclass=NullPool)
    except OSError as error:
        what = f"the folder of the database cannot be made: {error.filename}: {error.strerror}"
        raise StepFailed(what, _REMEDY) from error
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise SettingsError(f"PUBLISHER_DATABASE_URL cannot be used: {error}", _REMEDY) from error


def _say(context: ExceptionContext) -> None:
    """Whatever the database refuses, at any time, is said in words."""
    cause = context.original_exception
    raise StepFailed(f"the database cannot be used: {cause}", _REMEDY) from cause


def _durable(connection: object, _: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.close()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Bring the tables to this version; give back the version before and the one now."""
    config = _config()
    head = ScriptDirectory.from_config(config).get_current_head() or ""
    with engine.connect() as connection:
        before = MigrationContext.configure(connection).get_current_revision()
    if before != head:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    return before, head

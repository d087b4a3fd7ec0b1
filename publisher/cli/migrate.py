"""`publisher migrate`: bring the database to this version, or move it to PostgreSQL."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from publisher.cli.context import now_of, root_of
from publisher.config.settings import read_settings
from publisher.errors import StepFailed, UsageError
from publisher.storage.database import migrate, open_database

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from publisher.config.settings import Settings


@click.command()
@click.option("--from", "source", metavar="URL", help="The database of SQLite to be moved.")
@click.pass_context
def command(ctx: click.Context, source: str | None) -> None:
    """Bring the database to this version; every other command does so by itself.

    With --from, everything of a database of SQLite is moved into an empty one of PostgreSQL.
    """
    settings = read_settings(root_of(ctx), os.environ)
    if source is not None:
        _move(source, settings, now_of(ctx))
    _, now = migrate(open_database(settings.database_url))
    click.echo(f"the database is at version {now}")
    if source is not None:
        click.echo(
            "next: start everything with PUBLISHER_DATABASE_URL as it is set now; archive, keys "
            "and site stay where they are, and the old file is a backup that is refused"
        )


def _move(source: str, settings: Settings, now: dt.datetime) -> None:
    from publisher.storage.moving import move, open_source

    if not settings.is_shared:
        raise UsageError(
            "--from moves into PostgreSQL, and PUBLISHER_DATABASE_URL names none",
            "set it to postgresql+psycopg://…",
        )
    old, new = open_source(source), open_database(settings.database_url)
    with _nobody_sends(settings):
        move(old, new, now, lambda table, rows: click.echo(f"{table:<14} {rows:>10}"))


@contextmanager
def _nobody_sends(settings: Settings) -> Iterator[None]:
    """Hold the file that whoever sends from SQLite holds."""
    from publisher import durable

    settings.state.mkdir(parents=True, exist_ok=True)
    held = durable.try_lock(settings.state / "sending.lock")
    if held is None:
        raise StepFailed(
            "another process is sending a mailing", "stop every `publisher`, and run it again"
        )
    try:
        yield
    finally:
        os.close(held)

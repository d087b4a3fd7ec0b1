"""`publisher migrate`: bring the database to this version."""

from __future__ import annotations

import os

import click

from publisher.cli.context import root_of
from publisher.config.settings import read_settings
from publisher.storage.database import migrate, open_database


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Bring the database to this version; every other command does so by itself."""
    settings = read_settings(root_of(ctx), os.environ)
    engine = open_database(settings.database_url)
    _, now = migrate(engine)
    click.echo(f"the database is at version {now}")

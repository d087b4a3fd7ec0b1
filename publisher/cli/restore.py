"""`publisher restore`: an installation again from a backup."""

from __future__ import annotations

import os
from pathlib import Path

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.config.settings import read_settings
from publisher.errors import SettingsError, UsageError


@click.command()
@click.argument("backup", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--only-one", is_flag=True,
              help="The original is gone: this copy may mail from now on.")  # fmt: skip
@click.option("--verify", is_flag=True, help="Only read all of it, and say whether it is whole.")
@click.pass_context
def command(ctx: click.Context, backup: Path | None, only_one: bool, verify: bool) -> None:
    """Put a BACKUP back where the settings say, and nothing is yet.

    The copy publishes, and mails nobody until `publisher restore --only-one`: two installations
    with the same readers would mail everybody twice.
    """
    from publisher.backup import restore

    if (backup is None) != only_one:
        raise UsageError(
            "say either which backup, or --only-one",
            "`publisher restore BACKUP` first, and later `publisher restore --only-one`",
        )
    if backup is None:
        _confirm(ctx)
        return
    if verify:
        manifest = restore.verify(backup.resolve())
        click.echo(f"whole: {len(manifest.files):,} files of the archive, and the database")
        return
    app = App(root_of(ctx), os.environ, now_of(ctx))
    settings = app.settings
    if not settings.keys.exists():
        raise SettingsError(
            f"there are no keys in {settings.keys}",
            "put the file of keys that belongs to the backup there, or set PUBLISHER_KEYS",
        )
    from publisher.storage.keyring import load_keys

    keys = load_keys(settings.keys)
    manifest = restore.restore(backup.resolve(), settings, app.store, keys, app.now)
    click.echo(f"restored  what was backed up at {manifest.at:%Y-%m-%d %H:%M} UTC")
    place = settings.archive_url or settings.archive
    click.echo(f"archive   {len(manifest.files):,} files in {place}")
    click.echo("site      `publisher build` writes it again")
    click.echo(
        "mail      none, until `publisher restore --only-one` says that the original is gone;\n"
        "          who has left since the backup is subscribed again: ask the old machine first"
    )


def _confirm(ctx: click.Context) -> None:
    from publisher.storage.copies import Copies
    from publisher.storage.database import open_database

    settings = read_settings(root_of(ctx), os.environ)
    copies = Copies(open_database(settings.database_url))
    taken = copies.taken()
    if taken is None:
        click.echo("this is no restored copy: it may mail already")
        return
    waiting = copies.confirm(now_of(ctx))
    click.echo(f"this installation mails from now on; the backup was of {taken:%Y-%m-%d %H:%M} UTC")
    click.echo("issues that were due since then are published, and not mailed")
    if waiting:
        click.echo(
            f"{waiting} {'mailings were' if waiting > 1 else 'mailing was'} not finished then, and "
            f"{'are' if waiting > 1 else 'is'} paused: look with "
            "`publisher mailings list`, then resume or cancel each"
        )

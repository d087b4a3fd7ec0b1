"""`publisher backup`: the database, the archive and the fingerprints of the keys, in a folder."""

from __future__ import annotations

import os
from pathlib import Path

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.version import VERSION


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(1), metavar="N",
              help="Keep the newest N backups, and let older ones go.")  # fmt: skip
@click.pass_context
def command(ctx: click.Context, folder: Path, keep: int | None) -> None:
    """Make a backup in a folder of its own below FOLDER, while the service goes on.

    Files of the archive that the last backup has are linked from there, so that each is whole
    and costs what is new.  The keys themselves are not in it: keep their file elsewhere.
    """
    from publisher.backup.make import Source, make_backup
    from publisher.storage.database import migrate
    from publisher.storage.facts import Facts

    app = App(root_of(ctx), os.environ, now_of(ctx))
    _, schema = migrate(app.post.engine)
    source = Source(
        app.settings.database_url, schema, app.store, app.keys, VERSION
    )  # fmt: skip
    made = make_backup(source, folder.resolve(), app.now, keep)
    Facts(app.post.engine).set("backup.last", app.now.isoformat())
    size = made.manifest.database[0] / 1e6
    click.echo(f"{made.folder}")
    click.echo(f"database  {size:,.1f} MB")
    click.echo(f"archive   {len(made.manifest.files):,} files, {made.new:,} of them new")
    click.echo(f"keys      fingerprints only: keep {app.settings.keys} elsewhere, just as safe")
    for each in made.dropped:
        click.echo(f"dropped   {each.name}")

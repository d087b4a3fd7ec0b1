"""`publisher build`: the whole site again from the archive."""

from __future__ import annotations

import os

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.unmade import remarks


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Write the whole site again from the archive; content is not looked at.

    Only files that differ are written.
    """
    app = App(root_of(ctx), os.environ, now_of(ctx))
    written = app.build()
    for remark in remarks(app.beside):
        click.echo(f"note: {remark}", err=True)
    if not (written.changed or written.removed or written.unchanged):
        click.echo("the archive is empty: nothing was published yet")
        return
    click.echo(
        f"{app.settings.public}: {len(written.changed)} files written, "
        f"{written.unchanged} unchanged, {len(written.removed)} removed"
    )

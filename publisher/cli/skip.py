"""`publisher skip`: an issue that does not come out, or is not mailed."""

from __future__ import annotations

import os

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.errors import UsageError


@click.command()
@click.argument("bulletin")
@click.argument("issue")
@click.option("--reason", metavar="TEXT", default="", help="Why, for those who ask later.")
@click.option("--undo", is_flag=True, help="Let it come out after all; while it is not published.")
@click.pass_context
def command(ctx: click.Context, bulletin: str, issue: str, reason: str, undo: bool) -> None:
    """Skip an issue: it is not published.

    One that is published already, and not mailed yet, stays on the site and is not mailed.
    """
    if undo and reason:
        raise UsageError("--undo takes no --reason", "leave one of the two out")
    app = App(root_of(ctx), os.environ, now_of(ctx))
    if undo:
        app.lift(bulletin, issue)
        click.echo(f"{bulletin} {issue} is no longer skipped")
        return
    row = app.skip(bulletin, issue, reason)
    if row.step == "skipped":
        click.echo(f"{bulletin} {issue} is not published: {row.reason}")
    else:
        click.echo(f"{bulletin} {issue} stays on the site and is not mailed: {row.reason}")

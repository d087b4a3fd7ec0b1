"""`publisher search`: bring the search of the site up to date."""

from __future__ import annotations

import os

import click

from publisher.cli.context import now_of, root_of


@click.command()
@click.option("--all", "whole", is_flag=True, help="Make every year again, also what is unchanged.")
@click.option("--log", "is_logged", is_flag=True, hidden=True)
@click.pass_context
def command(ctx: click.Context, whole: bool, is_logged: bool) -> None:
    """Bring the search of the site up to date: the years in which something has changed.

    It needs the extra `search` (`pip install 'publisher[search]'`) and takes its time, at low
    priority; publishing goes on meanwhile.
    """
    from publisher import logs
    from publisher.app import App

    app = App(root_of(ctx), os.environ, now_of(ctx))
    if is_logged:
        logs.set_up(app.settings.operations.log)
    done = app.search.bring(whole=whole)
    for each in done.made:
        click.echo(f"made      {each}")
    for each in done.removed:
        click.echo(f"removed   {each}")
    click.echo(
        f"{app.settings.public}: {len(done.made)} years made, "
        f"{done.unchanged} unchanged, {len(done.removed)} removed"
    )

"""`publisher takedown`: an entry that the law wants gone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.cli.people import confirm
from publisher.cli.table import print_table
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.taking_down import TakenDown


@click.command()
@click.argument("entry", required=False)
@click.option("--reason", metavar="TEXT", default="", help="Why; it is kept, and shown to nobody.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--list", "listed", is_flag=True, help="List what was taken down.")
@click.pass_context
def command(ctx: click.Context, entry: str | None, reason: str, yes: bool, listed: bool) -> None:
    """Take an entry down: out of every page, feed, list and issue, and out of the archive.

    It cannot be taken back.  Where it was interrupted, run it again.
    """
    app = App(root_of(ctx), os.environ, now_of(ctx))
    if listed:
        rows = [(str(each.day), each.entry, each.reason) for each in app.taken_down()]
        print_table(("day", "entry", "reason"), rows, numbers_from=3)
        return
    words = " ".join(reason.split())
    if not entry or not words:
        raise UsageError(
            "an entry and a reason are needed",
            "publisher takedown 2026/04/26/some-news --reason 'a court order of …'",
        )
    app.can_be_taken_down(entry)
    confirm(f"Take down {entry} for ever? Nothing brings it back.", yes)
    for line in _told(app.takedown(entry, words), app):
        click.echo(line)


def _told(done: TakenDown, app: App) -> list[str]:
    stone = done.stone
    lines = [f"{stone.entry} was taken down" if done.is_new else f"{stone.entry} was taken down on "
             f"{stone.day}; what was left of it is done"]  # fmt: skip
    lines += [f"  {each} says that something was removed" for each in stone.issues]
    if done.branch:
        lines.append(f"  {done.branch}")
    lines += ["", "What remains elsewhere:"]
    for each in done.in_content:
        lines.append(f"- {each} is still in content/: delete it, and commit")
    lines.append("- the history of the content's git repository, and every clone of it")
    for mailed in done.mailed:
        if mailed.sent:
            lines.append(f"- {mailed.mailing} was mailed to {mailed.sent}; mail stays where it is")
        if mailed.is_stopped:
            lines.append(f"- the mailing of {mailed.mailing} is paused, for a sender had the old "
                         f"message: `publisher mailings resume {mailed.mailing}`")  # fmt: skip
    lines += [
        "- backups made before; after restoring one, take it down again",
        "- copies of feed readers, search engines and web archives, which ask again in their time",
    ]
    if app.settings.archive_url:
        lines.append("- old versions of objects, where the bucket of the archive keeps versions")
    if app.settings.public_url:
        lines.append("- object stores answer 404, not 410, for its addresses")
    else:
        lines.append("- the web server reads _gone.nginx or _gone.caddy when it is reloaded")
    return lines

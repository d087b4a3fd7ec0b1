"""`publisher calls`: what others were told, and what is still to be told."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from publisher.app import App
from publisher.cli.context import format_option, now_of, root_of
from publisher.cli.table import print_table

if TYPE_CHECKING:
    from publisher.storage.calls import CallRow

_STATES = ("queued", "sent", "failed")


@click.group()
def command() -> None:
    """Webhooks and pings of the hub: list them; make a failed one once more."""


@command.command("list", short_help="List calls, the newest first.")
@click.option("--state", "states", multiple=True, type=click.Choice(_STATES),
              help="Only in this state; again for each further one.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, metavar="N",
              help="At most so many.")  # fmt: skip
@format_option
@click.pass_context
def list_(ctx: click.Context, states: tuple[str, ...], limit: int, form: str) -> None:
    """List what others were told or are to be told, the newest first."""
    app = App(root_of(ctx), os.environ, now_of(ctx))
    found = app.post.calls.all(states=states, limit=limit)
    if form == "json":
        click.echo(json.dumps([_data(each) for each in found], ensure_ascii=False, indent=1))
        return
    if not found:
        click.echo("nobody was told of anything")
        return
    head = ("id", "queued", "event", "state", "tries", "address", "answer")
    rows = [
        (str(each.id), f"{each.created:%Y-%m-%d %H:%M}Z", each.event, each.state,
         str(each.attempts), each.url, each.reply)
        for each in found
    ]  # fmt: skip
    print_table(head, rows, len(head))


def _data(call: CallRow) -> dict[str, object]:
    return {
        "id": call.id, "kind": call.kind, "event": call.event, "url": call.url,
        "state": call.state, "attempts": call.attempts, "due": call.due.isoformat(),
        "created": call.created.isoformat(), "changed": call.changed.isoformat(),
        "reply": call.reply,
    }  # fmt: skip


@command.command(short_help="Make a failed call once more.")
@click.argument("call", metavar="ID", type=int)
@click.pass_context
def again(ctx: click.Context, call: int) -> None:
    """Make a failed call once more; whoever had it after all knows it by its id."""
    app = App(root_of(ctx), os.environ, now_of(ctx))
    found = app.post.calls.again(call, app.now)
    click.echo(
        f"{found.event} goes to {found.url} once more: `publisher run` calls at once, "
        "else `publisher publish`"
    )

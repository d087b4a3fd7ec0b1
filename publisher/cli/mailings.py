"""`publisher mailings`: how the sending of each issue stands; pausing, resuming, cancelling."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from publisher.app import App
from publisher.cli.context import format_option, now_of, root_of
from publisher.cli.people import confirm
from publisher.cli.table import print_table
from publisher.config.refusal import nearest
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.deliver.ledger import Mailing

_COUNTED = ("sent", "deferred", "failed", "skipped", "uncertain")
_STATES = ("open", "sending", "paused", "finished", "cancelled")


@click.group()
def command() -> None:
    """Mailings: list them; pause, resume or cancel one."""


def mailing_of(app: App, bulletin: str, issue: str) -> Mailing:
    """The mailing of an issue; raises UsageError where there is none."""
    if bulletin not in app.frame.bulletins:
        what = f"there is no bulletin “{bulletin}”"
        raise UsageError(what, nearest(bulletin, app.frame.bulletins, "bulletins"))
    found = app.mailings.find(bulletin, issue)
    if found is None:
        what = f"{bulletin} {issue} was not mailed"
        raise UsageError(what, "`publisher mailings list` lists what was")
    return found


def counts_of(app: App, mailing: Mailing) -> dict[str, int]:
    """How many deliveries are in each state, and how many came back."""
    counts = app.mailings.counts(mailing.id)
    counted = {state: counts.get(state, 0) for state in _COUNTED}
    return counted | {"bounced": sum(app.mailings.bounces(mailing.id).values())}


@command.command("list", short_help="List mailings, the newest first.")
@click.option("--state", "states", multiple=True, type=click.Choice(_STATES),
              help="Only in this state; again for each further one.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, metavar="N",
              help="At most so many.")  # fmt: skip
@format_option
@click.pass_context
def list_(ctx: click.Context, states: tuple[str, ...], limit: int, form: str) -> None:
    """List mailings, the newest first, with what became of their deliveries."""
    app = App(root_of(ctx), os.environ, now_of(ctx))
    found = [(each, counts_of(app, each)) for each in app.mailings.all(states=states, limit=limit)]
    if form == "json":
        data = [_data(mailing, counts) for mailing, counts in found]
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
        return
    if not found:
        click.echo("nothing was mailed")
        return
    head = ("bulletin", "issue", "state", "opened", "recipients", *found[0][1])
    print_table(head, [_row(*each) for each in found], 4)
    for mailing, _ in found:
        if mailing.state == "paused":
            click.echo(f"{mailing} is paused: {mailing.reason}; {_resumes(mailing)}")
        elif mailing.waits_until:
            click.echo(f"{mailing} waits after its canary until {_moment(mailing.waits_until)}")


def _row(mailing: Mailing, counts: Mapping[str, int]) -> tuple[str, ...]:
    numbers = (mailing.recipients, *counts.values())
    opened = _moment(mailing.opened)
    return (mailing.bulletin, mailing.issue, mailing.state, opened, *map(str, numbers))


def _data(mailing: Mailing, counts: Mapping[str, int]) -> dict[str, object]:
    return {
        "bulletin": mailing.bulletin, "issue": mailing.issue, "state": mailing.state,
        "reason": mailing.reason, "opened": mailing.opened.isoformat(),
        "finished": mailing.finished.isoformat() if mailing.finished else None,
        "resumes": mailing.resumes.isoformat() if mailing.resumes else None,
        "waits_until": mailing.waits_until.isoformat() if mailing.waits_until else None,
        "recipients": mailing.recipients, **counts,
    }  # fmt: skip


def _resumes(mailing: Mailing) -> str:
    if mailing.resumes:
        return f"it goes on by itself at {_moment(mailing.resumes)}"
    return f"`publisher mailings resume {mailing}` lets it go on"


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}Z"


@command.command(short_help="Stop a mailing until it is resumed.")
@click.argument("bulletin")
@click.argument("issue")
@click.option("--reason", default="", metavar="TEXT", help="Why, for those who ask later.")
@click.pass_context
def pause(ctx: click.Context, bulletin: str, issue: str, reason: str) -> None:
    """Stop a mailing until it is resumed; what is on its way is finished."""
    app = App(root_of(ctx), os.environ, now_of(ctx))
    words = " ".join(reason.split())
    said = f"paused by the operator: {words}" if words else "paused by the operator"
    paused = app.mailings.pause(mailing_of(app, bulletin, issue).id, said)
    click.echo(f"{paused} is paused; {_resumes(paused)}")


@command.command(short_help="Let a paused mailing go on.")
@click.argument("bulletin")
@click.argument("issue")
@click.pass_context
def resume(ctx: click.Context, bulletin: str, issue: str) -> None:
    """Let a paused mailing go on, with all who waited for its canary."""
    app = App(root_of(ctx), os.environ, now_of(ctx))
    resumed = app.mailings.resume(mailing_of(app, bulletin, issue).id)
    app.post.tell_paused()
    click.echo(f"{resumed} goes on: `publisher run` sends it at once, else `publisher publish`")


@command.command(short_help="End a mailing.")
@click.argument("bulletin")
@click.argument("issue")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def cancel(ctx: click.Context, bulletin: str, issue: str, yes: bool) -> None:
    """End a mailing: who has not got the issue does not get it any more."""
    app = App(root_of(ctx), os.environ, now_of(ctx))
    found = mailing_of(app, bulletin, issue)
    if found.state in ("open", "sending", "paused"):
        confirm(f"Cancel the mailing of {found}? What is not sent yet is never sent.", yes)
    cancelled = app.mailings.cancel(found.id, app.now)
    app.post.tell_paused()
    counts = counts_of(app, cancelled)
    click.echo(f"{cancelled} is cancelled: {counts['sent']} have it, {counts['skipped']} do not")

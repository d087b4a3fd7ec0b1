"""`publisher resend`: an issue once more to whom it did not reach."""

from __future__ import annotations

import os

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.cli.mailings import mailing_of
from publisher.cli.people import confirm
from publisher.errors import UsageError


@click.command()
@click.argument("bulletin")
@click.argument("issue")
@click.option("--failed", is_flag=True, help="Those that were refused for good, or expired.")
@click.option("--uncertain", is_flag=True,
              help="Those of which nobody knows whether they arrived.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def command(
    ctx: click.Context, bulletin: str, issue: str, failed: bool, uncertain: bool, yes: bool
) -> None:
    """Send an issue once more to whom it did not reach.

    Their deliveries are opened again, and the next `publisher publish` sends them.  One that is
    uncertain may arrive twice, with the same Message-ID.
    """
    states = ["failed"] * failed + ["uncertain"] * uncertain
    if not states:
        raise UsageError("which deliveries are meant?", "add --failed, --uncertain or both")
    app = App(root_of(ctx), os.environ, now_of(ctx))
    mailing = mailing_of(app, bulletin, issue)
    counts = app.mailings.counts(mailing.id)
    number = sum(counts.get(state, 0) for state in states)
    if not number:
        click.echo(f"{mailing}: nothing is {' or '.join(states)}")
        return
    twice = " They may arrive twice." if uncertain and counts.get("uncertain") else ""
    confirm(f"Send {mailing} once more to {number} readers?{twice}", yes)
    opened = app.mailings.resend(mailing.id, states, app.now)
    click.echo(f"{opened} deliveries of {mailing} are open again; `publisher publish` sends them")
    if twice and yes:
        click.echo(f"note:{twice.lower()}", err=True)

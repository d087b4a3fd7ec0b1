"""`publisher due`: which issues come next, and when."""

from __future__ import annotations

import datetime as dt
import json
import os
from typing import Any

import click

from publisher.app import App
from publisher.cli.coming import Coming, what_comes
from publisher.cli.coming_ics import as_calendar
from publisher.cli.context import now_of, root_of
from publisher.cli.table import print_table
from publisher.issue.timetable import short_calendars


@click.command()
@click.option("--days", type=click.IntRange(1, 400), default=14, show_default=True,
              help="How far to look ahead.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json", "ics"]), default="text",
              show_default=True,
              help="How to print: for people, for programs, or as a calendar.")  # fmt: skip
@click.pass_context
def command(ctx: click.Context, days: int, form: str) -> None:
    """Say which issues are due now, and which come next."""
    app = App(root_of(ctx), os.environ, now_of(ctx))
    found = what_comes(app, days)
    if form == "json":
        click.echo(json.dumps([_data(each) for each in found], ensure_ascii=False, indent=1))
    elif form == "ics":
        click.echo(as_calendar(app.frame, found, app.now), nl=False)
    else:
        rows = [
            (each.bulletin, each.name, each.slot.strftime("%Y-%m-%d %H:%M %z"),
             ", ".join(each.remarks))
            for each in found
        ]  # fmt: skip
        print_table(("bulletin", "issue", "slot", ""), rows, 9)
    for problem in short_calendars(app.frame, app.now, days):
        click.echo(str(problem), err=True)


def _data(coming: Coming) -> dict[str, Any]:
    return {
        "bulletin": coming.bulletin,
        "issue": coming.name,
        "slot": coming.slot.isoformat(),
        "due": coming.is_due,
        "skipped": coming.skipped,
        "no_slot": coming.no_slot,
        "approve_by": _said(coming.approve_by),
        "waits_for_approval": coming.waits,
        "calendar_ends": coming.calendar_ends,
    }


def _said(moment: dt.datetime | None) -> str:
    return moment.isoformat() if moment else ""

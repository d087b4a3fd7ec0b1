"""`publisher due`: which issues come next, and when."""

from __future__ import annotations

import json
import os

import click

from publisher.app import App
from publisher.cli.context import format_option, now_of, root_of
from publisher.cli.table import print_table
from publisher.publishing import Wanted, lacks_approval


def _remark(app: App, each: Wanted, is_due: bool) -> str:
    waits = "waits for approval" if lacks_approval(app.frame, each.bulletin, each.name) else ""
    if not is_due:
        return app.why_skipped(each) or waits
    known = app.library.index.issue(each.bulletin, each.name)
    return f"due now, {waits}" if waits and known is None else "due now"


@click.command()
@click.option("--days", type=click.IntRange(1, 400), default=14, show_default=True,
              help="How far to look ahead.")  # fmt: skip
@format_option
@click.pass_context
def command(ctx: click.Context, days: int, form: str) -> None:
    """Say which issues are due now, and which come next."""
    app = App(root_of(ctx), os.environ, now_of(ctx))
    found = app.due(days)
    if form == "json":
        data = [
            {"bulletin": each.bulletin, "issue": each.name, "slot": each.slot.isoformat(),
             "due": is_due, "skipped": app.why_skipped(each)}
            for each, is_due in found
        ]  # fmt: skip
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
        return
    rows = [
        (each.bulletin, each.name, each.slot.strftime("%Y-%m-%d %H:%M %z"),
         _remark(app, each, is_due))
        for each, is_due in found
    ]  # fmt: skip
    print_table(("bulletin", "issue", "slot", ""), rows, 9)

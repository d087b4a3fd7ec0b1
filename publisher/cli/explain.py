"""`publisher explain`: why each entry is in an issue, or out of it."""

from __future__ import annotations

import json
import os

import click

from publisher.app import App
from publisher.cli.context import format_option, now_of, root_of
from publisher.cli.table import print_table


@click.command()
@click.argument("bulletin")
@click.argument("issue")
@format_option
@click.pass_context
def command(ctx: click.Context, bulletin: str, issue: str, form: str) -> None:
    """Say why each entry is in an issue, or out of it.

    Of a published issue the record that was frozen with it; of any other what would be now.
    """
    app = App(root_of(ctx), os.environ, now_of(ctx))
    found, is_frozen = app.explain(bulletin, issue)
    if form == "json":
        data = [one.model_dump(mode="json") for one in found.candidates]
        told = {"bulletin": bulletin, "issue": issue, "frozen": is_frozen, "candidates": data}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    state = "as published" if is_frozen else "as it would be now"
    number = "a one-off issue" if found.number is None else f"number {found.number}"
    click.echo(
        f"{bulletin} {issue}, {state}: {number}, "
        f"window {found.window.start} to {found.window.end}, slot {found.slot.isoformat()}"
    )
    if found.window.takes_over:
        short = ", ".join(found.window.takes_over)
        click.echo(f"with the days of {short}, which had too few entries")
    rows = [
        ("in" if one.reason.is_in else "out", one.entry, one.section or "", one.reason.value,
         one.detail)
        for one in sorted(found.candidates, key=lambda one: (not one.reason.is_in, one.entry))
    ]  # fmt: skip
    if rows:
        print_table(("", "entry", "section", "reason", "detail"), rows, 9)
    else:
        click.echo("no entry was looked at: none is filed in the window or before it")

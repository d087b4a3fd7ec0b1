"""`publisher doctor`: what is wrong with an installation, and how to mend it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict

import click

from publisher.app import App
from publisher.cli.context import format_option, now_of, root_of

_MARKS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM", "unchecked": "?      "}


@click.command()
@click.option("--mail", is_flag=True,
              help="Send a mail to ourselves, wait for it, and check its signature.")  # fmt: skip
@click.option("--mail-to", metavar="ADDRESS", default="",
              help="Send the mail to this address instead, and look at it there.")  # fmt: skip
@format_option
@click.pass_context
def command(ctx: click.Context, mail: bool, mail_to: str, form: str) -> int:
    """Look at settings, folders, clock, database, relay and DNS; say what to mend.

    Nothing is changed, and nothing is sent unless you ask for it.  The exit code is 1 where there
    is a problem.
    """
    from publisher.doctor.examine import examine
    from publisher.doctor.resolver import DnsResolver, NoResolver

    try:
        resolver = DnsResolver()
    except NoResolver:
        resolver = None
    app = App(root_of(ctx), os.environ, now_of(ctx))
    found = []
    for each in examine(app, resolver, test_mail=mail, recipient=mail_to):
        found.append(each)
        if form == "text":
            click.echo(f"{_MARKS[each.state]} {each.what:<10} {each.seen}")
            if each.remedy and each.state != "ok":
                click.echo(f"{'':19}→ {each.remedy}")
    if form == "json":
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1))
    app.close()
    return 1 if any(each.state == "problem" for each in found) else 0

"""`publisher tokens`: who may use the admin API and the dashboard."""

from __future__ import annotations

import datetime as dt
import json
import re

import click

from publisher.cli.context import format_option
from publisher.cli.people import app_of
from publisher.cli.table import print_table
from publisher.errors import UsageError
from publisher.storage.tokens import SCOPES, Tokens

_PERIOD = re.compile(r"([1-9]\d{0,4})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,100}")


@click.group()
def command() -> None:
    """Tokens for the API and the dashboard: create, list and revoke them."""


@command.command(short_help="Make a token, and print it this once.")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES),
              help="What it allows; again for each further scope.")  # fmt: skip
@click.option("--expires", default="", metavar="PERIOD",
              help="After which it is good no more: 12h, 90d, 52w. Default: never.")  # fmt: skip
@click.pass_context
def create(ctx: click.Context, name: str, scopes: tuple[str, ...], expires: str) -> None:
    """Make a token, and print it: it is kept as a hash, and cannot be shown again.

    NAME says later whose it is, such as shop or ann.
    """
    app = app_of(ctx)
    if not _NAME.fullmatch(name):
        raise UsageError("NAME has 1 to 100 characters of one line", "give it a short name")
    until = app.now + _period(expires) if expires else None
    token = Tokens(app.post.engine).create(name, scopes, app.now, until)
    # The token alone goes to standard output: what reads it there needs no more.
    click.echo(token)
    ending = f" until {until.astimezone(dt.UTC):%Y-%m-%d %H:%M}Z" if until else ""
    click.echo(f"{name} may {', '.join(sorted(set(scopes)))}{ending}; keep it secret", err=True)


def _period(text: str) -> dt.timedelta:
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise UsageError(f"--expires: {text} is no period", "write it such as 12h, 90d or 52w")
    return dt.timedelta(hours=int(found[1]) * _HOURS[found[2]])


@command.command("list", short_help="List tokens, without what is secret of them.")
@format_option
@click.pass_context
def list_(ctx: click.Context, form: str) -> None:
    """List tokens, without what is secret of them; when each was used last, to the minute."""
    app = app_of(ctx)
    found = Tokens(app.post.engine).all()
    if form == "json":
        data = [
            {
                "name": each.name, "scopes": sorted(each.scopes),
                "created": each.created.isoformat(), "expires": _iso(each.expires),
                "used": _iso(each.used),
            }
            for each in found
        ]  # fmt: skip
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
        return
    if not found:
        click.echo("there are no tokens")
        return
    rows = [
        (each.name, _day(each.created), _day(each.expires) + _over(each.expires, app.now),
         _day(each.used), " ".join(sorted(each.scopes)))
        for each in found
    ]  # fmt: skip
    print_table(("name", "created", "expires", "used", "scopes"), rows, 5)


@command.command(short_help="Take a token away.")
@click.argument("name")
@click.pass_context
def revoke(ctx: click.Context, name: str) -> None:
    """Take a token away: what holds it is refused from now on."""
    if not Tokens(app_of(ctx).post.engine).revoke(name):
        what = f"there is no token “{name}”"
        raise UsageError(what, "`publisher tokens list` lists them")
    click.echo(f"{name} is revoked")


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _day(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z" if moment else "never"


def _over(moment: dt.datetime | None, now: dt.datetime) -> str:
    return " (over)" if moment is not None and moment <= now else ""

"""`publisher subscribers list`, `show` and `export`: what is known of people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from publisher.cli.context import format_option
from publisher.cli.people import Filter, app_of, filtered
from publisher.cli.table import print_table
from publisher.errors import OutputError
from publisher.subscribers.addresses import masked, read_address

_PRIVATE = 0o600


@click.command("list", short_help="List subscriptions.")
@filtered
@click.option("--search", default="", metavar="TEXT", help="Only addresses with this in them.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many people.")
@click.option("--addresses", is_flag=True, help="Print addresses in full.")
@format_option
@click.pass_context
def list_(
    ctx: click.Context, wanted: Filter, search: str, limit: int | None, addresses: bool, form: str
) -> None:
    """List subscriptions, by address; addresses are masked unless --addresses is there."""
    rows = [
        (line.address if addresses else masked(line.address), line.bulletin, line.edition,
         line.state, f"{line.confirmed:%Y-%m-%d}" if line.confirmed else "")
        for line in wanted.lines(app_of(ctx), search, limit)
    ]  # fmt: skip
    head = ("address", "bulletin", "edition", "state", "confirmed")
    if form == "json":
        data = [dict(zip(head, row, strict=True)) for row in rows]
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    elif rows:
        print_table(head, rows, len(head))
    else:
        click.echo("nobody")


@click.command(short_help="Show everything that is held on one person.")
@click.argument("address")
@format_option
@click.pass_context
def show(ctx: click.Context, address: str, form: str) -> None:
    """Show everything that is held on one person.

    It answers a request under GDPR article 15.  Backups, logs and mails that were written
    into a Maildir are not looked at.
    """
    app = app_of(ctx)
    read = read_address(address)
    held = app.people.held(read)
    if form == "json":
        click.echo(json.dumps(held or {}, ensure_ascii=False, indent=1))
    elif held is None:
        forgotten = app.people.is_suppressed(app.keys.suppression_hash(read.match))
        click.echo("nothing is held" + " but a hash: the address was forgotten" * forgotten)
    else:
        for name, value in held.items():
            _print_held(name, value)


def _print_held(name: str, value: object) -> None:
    if not isinstance(value, list):
        click.echo(f"{name}: {'' if value is None else value}".rstrip())
        return
    click.echo(f"{name}:" if value else f"{name}: none")
    for each in value:
        told = (f"{key}: {said}" for key, said in each.items() if said not in ("", None))
        click.echo(f"  - {'; '.join(told)}")


@click.command(short_help="Write subscriptions as CSV.")
@filtered
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Where to; only you may read it. Default: standard output.")  # fmt: skip
@click.pass_context
def export(ctx: click.Context, wanted: Filter, out: Path | None) -> None:
    """Write subscriptions as CSV, in columns that `import` reads."""
    from publisher.subscribers.csv_write import write_lines

    lines = write_lines(wanted.lines(app_of(ctx)))
    if out is None:
        sys.stdout.writelines(lines)
        return
    try:
        number = _write(out, lines)
    except OSError as error:
        raise OutputError(f"{out}: {error.strerror}", "name another file with --out") from error
    click.echo(f"{out}  {number - 1} subscriptions")


def _write(path: Path, lines: Iterable[str]) -> int:
    """A file for its owner's eyes, also where it was there with other rights; lines written."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        os.fchmod(descriptor, _PRIVATE)
        return sum(file.write(text) > 0 for text in lines)

"""`publisher deliveries`: who has an issue, and who has not."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.cli.mailings import counts_of, mailing_of
from publisher.cli.table import print_table
from publisher.errors import UsageError
from publisher.subscribers.addresses import masked

if TYPE_CHECKING:
    from publisher.storage.mailings import DeliveryRow

_STATES = ("queued", "sending", "sent", "deferred", "failed", "skipped", "uncertain")
_COLUMNS = ("address", "edition", "state", "attempts", "changed", "bounced", "reply")
_NEWEST = 20


@click.command()
@click.argument("bulletin", required=False)
@click.argument("issue", required=False)
@click.option("--status", "states", multiple=True, type=click.Choice(_STATES),
              help="Only in this state; again for each further one.")  # fmt: skip
@click.option("--csv", "as_csv", is_flag=True, help="Print as CSV.")
@click.option("--addresses", is_flag=True, help="Print addresses in full.")
@click.pass_context
def command(
    ctx: click.Context, bulletin: str | None, issue: str | None, states: tuple[str, ...],
    as_csv: bool, addresses: bool,
) -> None:  # fmt: skip
    """Say who has an issue, and who has not; without one, count for the newest mailings.

    Addresses are masked unless --addresses is there.  Of an old mailing only what failed is
    still listed.
    """
    app = App(root_of(ctx), os.environ, now_of(ctx))
    if bulletin is None or issue is None:
        if bulletin or states or as_csv or addresses:
            what = "which issue is meant?"
            raise UsageError(what, "name it: publisher deliveries BULLETIN ISSUE …")
        _print_counts(app)
        return
    mailing = mailing_of(app, bulletin, issue)
    rows = app.mailings.deliveries(mailing.id, states)
    cells = (_cells(each, in_full=addresses) for each in rows)
    if as_csv:
        _print_csv(cells)
    else:
        _print_lines(cells)


def _print_counts(app: App) -> None:
    found = [(each, counts_of(app, each)) for each in app.mailings.all(limit=_NEWEST)]
    if not found:
        click.echo("nothing was mailed")
        return
    rows = [
        (each.bulletin, each.issue, str(each.recipients), *map(str, counts.values()))
        for each, counts in found
    ]
    print_table(("bulletin", "issue", "recipients", *found[0][1]), rows, 2)


def _cells(row: DeliveryRow, *, in_full: bool) -> tuple[str, ...]:
    address = row.address if in_full or not row.address else masked(row.address)
    return (
        address or "(erased)", row.edition, row.state, str(row.attempts),
        f"{row.changed:%Y-%m-%dT%H:%M:%SZ}", row.bounced, " ".join(row.reply.split()),
    )  # fmt: skip


def _print_csv(rows: Iterable[tuple[str, ...]]) -> None:
    from publisher.subscribers.csv_write import write_row

    sys.stdout.write(write_row(_COLUMNS))
    sys.stdout.writelines(map(write_row, rows))


def _print_lines(rows: Iterable[tuple[str, ...]]) -> None:
    """A line for each; not aligned by the longest, for there may be a million of them."""
    for address, edition, state, attempts, changed, bounced, reply in rows:
        back = f"bounced: {bounced}" if bounced else ""
        line = f"{changed}  {state:<9}  {edition:<9}  {attempts:>2}  {address:<24}  {back}  {reply}"
        sys.stdout.write(line.rstrip() + "\n")

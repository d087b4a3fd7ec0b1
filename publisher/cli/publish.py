"""`publisher publish`: what is due, or every issue that has a file."""

from __future__ import annotations

import os

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.cli.table import print_table
from publisher.publishing import UNTIL, Report


@click.command()
@click.option("--backfill", is_flag=True, help="Every issue that has a file, the oldest first.")
@click.option("--until", type=click.Choice(UNTIL), default="mailed", show_default=True,
              help="Stop after this step.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be published, and publish nothing.")
@click.pass_context
def command(ctx: click.Context, backfill: bool, until: str, dry_run: bool) -> int:
    """Publish what is due: freeze, write site and feeds, mail.

    Every step may be run again: what is done stays done, and nobody gets a mail twice.
    """
    app = App(root_of(ctx), os.environ, now_of(ctx))
    report = app.publish(all_files=backfill, until=until, dry_run=dry_run)  # type: ignore[arg-type]
    for problem in report.problems:
        click.echo(str(problem), err=True)
    for remark in report.remarks:
        click.echo(f"note: {remark}", err=True)
    for why in report.held:
        click.echo(f"held: {why}", err=True)
    if dry_run:
        _print_plan(report)
    else:
        _print_report(app, report, until)
    return 1 if report.held else 0


def _print_plan(report: Report) -> None:
    if not report.published:
        click.echo("nothing is due")
    for name in report.published:
        click.echo(f"would publish {name}")


def _print_report(app: App, report: Report, until: str) -> None:
    for line in report.skipped:
        click.echo(f"skipped {line}")
    if report.editions:
        rows = [
            (each.bulletin, each.issue, each.edition, str(each.entries),
             f"{each.email_bytes / 1000:.1f}", str(each.pages), str(each.feeds))
            for each in report.editions
        ]  # fmt: skip
        print_table(
            ("bulletin", "issue", "edition", "entries", "email KB", "pages", "feeds"), rows, 3
        )
    elif not report.held:
        click.echo("nothing is due")
    if report.revised:
        click.echo(f"{report.revised} corrected or translated after publication")
    if until == "frozen":
        click.echo(f"archive   {app.settings.archive}")
        return
    click.echo(_site_line(app, report))
    if report.mailed:
        click.echo(f"mail      {app.settings.outbox}  ({report.mailed} messages new)")
    elif report.editions and until == "mailed":
        click.echo(f"mail      {app.settings.outbox}  (nothing new)")
    if report.changed:
        click.echo(
            f"to look   python3 -m http.server --bind 127.0.0.1 --directory {app.settings.public} "
            "8000, then http://127.0.0.1:8000/"
        )


def _site_line(app: App, report: Report) -> str:
    if not report.changed and not report.removed:
        return f"site      {app.settings.public}  (unchanged: no file was written)"
    told = [f"{report.changed} files written"]
    if report.unchanged:
        told.append(f"{report.unchanged} unchanged")
    if report.removed:
        told.append(f"{report.removed} removed")
    return f"site      {app.settings.public}  ({', '.join(told)})"

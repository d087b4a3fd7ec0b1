"""`publisher publish`: what is due, or every issue that has a file.

The program itself is imported while git looks at the content, which takes as long.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from publisher import logs
from publisher.cli.context import now_of, root_of
from publisher.cli.sending import MailingLine, stopping
from publisher.cli.table import print_table
from publisher.content.asked import Asked
from publisher.errors import PublisherError
from publisher.until import UNTIL

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.publishing import Report

log = logging.getLogger("publisher.publish")


@click.command()
@click.option("--backfill", is_flag=True, help="Every issue that has a file, the oldest first.")
@click.option("--until", type=click.Choice(UNTIL), default="mailed", show_default=True,
              help="Stop after this step.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be published, and publish nothing.")
@click.option("--mail", is_flag=True,
              help="With --backfill: mail through a relay, too.")  # fmt: skip
@click.option("--pull", is_flag=True, help="Pull the content first, as PUBLISHER_BRANCH says.")
@click.option("--no-send", is_flag=True,
              help="Open mailings, and leave the sending to `run` or `worker`.")  # fmt: skip
@click.option("--log", "logs_only", is_flag=True,
              help="Say what happens as a log, in the form of PUBLISHER_LOG.")  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context, /, logs_only: bool, pull: bool, no_send: bool, **options: Any
) -> int:
    """Publish what is due: freeze, write site and feeds, mail.

    Every step may be run again: what is done stays done, and nobody gets a mail twice.
    Ctrl-C or SIGTERM while mail goes out finishes what is under way; the next run goes on.
    """
    root, now = root_of(ctx), now_of(ctx)
    of_git = None if pull else Asked(root)
    from publisher.app import App
    from publisher.logbook.runs import pull_noted

    app = App(root, os.environ, now, of_git)
    # All that is open is closed below: to look for garbage when the process ends finds nothing, and
    # would take a fortieth of a daily run.
    atexit.register(gc.freeze)
    try:
        if logs_only:
            logs.set_up(app.settings.operations.log)
        if pull:
            pull_noted(app)
        asked = {"all_files": options["backfill"], "send": not no_send}
        asked |= {name: options[name] for name in ("until", "dry_run", "mail")}
        return _publish_and_log(app, asked) if logs_only else _publish_and_print(app, asked)
    finally:
        app.close()


def _publish_and_log(app: App, asked: dict[str, Any]) -> int:
    from publisher.logbook.runs import log_report, publish_noted

    try:
        report = publish_noted(app, **asked)
    except PublisherError as error:
        log.error("%s", error)
        return error.exit_code
    log_report(report)
    return 1 if report.held else 0


def _publish_and_print(app: App, asked: dict[str, Any]) -> int:
    from publisher.logbook.runs import publish_noted

    line = MailingLine()
    app.post.waits = _say_once()
    app.post.progress, app.post.sending = line, lambda: stopping(app.post.stop)
    report = publish_noted(app, **asked)
    line.end()
    for problem in report.problems:
        click.echo(str(problem), err=True)
    for remark in report.remarks:
        click.echo(f"note: {remark}", err=True)
    for why in report.held:
        click.echo(f"held: {why}", err=True)
    for each in report.waiting:
        click.echo(f"not mailed yet: {each}", err=True)
    if asked["dry_run"]:
        _print_plan(app, report)
    else:
        _print_report(app, report, asked["until"])
    if app.post.stop.is_set():
        click.echo("stopped; the next run does the rest", err=True)
        return 3
    return 1 if report.held else 0


def _say_once() -> Callable[[Sequence[object]], None]:
    """Says of each issue once that its page is waited for."""
    said = set[str]()

    def say(waiting: Sequence[object]) -> None:
        for each in waiting:
            name = str(each).partition(":")[0]
            if name not in said:
                said.add(name)
                click.echo(f"waiting for the page of {each}", err=True)

    return say


def _print_plan(app: App, report: Report) -> None:
    if not report.published:
        click.echo("nothing is due")
    for name in report.published:
        readers = app.people.active(name.partition(" ")[0])
        told = ", ".join(f"{edition} {number:,}" for edition, number in sorted(readers.items()))
        to = (
            f"mail it to {sum(readers.values()):,} readers ({told})"
            if told
            else "mail it to nobody"
        )
        click.echo(f"would publish {name} and {to}")


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
    if until == "mailed" and (report.editions or report.sent):
        _print_mail(app, report)
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


def _print_mail(app: App, report: Report) -> None:
    smtp = app.settings.delivery.smtp
    where = f"{smtp.host}:{smtp.port}" if smtp else str(app.settings.outbox)
    if report.sent is None:
        click.echo(f"mail      {where}  (another process is sending, and takes this along)")
        return
    new = f"{report.mailed:,} messages new" if report.mailed else "nothing new"
    click.echo(f"mail      {where}  ({new})")
    for name in report.opened:
        mailing = app.mailings.find(*name.split(" ", 1))
        if mailing is not None and not mailing.recipients:
            click.echo(f"          nobody has subscribed to {mailing.bulletin} yet")
    for each in report.sent:
        if open_ones := _still_open(each.counts):
            click.echo(f"          {each.mailing}: {open_ones}")
        if each.mailing.state == "paused":
            click.echo(f"          {each.mailing} is paused: {each.mailing.reason}", err=True)


_SHOWN = {"queued": "not sent yet", "deferred": "to be tried again", "failed": "failed",
          "uncertain": "uncertain", "skipped": "skipped"}  # fmt: skip


def _still_open(counts: Mapping[str, int]) -> str:
    """What an operator should know beside what was sent."""
    return ", ".join(f"{counts[s]:,} {word}" for s, word in _SHOWN.items() if counts.get(s))

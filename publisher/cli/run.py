"""`publisher run`: stay, and publish each bulletin on its schedule."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import threading

import click

from publisher.app import App
from publisher.cli.context import root_of
from publisher.errors import PublisherError
from publisher.issue.rhythm import rhythm_of
from publisher.schedule import Alarm, make_scheduler

log = logging.getLogger("publisher")


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Stay, and publish each bulletin on its schedule; stops on SIGTERM or Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    root = root_of(ctx)
    frame = App(root, os.environ, dt.datetime.now(dt.UTC)).frame
    alarms = [
        Alarm(slug, rhythm_of(bulletin, frame.publication))
        for slug, bulletin in frame.bulletins.items()
    ]
    one_at_a_time = threading.Lock()

    def tick() -> None:
        # Several alarms may ring at the same minute; the first one does the work of all.
        with one_at_a_time:
            _publish(App(root, os.environ, dt.datetime.now(dt.UTC)))

    scheduler = make_scheduler(alarms, tick)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=scheduler.shutdown).start())
    log.info("waiting for the slots of %s", ", ".join(sorted(frame.bulletins)) or "no bulletin")
    scheduler.start()


def _publish(app: App) -> None:
    try:
        report = app.publish()
    except PublisherError as error:
        log.error("%s", error)
        return
    for problem in report.problems:
        log.warning("%s", problem)
    for why in report.held:
        log.error("held: %s", why)
    for name in report.published:
        log.info("published %s", name)
    if report.mailed:
        log.info("%d messages in %s", report.mailed, app.settings.outbox)

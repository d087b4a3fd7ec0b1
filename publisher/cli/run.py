"""`publisher run`: stay, publish each bulletin on its schedule, and send what is to be sent."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import threading
from collections.abc import Callable

import click

from publisher.app import App
from publisher.cli.context import root_of
from publisher.errors import PublisherError
from publisher.issue.rhythm import rhythm_of
from publisher.schedule import Alarm, make_scheduler

log = logging.getLogger("publisher")

_LOOK = 60.0
"""Seconds after which the sender looks for deliveries that are due by now."""


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Stay, and publish each bulletin on its schedule; stops on SIGTERM or Ctrl-C.

    Mail goes out beside it: an issue never waits for the mailing of another.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    root = root_of(ctx)

    def make_app() -> App:
        return App(root, os.environ, dt.datetime.now(dt.UTC))

    frame = make_app().frame
    alarms = [
        Alarm(slug, rhythm_of(bulletin, frame.publication))
        for slug, bulletin in frame.bulletins.items()
    ]
    one_at_a_time, sender = threading.Lock(), _SenderThread(make_app)

    def tick() -> None:
        # Several alarms may ring at the same minute; the first one does the work of all.
        with one_at_a_time:
            _publish(make_app())
        sender.wake()

    scheduler = make_scheduler(alarms, tick)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=scheduler.shutdown).start())
    log.info("waiting for the slots of %s", ", ".join(sorted(frame.bulletins)) or "no bulletin")
    sender.start()
    try:
        scheduler.start()
    finally:
        sender.end()


class _SenderThread(threading.Thread):
    """Sends what is due of every mailing: when it is woken, and once a minute."""

    def __init__(self, make_app: Callable[[], App]) -> None:
        super().__init__(name="sender", daemon=True)
        self._make_app = make_app
        self._stop_event, self._wake_event = threading.Event(), threading.Event()

    def wake(self) -> None:
        """Look now."""
        self._wake_event.set()

    def end(self) -> None:
        """Finish what is under way, and come to an end."""
        self._stop_event.set()
        self._wake_event.set()
        self.join(timeout=10)

    def run(self) -> None:
        """Send until asked to stop."""
        while not self._stop_event.is_set():
            self._wake_event.wait(_LOOK)
            self._wake_event.clear()
            if not self._stop_event.is_set():
                app = self._make_app()
                app.post.stop = self._stop_event
                _deliver(app)


def _deliver(app: App) -> None:
    try:
        sent = app.deliver() or ()
    except PublisherError as error:
        log.error("%s", error)
        return
    for each in sent:
        if each.tally.done:
            told = ", ".join(f"{number} {state}" for state, number in each.counts.items())
            log.info("mailing of %s %s: %s", each.mailing, each.mailing.state, told)


def _publish(app: App) -> None:
    try:
        report = app.publish(send=False)
    except PublisherError as error:
        log.error("%s", error)
        return
    for problem in report.problems:
        log.warning("%s", problem)
    for why in report.held:
        log.error("held: %s", why)
    for name in report.published:
        log.info("published %s", name)
    for name in report.opened:
        log.info("mailing of %s opened", name)

"""`publisher run`: stay, publish each bulletin on its schedule, and send what is to be sent."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import click

from publisher.app import App
from publisher.cli.context import root_of
from publisher.errors import PublisherError
from publisher.issue.rhythm import rhythm_of
from publisher.schedule import Alarm, make_scheduler

log = logging.getLogger("publisher")

_LOOK = 60.0
"""Seconds after which the sender looks for deliveries that are due by now."""
_STABLE = 60.0
"""Seconds after which a child that ended had been well."""


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Stay, and publish each bulletin on its schedule; stops on SIGTERM or Ctrl-C.

    Mail goes out beside it: an issue never waits for the mailing of another.  Where the
    publication has a service_url, the pages for subscribers are served as `serve` does it, and
    what comes back is read where PUBLISHER_FEEDBACK says so.
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
    pages = _Pages(root) if frame.publication.service_url else None
    if pages:
        pages.start()
    try:
        scheduler.start()
    finally:
        sender.end()
        if pages:
            pages.end()


class _Pages(threading.Thread):
    """Keeps `publisher serve` going in a process of its own: no click waits for a rendering."""

    def __init__(self, root: Path) -> None:
        super().__init__(name="pages", daemon=True)
        self._command = [sys.executable, "-m", "publisher", "--root", str(root), "serve"]
        self._stop_event = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start it, and again whenever it ends, a little later each time."""
        waits = 1.0
        while not self._stop_event.is_set():
            begun = time.monotonic()
            self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
            code = self._process.wait()
            if self._stop_event.is_set():
                return
            waits = 1.0 if time.monotonic() - begun > _STABLE else min(waits * 2, 60.0)
            log.error("the pages for subscribers ended (%d); again in %.0f s", code, waits)
            self._stop_event.wait(waits)

    def end(self) -> None:
        """Ask it to stop, and wait for it."""
        self._stop_event.set()
        if self._process is not None:
            self._process.terminate()
        self.join(timeout=15)


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
                _read_returns(app)


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


def _read_returns(app: App) -> None:
    """Decide what follows from what came back, where there is somewhere to look."""
    found = app.settings.feedback
    if not (found.maildir or found.imap_host):
        return
    try:
        counted = [each for each in app.read_returns() if each.outcome == "counted"]
    except PublisherError as error:
        log.error("what came back cannot be read: %s", error)
        return
    if counted:
        log.info("%d reports came back", len(counted))


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

"""The crew: workers on any number of machines that share one PostgreSQL.

The queue hands out slices and publishing runs.  What one does for all (looking what there is to do,
notices, what comes back, calls to others) goes by leases: whoever holds one does it, and another
takes over where that one is killed or stalled.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from threading import Event, Thread

from publisher.app import App
from publisher.errors import PublisherError
from publisher.logbook.runs import log_report, publish_noted, pull_noted
from publisher.storage.queue import Queue

log = logging.getLogger("publisher.crew")

MakeApp = Callable[[], App]

_FRESH = 60.0
"""Seconds after which the publication is read again."""
_AGAIN = 5.0
"""Seconds until what has failed is tried again; nobody waits long for a server that is back."""


@dataclass(frozen=True, slots=True)
class Chore:
    """What one worker does for all, every so many seconds, while it holds the lease of the name."""

    name: str
    does: Callable[[App], None]
    every: float
    again: float = _AGAIN


def ask_for_tick(app: App, key: str) -> bool:
    """Ask for a publishing run; False where somebody has asked for this one before.

    `key` names what it is for, such as a bulletin and a slot: it is done once, by one worker, and
    may be asked for again where it failed.  Raises StepFailed where the queue cannot be used.
    """
    return Queue(app.settings.database_url).ask_for_tick(key)


def publish(app: App) -> None:
    """A publishing run: pull, publish what is due, and leave the sending to the crew."""
    pull_noted(app)
    log_report(publish_noted(app, send=False))


def sweep(app: App) -> None:
    """Ask for a run on each slice that waits for one; and whatever a mailing needs between them."""
    app.post.tell_paused()
    if waiting := app.post.mailing_desk().sweep():
        Queue(app.settings.database_url).ask_for_slices(waiting)


def send_notices(app: App) -> None:
    """Send what one person waits for."""
    app.post.notice_sender().send_due()


def make_calls(app: App) -> None:
    """Tell others what happened."""
    app.make_calls()


def read_returns(app: App) -> None:
    """Decide what follows from what was refused and what came back; and tidy."""
    found = app.settings.feedback
    if found.maildir or found.imap_host:
        counted = sum(each.outcome == "counted" for each in app.read_returns())
        if counted:
            log.info("reports that came back: %d", counted)
    else:
        list(app.judge_failures())
    app.post.tidy()


CHORES = (
    Chore("sweep", sweep, 3.0),
    Chore("notices", send_notices, 1.0),
    Chore("calls", make_calls, 3.0),
    Chore("returns", read_returns, 60.0),
)


def work(
    make_app: MakeApp,
    stop: Event,
    *,
    slices: int = 1,
    tick: Callable[[App], None] = publish,
    chores: tuple[Chore, ...] = CHORES,
) -> None:
    """Be a worker until `stop` is set: publishing runs one at a time, and so many slices at once.

    `make_app` reads the publication anew.  A database that is away is waited for.
    """
    queue = Queue(make_app().settings.database_url)
    crew = _Crew(make_app, stop, tick)
    threads = [Thread(target=crew.keep, args=(each,), name=each.name, daemon=True)
               for each in chores]  # fmt: skip
    # A thread of its own: an event loop may be at work in this one.
    threads.append(
        Thread(target=queue.work, args=(crew.tick, crew.send_slice, stop), name="queue",
               kwargs={"slices": slices}, daemon=True)
    )  # fmt: skip
    for each in threads:
        each.start()
    for each in threads:
        each.join()


@dataclass(frozen=True, slots=True)
class _Crew:
    """What a worker does with what it is given."""

    make_app: MakeApp
    stop: Event
    do_tick: Callable[[App], None]

    def tick(self, key: str) -> None:
        """A publishing run that was asked for; it fails where it raises."""
        log.info("publishing (%s)", key)
        try:
            with closing(self._app()) as app:
                self.do_tick(app)
        except PublisherError as error:
            log.error("publishing (%s): %s", key, error)
            raise

    def send_slice(self, mailing: int, slice_: int) -> None:
        """Send what is due of a slice; where it fails, the next sweep asks for it again."""
        begun = time.monotonic()
        try:
            with closing(self._app()) as app:
                tally = app.post.mailing_desk().send_slice(mailing, slice_)
        except PublisherError as error:
            log.error("slice %d of mailing %d: %s", slice_, mailing, error)
            return
        if tally.done:
            passed = time.monotonic() - begun
            log.info("slice %d of mailing %d: %d sent, %d others in %.0f s",
                     slice_, mailing, tally.sent, tally.done - tally.sent, passed)  # fmt: skip

    def keep(self, chore: Chore) -> None:
        """Do a chore whenever its lease can be had, until asked to stop."""
        is_failing = False
        while not self.stop.is_set():
            try:
                self._while_ours(chore)
                is_failing = False
            except PublisherError as error:
                if not is_failing:
                    log.error("%s, trying on: %s", chore.name, error)
                is_failing = True
            except Exception:
                # A mistake of ours: the other chores, and other workers, go on.
                log.exception("%s has failed", chore.name)
            self.stop.wait(chore.again)

    def _while_ours(self, chore: Chore) -> None:
        """Again and again, for as long as the lease is ours and the publication is fresh."""
        begun = time.monotonic()
        with closing(self._app()) as app, app.post.leases.held(chore.name) as held:
            while held is not None and held.is_ours() and not self.stop.is_set():
                chore.does(app)
                if time.monotonic() - begun > _FRESH or self.stop.wait(chore.every):
                    return

    def _app(self) -> App:
        app = self.make_app()
        app.post.stop = self.stop
        return app

"""What goes on beside publishing: mailings, notices, what comes back, and calls to others.

Each kind of work has a thread of its own, so that no reader's confirmation waits for a mailing.
On SQLite one machine does it all; with PostgreSQL the mailings are shared out (`publisher.crew`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.app import App
from publisher.errors import ContentError, PublisherError
from publisher.logbook.pulse import Pulse, worker_fact
from publisher.storage.database import open_database

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = logging.getLogger("publisher.worker")

MakeApp = Callable[[], App]

_LOOK = 1.0
"""Seconds between two looks at whether the database has changed."""
_GAP = 2.0
"""Seconds between two turns, at least."""
_EVERY = 60.0
"""Seconds after which there is a turn though nothing has changed: something may be due by now."""
_AGAIN = 10.0
"""Seconds after which what has failed is tried again."""
_PATIENCE = 30 * 60.0
"""Seconds for which something may fail before a person is asked."""


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work; `is_quick` where a change of the database calls for a turn at once."""

    name: str
    does: Callable[[App], None]
    is_quick: bool = True


def deliver(app: App) -> None:
    """Send what is due of every mailing, and tidy."""
    for each in app.deliver() or ():
        if each.tally.done and each.mailing.state != "finished":  # that has been said
            told = ", ".join(f"{number} {state}" for state, number in each.counts.items())
            event = {"event": f"mailing-{each.mailing.state}", "issue": str(each.mailing)}
            log.info(
                "mailing of %s %s: %s", each.mailing, each.mailing.state, told,
                extra=event | {"counts": each.counts},
            )  # fmt: skip


def send_notices(app: App) -> None:
    """Send what one person waits for, also while a mailing goes out."""
    app.post.notice_sender().send_due()


def make_calls(app: App) -> None:
    """Tell others what happened: webhooks, and the hub of the feeds."""
    app.make_calls()


def read_returns(app: App) -> None:
    """Decide what follows from what came back, where there is somewhere to look."""
    found = app.settings.feedback
    if not (found.maildir or found.imap_host):
        return
    if counted := sum(each.outcome == "counted" for each in app.read_returns()):
        log.info("reports that came back: %d", counted)


ALL = (
    Work("mail", deliver),
    Work("notices", send_notices),
    Work("calls", make_calls),
    Work("returns", read_returns, is_quick=False),
)


def work(make_app: MakeApp, stop: threading.Event, kinds: tuple[Work, ...] = ALL) -> None:
    """Work until asked to stop; what is under way is finished.

    Raises whatever a thread has died of: that is a mistake of ours, and `run` begins anew.
    """
    settings = make_app().settings
    pulse = Pulse(settings.database_url, worker_fact())
    pulse.start()
    try:
        if settings.is_shared:
            from publisher import crew  # needs what only PostgreSQL needs

            crew.work(make_app, stop)
        else:
            _work_alone(make_app, stop, settings.database_url, kinds)
    finally:
        pulse.end()


def _work_alone(
    make_app: MakeApp, stop: threading.Event, url: str, kinds: tuple[Work, ...]
) -> None:
    rounds = [Round(kind, make_app, stop, url) for kind in kinds]
    for each in rounds:
        each.start()
    for each in rounds:
        each.join()
    for each in rounds:
        if each.death is not None:
            raise each.death


class Round(threading.Thread):
    """Does one kind of work again and again."""

    def __init__(
        self,
        kind: Work,
        make_app: MakeApp,
        stop: threading.Event,
        url: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name=kind.name, daemon=True)
        self._kind, self._make_app, self._stop_event = kind, make_app, stop
        self._monotonic = monotonic
        self._changes = _Changes(url)
        self._app: App | None = None
        self._made = 0.0
        self._failing_since: float | None = None
        self.death: BaseException | None = None

    def run(self) -> None:
        """Work until asked to stop, or until something nobody has foreseen."""
        try:
            while not self._stop_event.is_set():
                before = self._changes.version()
                self.turn()
                self._wait(before)
        except Exception as error:  # noqa: BLE001 - `work` raises it in the main thread
            self.death = error
            self._stop_event.set()
        finally:
            self._changes.close()

    def turn(self) -> None:
        """One turn; what a person can mend is told, and tried again."""
        try:
            app = self._current()
            self._kind.does(app)
        except PublisherError as error:
            self._failed(error)
            return
        if self._failing_since is not None:
            self._failing_since = None
            self._told(lambda app: app.post.settled(self._kind.name))

    def _current(self) -> App:
        """The publication: made anew each minute, and the one before where it is broken now."""
        now = self._monotonic()
        if self._app is not None and now - self._made < _EVERY:
            return self._app
        made = self._make_app()
        try:
            made.post.stop = self._stop_event
        except ContentError:
            if self._app is None:
                raise
            # Its name and its sender are those of before: mail that is under way goes on.
            self._made = now
            return self._app
        if self._app is not None:
            self._app.close()
        self._app, self._made = made, now
        return made

    def _failed(self, error: PublisherError) -> None:
        now = self._monotonic()
        log.error("%s: %s", self._kind.name, error)
        if self._failing_since is None:
            self._failing_since = now
        elif now - self._failing_since >= _PATIENCE:
            lines = str(error).splitlines()
            subject = f"{self._kind.name} has failed for half an hour"
            self._told(lambda app: app.post.trouble(self._kind.name, subject, lines))

    def _told(self, tell: Callable[[App], None]) -> None:
        try:
            tell(self._current())
        except PublisherError as error:
            log.error("%s", error)

    def _wait(self, before: int | None) -> None:
        """Until there may be something to do."""
        begun = self._monotonic()
        longest = _AGAIN if self._failing_since is not None else _EVERY
        while not self._stop_event.wait(_LOOK):
            passed = self._monotonic() - begun
            if passed >= longest:
                return
            is_time = self._kind.is_quick and passed >= _GAP
            if is_time and self._changes.version() != before:
                return


class _Changes:
    """Tells whether another connection has written to an SQLite file, without reading it.

    See https://sqlite.org/pragma.html#pragma_data_version.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None

    def version(self) -> int | None:
        """A number that changes with the file; None where it cannot be had now."""
        try:
            if self._connection is None:
                self._connection = open_database(self._url).connect()
            with self._connection.begin():
                return int(self._connection.exec_driver_sql("PRAGMA data_version").scalar_one())
        except PublisherError:
            self.close()
            return None

    def close(self) -> None:
        """Let the file go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

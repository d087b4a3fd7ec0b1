"""What the service hears of its processes, and whom it tells."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

from publisher.app import App
from publisher.errors import PublisherError
from publisher.logbook.runs import LAST, note_trouble, settle
from publisher.schedule.runs import Ended
from publisher.storage.database import open_database
from publisher.storage.facts import Facts

log = logging.getLogger("publisher.run")


class Clerk:
    """Reads how runs went, and remembers what needs a person.

    A database that cannot be reached now is no reason for the service to end.
    """

    def __init__(self, make_app: Callable[[], App]) -> None:
        self._make_app = make_app
        self._last = self._read()

    def ended(self, code: int) -> Ended:
        """A run has ended: what it wrote down counts, and that it wrote nothing."""
        before, self._last = self._last, self._read()
        if code != 0 and self._last == before:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            lines = [f"A run of publishing ended with {how}.", "The log says more."]
            self._trouble("publish", "Publishing failed", lines)
        return _read_as(self._last)

    def last(self) -> Ended:
        """How the last run ended, whichever machine it was on."""
        return _read_as(self._read())

    def hangs(self, seconds: float) -> None:
        """A run is ended because it took too long."""
        lines = [
            f"A run of publishing took more than {seconds / 60:.0f} minutes, and was ended.",
            "It is tried again; nothing is lost.",
        ]
        self._trouble("publish:hung", "Publishing hangs", lines)

    def unwell(self, name: str, code: int) -> None:
        """A process of the service does not stay."""
        lines = [
            f"`publisher {name}` ends soon after each start (the last time with {code}).",
            "It is started again each minute; the log says why it ends.",
        ]
        self._trouble(f"process:{name}", f"`publisher {name}` does not stay", lines)

    def well(self, name: str) -> None:
        """It stays."""
        self._guarded(lambda app: settle(app, f"process:{name}"))

    def searched(self, code: int) -> None:
        """The search was brought up to date, or not."""
        if code == 0:
            self._guarded(lambda app: settle(app, "search"))
            return
        lines = [
            f"`publisher search` ended with {code}: new entries are not found yet.",
            "It is tried again at its next time; the log says why it failed.",
        ]
        self._trouble("search", "The search is not up to date", lines)

    def _trouble(self, key: str, subject: str, lines: list[str]) -> None:
        log.error("%s", " ".join(lines))
        self._guarded(lambda app: note_trouble(app, key, subject, lines))

    def _guarded(self, tell: Callable[[App], object]) -> None:
        try:
            tell(self._make_app())
        except PublisherError as error:
            log.error("it cannot be written down: %s", error)

    def _read(self) -> str | None:
        try:
            return Facts(open_database(self._make_app().settings.database_url)).get(LAST)
        except PublisherError as error:
            log.error("%s", error)
            return None


def _read_as(fact: str | None) -> Ended:
    try:
        told = json.loads(fact or "{}")
    except ValueError:
        return Ended()
    return Ended(is_waiting=bool(told.get("waiting")), is_failed=told.get("ok") is False)

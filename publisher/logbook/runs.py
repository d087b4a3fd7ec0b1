"""What each run of publishing leaves behind for those who look after it.

The fact ``publish.last`` says how the last run ended.  A run that fails, an issue that is held
and a clock that cannot be right are troubles until they are over.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from collections.abc import Sequence
from typing import Any

from publisher.app import App
from publisher.errors import ContentError, PublisherError
from publisher.logs import masked
from publisher.publishing import Report
from publisher.steps import is_unseen
from publisher.storage.database import open_database
from publisher.storage.facts import Facts
from publisher.storage.issues import StepRow
from publisher.storage.troubles import Troubles

log = logging.getLogger("publisher.logbook")
_publish_log = logging.getLogger("publisher.publish")

LAST = "publish.last"
_AHEAD = dt.timedelta(minutes=5)
"""So far ahead may a slot lie that was published: clocks of machines differ a little."""
_MOST_FAULTS = 10
_UNPUBLISHED = ("started", "held", "skipped")


def pull_noted(app: App) -> None:
    """What is here is published also where nothing can be pulled: the operator was told."""
    try:
        pulled = app.pull()
    except PublisherError as error:
        _publish_log.error("%s", error)
        return
    if pulled is not None and pulled.is_news:
        _publish_log.info("pulled %s", pulled)


def log_report(report: Report) -> None:
    """Say what a run has done, for those who read the log."""
    for problem in report.problems:
        _publish_log.warning("%s", problem)
    for remark in report.remarks:
        _publish_log.warning("%s", remark)
    for why in report.held:
        event = {"event": "held", "issue": why.partition(":")[0]}
        _publish_log.error("held: %s", why, extra=event)
    for line in report.skipped:
        _publish_log.info("skipped %s", line)
    for name in report.published:
        _publish_log.info("published %s", name, extra={"event": "published", "issue": name})
    for name in report.opened:
        event = {"event": "mailing-opened", "issue": name}
        _publish_log.info("mailing of %s opened", name, extra=event)
    for each in report.waiting:
        # Once: it is looked for every 15 seconds, and the issue is held where it never comes.
        if str(each.wanted) in report.published:
            _publish_log.info("not mailed yet: %s", each)


def publish_noted(app: App, **options: Any) -> Report:
    """`App.publish` with these options; how it went is remembered, also where it raises."""
    if options.get("dry_run"):
        return app.publish(**options)
    book, begun = _Book(app), time.monotonic()
    try:
        report = app.publish(**options)
    except Exception as error:
        book.failed(error, time.monotonic() - begun)
        raise
    book.went_well(report, time.monotonic() - begun)
    return report


def note_trouble(app: App, key: str, subject: str, lines: Sequence[str]) -> None:
    """Remember a trouble; where the publication cannot be read, nobody can be written to."""
    try:
        post = app.post
    except ContentError:
        _troubles(app).see(key, masked(subject), [masked(each) for each in lines], app.now)
        return
    post.trouble(key, subject, list(lines))


def settle(app: App, key: str) -> None:
    """A trouble is over, also where the publication cannot be read."""
    _troubles(app).end(key)


def _troubles(app: App) -> Troubles:
    return Troubles(open_database(app.settings.database_url))


class _Book:
    """Writes down what happened; where that fails, it is logged, and nothing else is harmed."""

    def __init__(self, app: App) -> None:
        self._app = app

    def failed(self, error: Exception, seconds: float) -> None:
        """A run has ended with an error."""
        what = (
            str(error) if isinstance(error, PublisherError) else f"{type(error).__name__}: {error}"
        )
        with _Harmless(but_said=what):
            self._write(seconds, error=what)
            note_trouble(self._app, "publish", "Publishing failed", what.splitlines())

    def went_well(self, report: Report, seconds: float) -> None:
        """A run has ended, though issues may be held."""
        with _Harmless():
            self._write(seconds, report)
            for key in ("publish", "publish:hung"):
                self._app.post.settled(key)
            rows = list(self._app.rows.all())
            self._tell_held(rows)
            self._tell_clock(rows)
            self._tell_undrawn()

    def _write(self, seconds: float, report: Report | None = None, error: str = "") -> None:
        told = {
            "at": self._app.now.astimezone(dt.UTC).isoformat(),
            "seconds": round(seconds, 1),
            "ok": report is not None,
            "error": error,
            "published": list(report.published) if report else [],
            "held": list(report.held) if report else [],
            "waiting": bool(getattr(report, "waiting", ())),
        }
        facts = Facts(open_database(self._app.settings.database_url))
        facts.set(LAST, json.dumps(told, ensure_ascii=False))

    def _tell_held(self, rows: Sequence[StepRow]) -> None:
        """Each held issue is a trouble of its own, until it moves on."""
        post, held = self._app.post, set[str]()
        unapproved = {each.key for each in post.troubles.all("approval:")}
        for row in rows:
            name = f"{row.bulletin}/{row.issue}"
            # What was not seen or not approved is a trouble already, with words of its own.
            is_told = is_unseen(row) or f"approval:{name}" in unapproved
            if row.step == "held" and not is_told:
                held.add(f"held:{name}")
                post.trouble(f"held:{name}", f"Held: {name}", row.reason.splitlines())
        for known in post.troubles.all("held:"):
            if known.key not in held:
                post.settled(known.key)

    def _tell_undrawn(self) -> None:
        """What is not drawn is a trouble until all that a run asks for is drawn."""
        drawings, post = self._app.drawings, self._app.post
        if faults := drawings.faults():
            lines = [*map(str, faults[:_MOST_FAULTS]), "Readers get the numbers as tables."]
            post.trouble("drawing", "Figures are not drawn", lines)
        elif post.troubles.all("drawing") and (drawings.was_asked or not self._app.draws()):
            post.settled("drawing")

    def _tell_clock(self, rows: Sequence[StepRow]) -> None:
        """An issue whose slot is still to come was published by a clock that was ahead of ours."""
        now = self._app.post.clock()
        slots = [
            (row.slot, f"{row.bulletin} {row.issue}")
            for row in rows
            if row.step not in _UNPUBLISHED
        ]
        newest, name = max(slots, default=(now, ""))
        if newest <= now + _AHEAD:
            self._app.post.settled("clock")
            return
        lines = [
            f"{name} is published, and its slot is {newest:%Y-%m-%d %H:%M} UTC.",
            f"The clock of this machine says {now.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC.",
            "It may be wrong now, or was when the issue came out.",
            "Nothing is published or mailed twice; the next issue comes at its own slot.",
        ]
        log.warning("the clock of this machine may be wrong: %s", lines[0])
        self._app.post.trouble("clock", "The clock may be wrong", lines)


class _Harmless:
    """What is written down is not worth a failed run: the database may be what is broken.

    `but_said` is said by somebody else, and not twice.
    """

    def __init__(self, but_said: str = "") -> None:
        self._said = but_said

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, PublisherError):
            if str(error) != self._said:
                log.error("how the run went cannot be written down: %s", error)
            return True
        return False

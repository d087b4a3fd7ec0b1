"""Taking an overview: each part for itself, so that a broken one hides no other."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from publisher.app import App
from publisher.deliver.ledger import Mailing
from publisher.errors import ArchiveError, PublisherError
from publisher.overview.model import (
    Coming,
    Database,
    Disk,
    IssueLine,
    LastRun,
    MailingLine,
    Overview,
    Queues,
    Sign,
    TroubleLine,
)
from publisher.storage.copies import Copies
from publisher.storage.database import open_database
from publisher.storage.facts import Facts
from publisher.storage.gauges import RATE, Gauges, Progress
from publisher.storage.troubles import Troubles
from publisher.until import UNTIL
from publisher.version import VERSION

LAST_RUN = "publish.last"
"""The fact that tells of the last run of publishing, as JSON."""
_ISSUES, _MAILINGS, _COMING = 8, 4, 8
_AHEAD_DAYS = 35
"""The next issue of a monthly is no further away."""


def look(app: App, now: dt.datetime) -> Overview:
    """Everything that matters at a moment; raises nothing that a person could mend.

    What cannot be looked at is told in `unseen`.  Nothing is written but what is derived.
    """
    seen: dict[str, Any] = {"at": now, "version": VERSION, "unseen": {}}
    _collect(seen, "content", lambda: _content(app))
    _collect(seen, "database", lambda: _database(_engine(app), now))
    _collect(seen, "archive", lambda: _archive(app, seen.get("steps", {})))
    if not seen["unseen"]:  # what is due follows from these three
        _collect(seen, "schedule", lambda: _schedule(app))
    _collect(seen, "disk", lambda: iter([("disks", _disks(app))]))
    return Overview(**seen)


def _collect(
    seen: dict[str, Any], part: str, collect: Callable[[], Iterator[tuple[str, object]]]
) -> None:
    try:
        seen.update(collect())
    except PublisherError as error:
        seen["unseen"][part] = str(error)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        seen["unseen"][part] = f"{place}{error.strerror or error}"


def _content(app: App) -> Iterator[tuple[str, object]]:
    yield "commit", app.head.commit if app.head else ""
    yield "publication", app.frame.publication.authority


def _engine(app: App) -> Engine:
    """The database, also where publication.yaml is broken: `App.post` needs that."""
    return open_database(app.settings.database_url)


# Database ----------------------------------------------------------------------------------------


def _database(engine: Engine, now: dt.datetime) -> Iterator[tuple[str, object]]:
    gauges = Gauges(engine)
    yield "database", Database(*gauges.version())
    yield (
        "issues",
        tuple(
            IssueLine(each.bulletin, each.issue, each.slot, each.step, each.reason)
            for each in gauges.newest_issues(_ISSUES)
        ),
    )
    yield "steps", gauges.steps()
    yield "mailing_states", gauges.mailing_states()
    lines = tuple(_line(*each, now) for each in gauges.mailings(_MAILINGS, now))
    yield "mailings", lines
    calls, failed = gauges.calls(now)
    yield "queues", Queues(
        sum(each.due for each in lines),
        sum(each.counts.get("deferred", 0) for each in lines if each.is_open),
        gauges.uncertain(), gauges.notices(), calls, failed,
    )  # fmt: skip
    yield (
        "troubles",
        tuple(
            TroubleLine(each.key, each.subject, each.lines, each.since)
            for each in Troubles(engine).all()
        ),
    )
    yield "copy_of", Copies(engine).taken()
    facts = Facts(engine).all()
    yield "last_run", last_run(facts.get(LAST_RUN))
    yield "signs", tuple(signs(facts))


def _line(mailing: Mailing, progress: Progress, now: dt.datetime) -> MailingLine:
    waiting = (now - progress.oldest).total_seconds() if progress.oldest else 0.0
    return MailingLine(
        mailing.bulletin, mailing.issue, mailing.state, mailing.reason, mailing.recipients,
        mailing.opened, mailing.finished, mailing.resumes, mailing.waits_until,
        progress.counts, progress.lately / RATE.total_seconds(), progress.due, max(0.0, waiting),
    )  # fmt: skip


def last_run(fact: str | None) -> LastRun | None:
    """The last run of publishing, as its fact tells of it; None where it cannot be read."""
    try:
        told = json.loads(fact or "null")
        return LastRun(
            _moment(told["at"]), float(told.get("seconds") or 0), bool(told.get("ok", True)),
            str(told.get("error") or ""), _names(told.get("published")), _names(told.get("held")),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def signs(facts: dict[str, str]) -> Iterator[Sign]:
    """The signs of life among the facts: ``run:HOST`` and ``worker:HOST:PID``."""
    for name, value in facts.items():
        kind, _, rest = name.partition(":")
        if kind not in ("run", "worker"):
            continue
        try:
            told = json.loads(value)
            coming = _moment(told["next"]) if told.get("next") else None
            host = rest.rpartition(":")[0] if kind == "worker" else rest
            yield Sign(kind, host or rest, _moment(told["at"]), int(told.get("pid") or 0), coming)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue


def _moment(given: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(given)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _names(given: object) -> tuple[str, ...]:
    return tuple(map(str, given)) if isinstance(given, list) else ()


# Schedule, archive, disks ------------------------------------------------------------------------


def _archive(app: App, steps: Mapping[str, int]) -> Iterator[tuple[str, object]]:
    """Opens the archive and reads what is new in it; nothing of it is told."""
    if not app.library.index.last_log and any(steps.get(each) for each in UNTIL):
        raise ArchiveError(
            f"{app.settings.archive} is empty, though issues were published",
            "mount it, or restore it from the backup, before anything is published",
        )
    return iter(())


def _schedule(app: App) -> Iterator[tuple[str, object]]:
    overdue, coming, known = list[Coming](), list[Coming](), set[str]()
    for each, is_due in app.due(_AHEAD_DAYS):
        line = Coming(each.bulletin, each.name, each.slot, app.why_skipped(each))
        if is_due:
            overdue.append(line)
        elif len(coming) < _COMING and each.bulletin not in known:
            coming.append(line)
            known.add(each.bulletin)
    yield "overdue", tuple(overdue)
    yield "coming", tuple(coming)


def _disks(app: App) -> tuple[Disk, ...]:
    settings, found = app.settings, dict[str, Disk]()
    for what, given in (("state", settings.state), ("site", settings.public)):
        path = Path(given)
        while not path.exists():
            path = path.parent
        used = shutil.disk_usage(path)
        found[what] = Disk(what, Path(given), used.free, used.total)
    return tuple(found.values())

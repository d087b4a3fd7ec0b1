"""Lateness: which issues are published and not mailed, as their time is over."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from publisher.config.bulletin import Bulletin
from publisher.content.one_off import is_one_off

if TYPE_CHECKING:  # SQLAlchemy takes a fifth of a second to import, and `check` needs no database
    from publisher.announcing.announcer import Operator
    from publisher.storage.issues import IssueSteps, StepRow

# How long after its slot an issue is still mailed; later it is published and not mailed.
MAX_LATENESS = {
    "daily": dt.timedelta(hours=12),
    "weekly": dt.timedelta(days=2),
    "monthly": dt.timedelta(days=4),
}

_LATE = "late:"
"""Begins the keys of troubles about issues that are not mailed, and the reason of late ones."""
_NEWS = dt.timedelta(days=7)
"""So long after its slot the operator hears of an issue that was not mailed."""
_ON_THEIR_WAY = ("frozen", "written", "live", "announced", "mailed")
"""Steps of issues that are mailed, or will be unless something happens."""


def is_late(row: StepRow, bulletin: Bulletin, now: dt.datetime) -> bool:
    """Whether it is too late to mail an issue, as its bulletin or its cadence says."""
    most = bulletin.max_lateness
    return now - row.slot > (MAX_LATENESS[bulletin.cadence] if most is None else most)


def newer_issue(rows: IssueSteps, row: StepRow) -> StepRow | None:
    """The newest issue of the schedule after this one that is mailed, or on its way to be.

    One that is held does not count: nobody knows when it comes.  A one-off issue comes beside
    those of the schedule; it neither gives way to them nor they to it.
    """
    if is_one_off(row.issue):
        return None
    after = [
        each
        for each in rows.after(row.bulletin, row.slot)
        if each.step in _ON_THEIR_WAY and not is_one_off(each.issue)
    ]
    return after[-1] if after else None


def why_unmailed(rows: IssueSteps, row: StepRow, bulletin: Bulletin, now: dt.datetime) -> str:
    """Why an issue that could be mailed now is not: it is late, or there is a newer one; or ""."""
    if is_late(row, bulletin, now):
        return f"{_LATE} its slot was {row.slot.isoformat()}"
    newer = newer_issue(rows, row)
    if newer is None:
        return ""
    was = "was mailed already" if newer.step == "mailed" else "was due as well"
    return f"a newer issue {was}: {newer.issue}"


def tell_unmailed(operator: Operator, row: StepRow, why: str, now: dt.datetime) -> None:
    """Tell the operator that an issue is not mailed, while that is news."""
    if now - row.slot >= _NEWS:
        return
    name, subject = f"{row.bulletin} {row.issue}", "gives way to a newer issue"
    if why.startswith(_LATE):
        why, subject = f"its slot was {row.slot.isoformat()}, and max_lateness is over", "is late"
    lines = [f"{name} is published on the site and in the feeds, and not mailed:", f"{why}."]
    subject = f"Not mailed: {name} {subject}"
    operator.trouble(f"{_LATE}{row.bulletin}/{row.issue}", subject, lines)


def settle_late(operator: Operator, rows: IssueSteps, now: dt.datetime) -> None:
    """End the troubles about issues that are no news any more."""
    for known in operator.troubles.all(_LATE):
        row = rows.get(*known.key.removeprefix(_LATE).split("/", 1))
        if row is None or now - row.slot >= _NEWS:
            operator.settled(known.key)

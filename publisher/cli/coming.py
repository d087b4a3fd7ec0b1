"""What comes, issue by issue, and what there is to say about each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.app import App
from publisher.issue.approvals import lacks_approval
from publisher.issue.free_days import beyond_calendar, free_days
from publisher.publishing import Wanted


@dataclass(frozen=True, slots=True)
class Coming:
    """An issue that is due or comes, or one that would have come.

    `approve_by` is the deadline of its approval, None where it needs none, and `waits` says that
    the approval is not given.  `no_slot` says why a calendar or a neighbour takes its day,
    `calendar_ends` which calendar says nothing of its year.
    """

    bulletin: str
    name: str
    slot: dt.datetime
    is_due: bool = False
    skipped: str = ""
    no_slot: str = ""
    approve_by: dt.datetime | None = None
    waits: bool = False
    calendar_ends: str = ""

    @property
    def remarks(self) -> list[str]:
        """Each in a few words."""
        ends = f'the calendar "{self.calendar_ends}" has no days of {self.slot.year}'
        said = {
            "due now": self.is_due,
            self.skipped: bool(self.skipped),
            f"no issue: {self.no_slot}": bool(self.no_slot),
            "waits for approval": self.waits,
            ends: bool(self.calendar_ends),
        }
        return [remark for remark, holds in said.items() if holds]


def what_comes(app: App, days: int) -> list[Coming]:
    """What is due now, what comes within some days, and what would have come, by slot."""
    found = [_issue(app, each, is_due) for each, is_due in app.due(days)]
    found += _missing(app, days)
    return sorted(found, key=lambda each: (each.slot, each.bulletin, each.name))


def _issue(app: App, wanted: Wanted, is_due: bool) -> Coming:
    frame, slug, name, slot = app.frame, wanted.bulletin, wanted.name, wanted.slot
    skipped, approval = app.why_skipped(wanted), frame.bulletins[slug].approval
    is_open = not skipped and app.library.index.issue(slug, name) is None
    return Coming(
        slug, name, slot, is_due, skipped,
        approve_by=slot - approval.by if approval else None,
        waits=is_open and lacks_approval(frame, slug, name),
        calendar_ends=beyond_calendar(frame, slug, slot.date()),
    )  # fmt: skip


def _missing(app: App, days: int) -> Iterator[Coming]:
    for free in free_days(app.frame, app.now, app.now + dt.timedelta(days=days)):
        yield Coming(free.bulletin, free.name, free.slot, no_slot=free.why)

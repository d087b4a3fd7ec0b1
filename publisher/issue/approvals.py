"""Approvals of issues: which are missing, and until when they are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from publisher.content.load import Frame, bulletin_path, issue_path
from publisher.document import Problem
from publisher.issue.timetable import timetable
from publisher.issue.timing import one_offs
from publisher.issue.window import slots_between

_SOON = dt.timedelta(days=1)
"""So long before its deadline a missing approval is worth a warning."""


def lacks_approval(frame: Frame, slug: str, name: str) -> bool:
    """Whether an issue needs an approval that its file, if it has one, does not give."""
    written = frame.issue_files.get((slug, name))
    is_given = written is not None and written.approved
    return frame.bulletins[slug].approval is not None and not is_given


def deadlines(frame: Frame, after: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
    """Until when approvals are asked for that are missing, ``after < deadline <= until``."""
    for slug, bulletin in frame.bulletins.items():
        if bulletin.approval is not None:
            by = bulletin.approval.by
            for _, slot in _lacking(frame, slug, after + by, until + by):
                yield slot - by


def missing_approvals(frame: Frame, now: dt.datetime) -> Iterator[Problem]:
    """Issues to come whose approval is missing, though its deadline is near or past.

    What is wrong with a broken file is told already.
    """
    for slug, bulletin in frame.bulletins.items():
        if bulletin.approval is None:
            continue
        by = bulletin.approval.by
        for name, slot in _lacking(frame, slug, now, now + by + _SOON):
            if (slug, name) not in frame.broken_issue_files:
                yield _missing(frame, slug, name, slot - by)


def _lacking(
    frame: Frame, slug: str, after: dt.datetime, until: dt.datetime
) -> Iterator[tuple[str, dt.datetime]]:
    """The issues of a bulletin with ``after < slot <= until`` that lack an approval."""
    slots = dict(slots_between(timetable(frame, slug), after, until))
    slots |= {name: slot for name, slot in one_offs(frame, slug).items() if after < slot <= until}
    return ((name, slot) for name, slot in slots.items() if lacks_approval(frame, slug, name))


def _missing(frame: Frame, slug: str, name: str, deadline: dt.datetime) -> Problem:
    path = issue_path(slug, name)
    what = f"{slug} {name} is to be approved by {deadline.isoformat(timespec='minutes')}"
    if path in frame.documents:
        at, remedy = "approved", "write approved: true, or it is held at its slot"
    else:
        path, at, what = bulletin_path(slug), "approval", f"{what}, and has no file"
        remedy = f"`publisher new issue {slug} {name}` starts it; write approved: true there"
    place = frame.documents[path].place(at)
    return Problem(path, *place, what, remedy, "warning", "approval")

"""The slots of a bulletin as the whole content has them: its rhythm, calendar and neighbours.

Everything that asks when a bulletin comes out asks here; `rhythm` alone knows names and windows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from publisher.content.load import Frame, bulletin_path, issue_path
from publisher.content.one_off import is_one_off
from publisher.document import Problem
from publisher.issue.rhythm import rhythm_of
from publisher.issue.timing import day_of_issue
from publisher.issue.window import Rhythm, is_day_of_other


def timetable(frame: Frame, slug: str) -> Rhythm:
    """The rhythm of a bulletin with the days on which it does not, or does, come out.

    Of the bulletin that it stays clear of the calendar counts, but not whom that one avoids: two
    that avoid each other would both be silent.
    """
    other = frame.bulletins[slug].not_with
    rhythm = _with_calendar(frame, slug)
    known = other is not None and other in frame.bulletins and other != slug
    return replace(rhythm, not_with=_with_calendar(frame, other)) if known and other else rhythm


def _with_calendar(frame: Frame, slug: str) -> Rhythm:
    bulletin = frame.bulletins[slug]
    rhythm = rhythm_of(bulletin, frame.publication)
    calendar = frame.calendars.get(bulletin.schedule.calendar or "")
    return replace(rhythm, skips=calendar.off, adds=calendar.made_up) if calendar else rhythm


def why_no_slot(frame: Frame, slug: str, day: dt.date) -> str:
    """Why the calendar or a neighbour takes a day from a bulletin; "" where neither does."""
    bulletin = frame.bulletins[slug]
    calendar = frame.calendars.get(bulletin.schedule.calendar or "")
    name = calendar.holiday(day) if calendar else None
    if name is not None:
        return f"holiday: {name.resolve(list(frame.publication.languages))[1]}"
    return f"{bulletin.not_with} comes out" if is_day_of_other(timetable(frame, slug), day) else ""


def short_calendars(frame: Frame, now: dt.datetime, days: int) -> Iterator[Problem]:
    """Calendars that say nothing of a year into which the coming days reach."""
    for slug, bulletin in frame.bulletins.items():
        name = bulletin.schedule.calendar
        calendar = frame.calendars.get(name or "")
        if calendar is None or (path := bulletin_path(slug)) not in frame.documents:
            continue
        zone = bulletin.time_zone or frame.publication.time_zone
        asked = {(now.astimezone(zone) + dt.timedelta(days=n)).year for n in (0, days)}
        for year in sorted(asked - calendar.years):
            yield frame.documents[path].problem(
                ("schedule", "calendar"),
                f'the calendar "{name}" has no days of {year}',
                f"add the holidays of {year} to content/calendars/{name}.yaml",
                severity="warning",
                code="calendar-ends",
            )


def files_without_slot(frame: Frame) -> Iterator[Problem]:
    """Issue files of days that a calendar or a neighbour takes."""
    for slug, name in sorted(frame.issue_files):
        if is_one_off(name) or slug not in frame.bulletins:
            continue
        try:
            day = day_of_issue(rhythm_of(frame.bulletins[slug], frame.publication), name)
        except ValueError:
            continue
        if why := why_no_slot(frame, slug, day):
            yield Problem(
                issue_path(slug, name), 1, 1, f"{slug} does not come out on {day} ({why})",
                "move it to another day, or make it a one-off issue",
                "warning", "no-slot",
            )  # fmt: skip

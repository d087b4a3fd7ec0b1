"""The days that a calendar or a neighbour takes from a bulletin, told to those who ask what comes.

`timetable` has the slots that are left; this has the others, and why there is nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from publisher.content.load import Frame
from publisher.issue.timetable import timetable, why_no_slot
from publisher.issue.window import day_of, slots_between


@dataclass(frozen=True, slots=True)
class Free:
    """An issue that its bulletin's schedule would have, the slot it would have had, and why not."""

    bulletin: str
    name: str
    slot: dt.datetime
    why: str


def free_days(frame: Frame, after: dt.datetime, until: dt.datetime) -> Iterator[Free]:
    """What is missing with ``after < slot <= until``, bulletin by bulletin, oldest first."""
    for slug in frame.bulletins:
        plain = replace(timetable(frame, slug), skips=frozenset(), not_with=None)
        for name, slot in slots_between(plain, after, until):
            if why := why_no_slot(frame, slug, day_of(plain, name)):
                yield Free(slug, name, slot, why)


def beyond_calendar(frame: Frame, slug: str, day: dt.date) -> str:
    """The calendar that a bulletin follows, where it says nothing of a day's year; else ""."""
    name = frame.bulletins[slug].schedule.calendar or ""
    calendar = frame.calendars.get(name)
    return name if calendar is not None and day.year not in calendar.years else ""

"""Slots on the days on which clocks change, where a calendar moves the days, zone by zone."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import bulletin, publication

from publisher.config.calendar import Calendar
from publisher.content.load import Frame
from publisher.issue.timetable import timetable
from publisher.issue.window import slots_between

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
DAY = dt.timedelta(days=1)

# A Sunday, a time of day, and when the issue of that day comes out by UTC.
SUNDAYS = {
    "the hour is skipped": ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00Z"),
    "before the gap": ("Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T00:59Z"),
    "after the gap": ("Europe/Berlin", "2026-03-29", "08:00", "2026-03-29T06:00Z"),
    "the hour comes twice": ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30Z"),
    "after both": ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00Z"),
    "skipped in America": ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00Z"),
    "twice in America": ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30Z"),
    "half an hour twice": ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45Z"),
    "half an hour skipped": ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30Z"),
    "half an hour off": ("Asia/Kolkata", "2026-03-29", "00:15", "2026-03-28T18:45Z"),
    "no change of clocks": ("Asia/Shanghai", "2026-05-10", "08:30", "2026-05-10T00:30Z"),
}


def moved(zone: str, sunday: dt.date, at: str) -> Frame:
    """A daily of weekdays that works on a Sunday and rests on the Monday, and a Sunday weekly."""
    calendar = Calendar.model_validate(
        {
            "workdays": [{"on": f"{sunday}", "name": {"en": "Instead"}}],
            "holidays": [{"on": f"{sunday + DAY}", "name": {"en": "Rest"}}],
        }
    )
    schedule = {"at": at, "on": WEEKDAYS, "calendar": "ours"}
    weekly = bulletin(cadence="weekly", schedule={"at": "02:30", "on": "sun"}, time_zone=zone)
    bulletins = {
        "daily": bulletin(schedule=schedule, time_zone=zone),
        "shy": bulletin(schedule=schedule, time_zone=zone, not_with="weekly"),
        "weekly": weekly,
    }
    return Frame(publication(), bulletins, {}, calendars={"ours": calendar})


def slots(frame: Frame, slug: str, sunday: dt.date) -> dict[str, dt.datetime]:
    """The slots of the days from Friday to Tuesday."""
    rhythm = timetable(frame, slug)
    first, last = sunday - 2 * DAY, sunday + 3 * DAY
    after, until = (
        dt.datetime.combine(day, dt.time(), rhythm.zone).astimezone(dt.UTC) for day in (first, last)
    )
    moment = dt.timedelta(microseconds=1)
    return dict(slots_between(rhythm, after - moment, until - moment))


@pytest.mark.parametrize(("zone", "day", "at", "utc"), SUNDAYS.values(), ids=SUNDAYS)
def test_a_workday_on_which_clocks_change(zone: str, day: str, at: str, utc: str) -> None:
    """It has one slot, at the right instant; its neighbours are as the calendar says."""
    sunday = dt.date.fromisoformat(day)
    found = slots(moved(zone, sunday, at), "daily", sunday)
    assert list(found) == [f"{sunday + n * DAY}" for n in (-2, 0, 2)]
    assert found[day] == dt.datetime.fromisoformat(utc)


@pytest.mark.parametrize(("zone", "day", "at", "utc"), SUNDAYS.values(), ids=SUNDAYS)
def test_the_neighbours_day_however_long_it_is(zone: str, day: str, at: str, utc: str) -> None:
    """A day of 23 or 25 hours is the weekly's as a whole."""
    sunday = dt.date.fromisoformat(day)
    found = slots(moved(zone, sunday, at), "shy", sunday)
    assert list(found) == [f"{sunday + n * DAY}" for n in (-2, 2)]


@pytest.mark.parametrize(("zone", "day", "at", "utc"), SUNDAYS.values(), ids=SUNDAYS)
def test_a_slot_is_due_at_its_instant_and_not_again(zone: str, day: str, at: str, utc: str) -> None:
    """The second half past two of a night in October brings no second issue."""
    rhythm = timetable(moved(zone, dt.date.fromisoformat(day), at), "daily")
    slot, second = dt.datetime.fromisoformat(utc), dt.timedelta(seconds=1)
    around = [
        [name for name, _ in slots_between(rhythm, since, until)]
        for since, until in (
            (slot - 6 * 3600 * second, slot - second),
            (slot - second, slot),
            (slot, slot + 6 * 3600 * second),
        )
    ]
    assert around == [[], [day], []]

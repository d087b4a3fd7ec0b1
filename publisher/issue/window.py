"""Which days an issue covers, what it is called and when it is due.

Pure: nothing here asks the clock.  Instants are given back with a fixed offset instead of their
zone, because two times of the *same* zone are compared by their wall clock (PEP 495) and the
second 02:15 of an autumn night would count as earlier than the first 02:30.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

Cadence = Literal["daily", "weekly", "monthly"]
WindowKind = Literal["days", "week", "month"]

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
# No name outside these years: the days around an issue must be dates as well.
_FIRST_YEAR, _LAST_YEAR = 1000, 9998
_NAMES: dict[str, tuple[re.Pattern[str], str]] = {
    "daily": (re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"), "2026-04-13"),
    "weekly": (re.compile(r"([0-9]{4})-W([0-9]{2})"), "2026-W17"),
    "monthly": (re.compile(r"([0-9]{4})-([0-9]{2})"), "2026-04"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """Days in a row; both ends belong to it."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a bulletin comes out, and which days an issue covers.

    `on` is a set of weekdays (0 is Monday) for a daily, one weekday for a weekly and a day of
    the month for a monthly, where a day that a month does not have means its last.

    On a day of `skips` nothing comes out, nor on one on which the rhythm of `not_with` has a slot;
    on one of `adds` a daily comes out whatever the weekday.
    """

    cadence: Cadence
    at: time
    on: frozenset[int] | int
    zone: ZoneInfo
    days: int | None = None
    ends: Literal["issue-day", "day-before"] = "issue-day"
    which: Literal["this", "previous"] = "this"
    window: WindowKind = "days"
    skips: frozenset[date] = frozenset()
    adds: frozenset[date] = frozenset()
    not_with: Rhythm | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None:
            raise ValueError("the time of a rhythm is a wall clock time; its zone stands beside it")
        if not self._on_fits():
            raise ValueError(f"a {self.cadence} rhythm cannot be on {self.on!r}")
        if self.days is not None and self.days < 1:
            raise ValueError("a window holds at least one day")

    def _on_fits(self) -> bool:
        if self.cadence == "daily":
            return isinstance(self.on, frozenset) and bool(self.on) and self.on <= set(range(7))
        days = range(7) if self.cadence == "weekly" else range(1, 32)
        return isinstance(self.on, int) and self.on in days


def name_of(rhythm: Rhythm, slot_day: date) -> str:
    """The name of the issue that comes out on a day: of its day, or of the week or month covered.

    Weeks are those of ISO 8601: 2027-01-01 lies in 2026-W53.  A window that is no calendar week
    (or month) gives the issue the name of the one its last day lies in.
    """
    if rhythm.cadence == "daily":
        return f"{slot_day:%Y-%m-%d}"
    covered = slot_day - _DAY * _lag(rhythm)
    if rhythm.cadence == "weekly":
        year, week, _ = covered.isocalendar()
        return f"{year:04}-W{week:02}"
    if _previous(rhythm, "month"):
        covered = covered.replace(day=1) - _DAY
    return f"{covered:%Y-%m}"


def slot_of(rhythm: Rhythm, name: str) -> datetime:
    """When an issue is due, with the offset of its zone at that instant.

    A time that the clocks skip means the first instant after it, a time that comes twice means
    the first (as cron's successors do).  A daily may have an issue on any day.
    """
    return _instant(rhythm.zone, day_of(rhythm, name), rhythm.at)


def day_of(rhythm: Rhythm, name: str) -> date:
    """The day on which an issue comes out, in the zone of the rhythm.

    Raises ValueError for what is not the name of an issue of this cadence.
    """
    first = _first_day(rhythm.cadence, name)
    if rhythm.cadence == "daily":
        return first
    assert isinstance(rhythm.on, int)
    if rhythm.cadence == "weekly":
        earliest = first + _DAY * _lag(rhythm)
        return earliest + _DAY * ((rhythm.on - earliest.weekday()) % 7)
    published_later = _previous(rhythm, "month") or rhythm.on <= _lag(rhythm)
    return _day_in_month(_month_after(first) if published_later else first, rhythm.on)


def period_of(rhythm: Rhythm, name: str) -> Period:
    """The days an issue covers when its file says nothing else."""
    day = day_of(rhythm, name)
    if rhythm.window == "week":
        monday = day - _DAY * day.weekday() - _DAY * (7 if rhythm.which == "previous" else 0)
        return Period(monday, monday + 6 * _DAY)
    if rhythm.window == "month":
        inside = day.replace(day=1) - _DAY if rhythm.which == "previous" else day
        return Period(inside.replace(day=1), _day_in_month(inside, 31))
    end = day - _DAY if rhythm.ends == "day-before" else day
    return Period(end - _DAY * ((rhythm.days or 1) - 1), end)


def slots_between(
    rhythm: Rhythm, after: datetime, until: datetime
) -> Iterator[tuple[str, datetime]]:
    """Names and slots with ``after < slot <= until``, oldest first.

    A daily has no slot on a day that its zone leaves out (Pacific/Apia has no 2011-12-30).
    """
    for day in _issue_days(rhythm, after.astimezone(rhythm.zone).date()):
        slot = _instant(rhythm.zone, day, rhythm.at)
        if slot > until:
            return
        if slot > after and not _has_none(rhythm, day):
            yield name_of(rhythm, day), slot


def _has_none(rhythm: Rhythm, day: date) -> bool:
    """Whether a day on which an issue would come out is skipped."""
    is_missing = rhythm.cadence == "daily" and _is_left_out(rhythm.zone, day)
    return is_missing or day in rhythm.skips or is_day_of_other(rhythm, day)


def is_day_of_other(rhythm: Rhythm, day: date) -> bool:
    """Whether the bulletin that this one stays clear of comes out within a local day."""
    if rhythm.not_with is None:
        return False
    start, end = day_bounds(rhythm.zone, day)
    moment = timedelta(microseconds=1)
    return any(True for _ in slots_between(rhythm.not_with, start - moment, end - moment))


def day_bounds(zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    """The instants at which a local day begins and the next one does: 23, 24 or 25 hours."""
    return _instant(zone, day, time.min), _instant(zone, day + _DAY, time.min)


def in_zone(zone: ZoneInfo, instant: datetime) -> datetime:
    """An instant with the offset that a zone has then, and without the zone."""
    local = instant.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def _lag(rhythm: Rhythm) -> int:
    """How many days before the issue day the week or month lies that names the issue."""
    if rhythm.window == "days":
        return 1 if rhythm.ends == "day-before" else 0
    return 7 if rhythm.cadence == "weekly" and _previous(rhythm, "week") else 0


def _previous(rhythm: Rhythm, window: WindowKind) -> bool:
    return rhythm.window == window and rhythm.which == "previous"


def _first_day(cadence: Cadence, name: str) -> date:
    """The day, Monday or first of the month that a name speaks of."""
    pattern, example = _NAMES[cadence]
    match = pattern.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is not the name of a {cadence} issue; write it like {example}")
    numbers = [int(part) for part in match.groups()]
    if not _FIRST_YEAR <= numbers[0] <= _LAST_YEAR:
        raise ValueError(f"{name} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    try:
        if cadence == "weekly":
            return date.fromisocalendar(numbers[0], numbers[1], 1)
        return date(numbers[0], numbers[1], numbers[2] if cadence == "daily" else 1)
    except ValueError:
        thing = {"daily": "day", "weekly": "week", "monthly": "month"}[cadence]
        raise ValueError(f"there is no {thing} {name} in the calendar") from None


def _issue_days(rhythm: Rhythm, start: date) -> Iterator[date]:
    """The days from `start` on which an issue comes out; without an end."""
    if rhythm.cadence == "monthly":
        assert isinstance(rhythm.on, int)
        month = start.replace(day=1)
        while True:
            yield _day_in_month(month, rhythm.on)
            month = _month_after(month)
    weekdays = rhythm.on if isinstance(rhythm.on, frozenset) else {rhythm.on}
    while True:
        if start.weekday() in weekdays or (rhythm.cadence == "daily" and start in rhythm.adds):
            yield start
        start += _DAY


def _day_in_month(month: date, day: int) -> date:
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))


def _month_after(month: date) -> date:
    return (month.replace(day=28) + 4 * _DAY).replace(day=1)


def _is_left_out(zone: ZoneInfo, day: date) -> bool:
    start, end = day_bounds(zone, day)
    return start == end


def _instant(zone: ZoneInfo, day: date, at: time) -> datetime:
    wall = datetime.combine(day, at.replace(fold=0))
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None, fold=0) != wall:
        # PEP 495: in a gap, fold=1 counts with the offset after it and so lies before it.
        instant = _change(zone, wall.replace(tzinfo=zone, fold=1).astimezone(UTC), instant)
    return in_zone(zone, instant)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant between two at which the clocks of a zone are changed."""
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)

"""Slots with calendars and neighbours: `publisher.issue.timetable` and what computes with it."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.issue.window import Rhythm, slots_between

ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "Asia/Kolkata",
    "Asia/Kathmandu",
)  # fmt: skip
DAY = dt.timedelta(days=1)
# Leap years, years of 53 weeks (2020, 2026) and plain ones.
STARTS = st.dates(dt.date(2019, 12, 20), dt.date(2028, 1, 10))
DAYS_NEAR = st.frozensets(st.integers(0, 366), max_size=40)
CLOCKS = st.builds(dt.time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@st.composite
def rhythms(draw: st.DrawFn, start: dt.date, cadence: str = "") -> Rhythm:
    """A bulletin's slots with holidays and workdays within a year after a day."""
    cadence = cadence or draw(st.sampled_from(["daily", "weekly", "monthly"]))
    on: frozenset[int] | int
    if cadence == "daily":
        on = draw(st.frozensets(st.integers(0, 6), min_size=1))
    else:
        on = draw(st.integers(0, 6) if cadence == "weekly" else st.integers(1, 31))
    skips, adds = draw(DAYS_NEAR), draw(DAYS_NEAR)
    return Rhythm(
        cadence, draw(CLOCKS), on, ZoneInfo(draw(st.sampled_from(ZONES))),  # type: ignore[arg-type]
        days=1, skips=frozenset(start + n * DAY for n in skips),
        adds=frozenset(start + n * DAY for n in adds - skips),
    )  # fmt: skip


@st.composite
def years(draw: st.DrawFn) -> tuple[Rhythm, dt.date, dt.datetime, dt.datetime]:
    """A bulletin that may stay clear of another, and a year of it."""
    start = draw(STARTS)
    rhythm = draw(rhythms(start))
    if draw(st.booleans()):
        rhythm = replace(rhythm, not_with=draw(rhythms(start, "weekly")))
    after = dt.datetime.combine(start, dt.time(), rhythm.zone).astimezone(dt.UTC)
    return rhythm, start, after, after + 366 * DAY


@settings(max_examples=40, deadline=None)
@given(years())
def test_slots_rise_and_no_two_have_a_name(year: tuple) -> None:  # type: ignore[type-arg]
    """Over a year, whatever clocks and calendars do, slots are in order and named apart."""
    rhythm, _, after, until = year
    found = list(slots_between(rhythm, after, until))
    slots = [slot for _, slot in found]
    assert all(one < other for one, other in itertools.pairwise(slots))
    assert len({name for name, _ in found}) == len(found)


@settings(max_examples=40, deadline=None)
@given(years(), st.integers(0, 366 * 24 * 4))
def test_no_slot_is_lost_or_doubled_where_a_year_is_cut(year: tuple, quarter: int) -> None:  # type: ignore[type-arg]
    """Two spans in a row have the slots of the whole, also where the cut is at a slot."""
    rhythm, _, after, until = year
    whole = list(slots_between(rhythm, after, until))
    cuts = [after + quarter * dt.timedelta(minutes=15), *(slot for _, slot in whole[:3])]
    for cut in [min(each, until) for each in cuts]:
        parts = [*slots_between(rhythm, after, cut), *slots_between(rhythm, cut, until)]
        assert parts == whole


@settings(max_examples=40, deadline=None)
@given(years())
def test_a_daily_has_a_slot_on_exactly_the_days_that_count(year: tuple) -> None:  # type: ignore[type-arg]
    """Weekdays and workdays but holidays and the neighbour's days, told apart without slots."""
    rhythm, start, after, until = year
    if rhythm.cadence != "daily":
        return
    other = rhythm.not_with
    # A day at both ends more, as the neighbour's zone may be another.
    taken = {
        slot.astimezone(rhythm.zone).date()
        for _, slot in (slots_between(other, after - 2 * DAY, until + 2 * DAY) if other else ())
    }
    expected = [
        day
        for day in (start + n * DAY for n in range(1, 364))
        if (day.weekday() in rhythm.on or day in rhythm.adds)  # type: ignore[operator]
        and day not in rhythm.skips
        and day not in taken
    ]
    names = [name for name, _ in slots_between(rhythm, after, until)]
    assert [n for n in names if f"{start}" < n <= f"{start + 363 * DAY}"] == [
        f"{day}" for day in expected
    ]

"""What an issue covers, what it is called and when it is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.issue.window import (
    Period,
    Rhythm,
    day_bounds,
    day_of,
    name_of,
    period_of,
    slot_of,
    slots_between,
)

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Shanghai",
    "Asia/Kolkata",
    "Pacific/Apia",
    "America/Nuuk",  # its clocks skip the last hour of a day
    "America/Havana",  # its clocks skip midnight, and repeat it
]
DAY = timedelta(days=1)
ALL_DAYS = frozenset(range(7))


def rhythm(
    cadence: Any, on: Any, at: str = "08:00", zone: str = "Asia/Shanghai", **window: Any
) -> Rhythm:
    """A rhythm in few words."""
    return Rhythm(cadence, time.fromisoformat(at), on, ZoneInfo(zone), **window)


zones = st.sampled_from(ZONES)
clock_times = st.times().map(lambda at: at.replace(microsecond=0).isoformat())
dates = st.dates(date(1990, 1, 1), date(2060, 12, 31))
windows = st.one_of(
    st.fixed_dictionaries(
        {
            "window": st.just("days"),
            "days": st.none() | st.integers(1, 40),
            "ends": st.sampled_from(["issue-day", "day-before"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "window": st.sampled_from(["week", "month"]),
            "which": st.sampled_from(["this", "previous"]),
        }
    ),
)
schedules = st.one_of(
    st.tuples(st.just("daily"), st.frozensets(st.integers(0, 6), min_size=1)),
    st.tuples(st.just("weekly"), st.integers(0, 6)),
    st.tuples(st.just("monthly"), st.integers(1, 31)),
)
rhythms = st.builds(
    lambda schedule, at, zone, window: rhythm(schedule[0], schedule[1], at, zone, **window),
    schedules,
    clock_times,
    zones,
    windows,
)


def test_a_weekly_is_named_after_the_week_it_covers() -> None:
    """An issue of Monday that looks back on the week before bears the name of that week."""
    weekly = rhythm("weekly", 0, window="week", which="previous")
    assert name_of(weekly, date(2026, 4, 27)) == "2026-W17"
    assert period_of(weekly, "2026-W17") == Period(date(2026, 4, 20), date(2026, 4, 26))
    assert day_of(weekly, "2026-W17") == date(2026, 4, 27)


def test_a_monthly_is_named_after_the_month_it_covers() -> None:
    """An issue of the first that looks back bears the name of the month before."""
    for window in ({"window": "month", "which": "previous"}, {"days": 30, "ends": "day-before"}):
        monthly = rhythm("monthly", 1, **window)
        assert name_of(monthly, date(2026, 5, 1)) == "2026-04"
        assert day_of(monthly, "2026-12") == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("rule", "name", "start", "end"),
    [
        (rhythm("daily", ALL_DAYS), "2026-04-13", "2026-04-13", "2026-04-13"),
        (rhythm("daily", ALL_DAYS, days=7), "2026-04-13", "2026-04-07", "2026-04-13"),
        (
            rhythm("daily", ALL_DAYS, days=7, ends="day-before"),
            "2026-04-13",
            "2026-04-06",
            "2026-04-12",
        ),
        (rhythm("daily", ALL_DAYS, days=2), "2028-03-01", "2028-02-29", "2028-03-01"),
        (rhythm("weekly", 6, window="week"), "2026-W17", "2026-04-20", "2026-04-26"),
        (rhythm("weekly", 6, window="week"), "2026-W53", "2026-12-28", "2027-01-03"),
        (rhythm("weekly", 6, days=7), "2026-W53", "2026-12-28", "2027-01-03"),
        (
            rhythm("weekly", 0, days=7, ends="day-before"),
            "2026-W53",
            "2026-12-28",
            "2027-01-03",
        ),
        (rhythm("weekly", 2, days=7), "2026-W17", "2026-04-16", "2026-04-22"),
        (rhythm("monthly", 31, window="month"), "2026-04", "2026-04-01", "2026-04-30"),
        (rhythm("monthly", 31, window="month"), "2028-02", "2028-02-01", "2028-02-29"),
        (
            rhythm("monthly", 5, window="month", which="previous"),
            "2026-12",
            "2026-12-01",
            "2026-12-31",
        ),
        (rhythm("monthly", 15, days=30), "2026-04", "2026-03-17", "2026-04-15"),
    ],
)
def test_period_of_an_issue(rule: Rhythm, name: str, start: str, end: str) -> None:
    """A window is so many days, a week or a month, this one or the one before."""
    assert period_of(rule, name) == Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("on", "name", "day"),
    [
        (31, "2026-01", "2026-01-31"),
        (31, "2026-04", "2026-04-30"),
        (31, "2026-02", "2026-02-28"),
        (29, "2026-02", "2026-02-28"),
        (29, "2028-02", "2028-02-29"),
        (30, "2028-02", "2028-02-29"),
        (1, "2026-12", "2026-12-01"),
    ],
)
def test_a_monthly_keeps_to_the_days_a_month_has(on: int, name: str, day: str) -> None:
    """A day of the month that does not exist means the last one."""
    monthly = rhythm("monthly", on, window="month")
    assert slot_of(monthly, name).isoformat() == f"{day}T08:00:00+08:00"


@pytest.mark.parametrize(
    ("zone", "day", "at", "slot"),
    [
        ("Europe/Berlin", "2026-03-28", "02:30", "2026-03-28T02:30:00+01:00"),
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T03:00:00+02:00"),
        ("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29T03:00:00+02:00"),
        ("Europe/Berlin", "2026-03-29", "01:59:59", "2026-03-29T01:59:59+01:00"),
        ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T03:00:00+02:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T02:30:00+02:00"),
        ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T03:00:00+01:00"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T03:00:00-04:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T01:30:00-04:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-04T02:30:00+11:00"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-05T01:45:00+11:00"),
        ("Asia/Shanghai", "2026-03-29", "02:30", "2026-03-29T02:30:00+08:00"),
        ("America/Havana", "2026-03-08", "00:00", "2026-03-08T01:00:00-04:00"),
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29T00:00:00-01:00"),
        ("Pacific/Apia", "2011-12-30", "08:00", "2011-12-31T00:00:00+14:00"),
    ],
)
def test_slot_on_a_night_when_the_clocks_change(zone: str, day: str, at: str, slot: str) -> None:
    """A time that is skipped means the first instant after it, one that comes twice the first."""
    assert slot_of(rhythm("daily", ALL_DAYS, at, zone), day).isoformat() == slot


@pytest.mark.parametrize(
    ("cadence", "on", "name", "message"),
    [
        ("daily", ALL_DAYS, "2026-04", "is not the name of a daily issue; write it like 2026-04"),
        ("daily", ALL_DAYS, "2026-W17", "is not the name of a daily issue"),
        ("daily", ALL_DAYS, "2026-4-13", "is not the name of a daily issue"),
        ("daily", ALL_DAYS, "２０２６-04-13", "is not the name of a daily issue"),
        ("daily", ALL_DAYS, "2026-04-13\n", "is not the name of a daily issue"),
        ("daily", ALL_DAYS, "", "is not the name of a daily issue"),
        ("daily", ALL_DAYS, "2026-02-30", "there is no day 2026-02-30"),
        ("daily", ALL_DAYS, "2026-02-29", "there is no day 2026-02-29"),
        ("daily", ALL_DAYS, "0000-01-01", "outside the years"),
        ("daily", ALL_DAYS, "9999-12-31", "outside the years"),
        ("weekly", 6, "2026-04-13", "is not the name of a weekly issue; write it like 2026-W17"),
        ("weekly", 6, "2026-W7", "is not the name of a weekly issue"),
        ("weekly", 6, "2026-w17", "is not the name of a weekly issue"),
        ("weekly", 6, "2025-W53", "there is no week 2025-W53"),
        ("weekly", 6, "2026-W00", "there is no week 2026-W00"),
        ("monthly", 1, "2026-W17", "is not the name of a monthly issue; write it like 2026-04"),
        ("monthly", 1, "2026-13", "there is no month 2026-13"),
        ("monthly", 1, "2026-00", "there is no month 2026-00"),
    ],
)
def test_a_name_that_is_none(cadence: str, on: object, name: str, message: str) -> None:
    """A name of another cadence, or of a day that does not exist, is refused with its reason."""
    for function in (slot_of, period_of, day_of):
        with pytest.raises(ValueError, match=message):
            function(rhythm(cadence, on), name)


def test_a_daily_may_have_an_issue_on_any_day() -> None:
    """A special issue on a Sunday has a slot, though none is due on Sundays."""
    workdays = rhythm("daily", frozenset(range(5)))
    assert slot_of(workdays, "2026-04-12").isoformat() == "2026-04-12T08:00:00+08:00"


@pytest.mark.parametrize(
    ("cadence", "on", "changes"),
    [
        ("daily", 1, {}),
        ("daily", frozenset(), {}),
        ("daily", frozenset({7}), {}),
        ("weekly", 7, {}),
        ("weekly", frozenset({1}), {}),
        ("monthly", 0, {}),
        ("monthly", 32, {}),
        ("daily", ALL_DAYS, {"days": 0}),
        ("daily", ALL_DAYS, {"at": "08:00+08:00"}),
    ],
)
def test_a_rhythm_that_cannot_be(cadence: str, on: object, changes: dict[str, Any]) -> None:
    """A rhythm on no day, without days or with a zone of its own is refused."""
    with pytest.raises(ValueError, match=r"rhythm|window"):
        rhythm(cadence, on, **changes)


@given(rhythms, dates)
def test_names_lead_back_to_their_day(rule: Rhythm, near: date) -> None:
    """The name of an issue day gives that day, its slot and a window that ends by then."""
    day = _issue_day(rule, near)
    name = name_of(rule, day)
    assert day_of(rule, name) == day
    assert period_of(rule, name).start <= period_of(rule, name).end
    start, end = day_bounds(rule.zone, day)
    assert start <= slot_of(rule, name) <= end


@given(rhythms, dates)
def test_a_week_or_month_is_named_by_what_it_covers(rule: Rhythm, near: date) -> None:
    """A weekly or monthly bears the week or month of the last day of a window of its own kind."""
    name = name_of(rule, _issue_day(rule, near))
    end = period_of(rule, name).end
    if rule.cadence == "weekly" and rule.window != "month":
        assert f"{end:%G-W%V}" == name
    if rule.cadence == "monthly" and rule.window != "week":
        assert f"{end:%Y-%m}" == name


@settings(deadline=None)
@given(rhythms, dates, st.integers(0, 400))
def test_slots_come_once_and_in_order(rule: Rhythm, start: date, days: int) -> None:
    """No name and no instant comes twice, and each slot is the one of its name."""
    after = datetime.combine(start, time(), UTC)
    found = list(slots_between(rule, after, after + DAY * days))
    assert len({name for name, _ in found}) == len(found)
    assert all(one < two for (_, one), (_, two) in pairwise(found))
    assert all(after < slot <= after + DAY * days for _, slot in found)
    assert all(slot_of(rule, name) == slot for name, slot in found)


@settings(max_examples=25, deadline=None)
@given(zones, clock_times, dates)
def test_a_daily_comes_out_on_every_date(zone: str, at: str, start: date) -> None:
    """Over four hundred days a daily has each local date once, but those the zone leaves out."""
    daily = rhythm("daily", ALL_DAYS, at, zone)
    after = day_bounds(daily.zone, start)[0] - timedelta(seconds=1)
    until = day_bounds(daily.zone, start + 399 * DAY)[1]
    expected = [start + n * DAY for n in range(400)]
    expected = [day for day in expected if (zone, day) != ("Pacific/Apia", date(2011, 12, 30))]
    names = [name for name, slot in slots_between(daily, after, until)]
    assert [date.fromisoformat(name) for name in names if name in map(str, expected)] == expected


@settings(deadline=None)
@given(rhythms, dates, st.integers(0, 100), st.integers(0, 100))
def test_slots_of_two_spans_are_those_of_both(
    rule: Rhythm, start: date, one: int, two: int
) -> None:
    """Asked at every tick, nothing is lost or doubled between two ticks."""
    after = datetime.combine(start, time(13, 30), UTC)
    middle, until = after + DAY * one, after + DAY * (one + two)
    parts = [*slots_between(rule, after, middle), *slots_between(rule, middle, until)]
    assert parts == list(slots_between(rule, after, until))


@pytest.mark.parametrize(
    "rule",
    [
        rhythm("daily", ALL_DAYS),
        rhythm("daily", ALL_DAYS, days=1, ends="day-before"),
        *(rhythm("weekly", on, days=7) for on in range(7)),
        *(rhythm("weekly", on, days=7, ends="day-before") for on in range(7)),
        *(rhythm("weekly", on, window="week") for on in range(7)),
        *(rhythm("weekly", on, window="week", which="previous") for on in range(7)),
        *(rhythm("monthly", on, window="month") for on in (1, 15, 31)),
        *(rhythm("monthly", on, window="month", which="previous") for on in (1, 15, 31)),
    ],
    ids=str,
)
def test_windows_follow_on_each_other(rule: Rhythm) -> None:
    """Where a window is as long as the rhythm, no day is left out and none comes twice."""
    start = datetime(2025, 12, 1, tzinfo=UTC)
    names = [name for name, _ in slots_between(rule, start, start + 800 * DAY)]
    periods = [period_of(rule, name) for name in names]
    assert len(periods) > 20
    assert all(two.start - one.end == DAY for one, two in pairwise(periods))


@settings(max_examples=50, deadline=None)
@given(zones, st.integers(2005, 2040))
def test_local_days_tile_a_year(zone: str, year: int) -> None:
    """Each local day begins where the one before it ends, whatever the clocks do."""
    days = [date(year, 1, 1) + n * DAY for n in range(366)]
    bounds = [day_bounds(ZoneInfo(zone), day) for day in days]
    assert all(one[1] == two[0] for one, two in pairwise(bounds))
    assert all(start <= end for start, end in bounds)
    assert sum((end - start for start, end in bounds), timedelta()) == bounds[-1][1] - bounds[0][0]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Asia/Shanghai", "2026-03-29", 24),
        ("Pacific/Apia", "2011-12-30", 0),
    ],
)
def test_a_local_day_has_its_own_length(zone: str, day: str, hours: float) -> None:
    """The difference of the two bounds is the time that really goes by."""
    start, end = day_bounds(ZoneInfo(zone), date.fromisoformat(day))
    assert end - start == timedelta(hours=hours)


def test_a_day_that_the_zone_leaves_out_has_no_slot() -> None:
    """Samoa went from 29 to 31 December 2011; a daily of midnight came out once for each."""
    daily = rhythm("daily", ALL_DAYS, "00:00", "Pacific/Apia")
    after = datetime(2011, 12, 28, 12, tzinfo=UTC)
    names = [name for name, _ in slots_between(daily, after, after + 3 * DAY)]
    assert names == ["2011-12-29", "2011-12-31", "2012-01-01"]


def test_the_second_half_hour_of_a_fold_is_later_than_a_slot_in_the_first() -> None:
    """Asked at the second 02:15 of the night in the zone itself, the slot of 02:30 is past."""
    daily = rhythm("daily", ALL_DAYS, "02:30", "Europe/Berlin")
    now = datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=daily.zone)
    names = [name for name, _ in slots_between(daily, now - timedelta(days=1), now)]
    assert names[-1] == "2026-10-25"


def test_a_slot_equals_the_same_instant_in_utc() -> None:
    """A slot in a fold can be compared for equality, which a time with a zone cannot."""
    slot = slot_of(rhythm("daily", ALL_DAYS, "02:30", "Europe/Berlin"), "2026-10-25")
    assert slot == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_slots_begin_after_and_end_with_until() -> None:
    """The instant itself belongs to the span that it ends."""
    daily = rhythm("daily", ALL_DAYS)
    slot = slot_of(daily, "2026-04-13")
    assert [name for name, _ in slots_between(daily, slot - DAY, slot)] == ["2026-04-13"]
    assert list(slots_between(daily, slot, slot)) == []


def test_slots_are_found_as_they_are_asked_for() -> None:
    """The next three issues of centuries are three steps of work."""
    weekly = rhythm("weekly", 6, window="week")
    span = slots_between(
        weekly, datetime(2026, 12, 19, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
    )
    assert [name for name, _ in islice(span, 3)] == ["2026-W51", "2026-W52", "2026-W53"]


def _issue_day(rule: Rhythm, near: date) -> date:
    """The first day from a date on which the rhythm has an issue, found without the rhythm."""
    days = (near + n * DAY for n in range(62))
    if rule.cadence == "daily":
        assert isinstance(rule.on, frozenset)
        return next(day for day in days if day.weekday() in rule.on)
    if rule.cadence == "weekly":
        return next(day for day in days if day.weekday() == rule.on)
    assert isinstance(rule.on, int)
    on = rule.on
    return next(day for day in days if day.day == on or (day.day < on and (day + DAY).day == 1))

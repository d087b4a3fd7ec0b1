"""Days that a calendar or a neighbour takes from a bulletin."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from newsroom import Newsroom, at

from publisher.content.load import Frame, load_frame
from publisher.issue.free_days import Free, beyond_calendar, free_days
from publisher.issue.timetable import files_without_slot, short_calendars, why_no_slot

HOLIDAYS: dict[str, Any] = {
    "holidays": [
        {"from": "2026-05-01", "to": "2026-05-03", "name": {"en": "Labour Day", "zh": "劳动节"}},
        {"on": "2026-05-09", "name": "Founding"},
    ],
    "workdays": [{"on": "2026-05-10", "name": "for it"}],
}
WORKDAYS = {"at": "18:00", "on": ["mon", "tue", "wed", "thu", "fri"], "calendar": "cn"}


@pytest.fixture
def frame(newsroom: Newsroom) -> Frame:
    """A daily of workdays that follows a calendar."""
    newsroom.file("content/calendars/cn.yaml", HOLIDAYS)
    newsroom.bulletin("daily", schedule=WORKDAYS)
    return load_frame(newsroom.root)


def test_only_days_with_a_slot_are_missing(frame: Frame) -> None:
    """The first of May is a Friday; a holiday on a weekend takes nothing."""
    found = list(free_days(frame, at("2026-04-28"), at("2026-05-12")))
    slot = at("2026-05-01", "18:00")
    assert found == [Free("daily", "2026-05-01", slot, "holiday: 劳动节")]


def test_the_ends_are_those_of_slots(frame: Frame) -> None:
    """After the first, up to the second."""
    slot = at("2026-05-01", "18:00")
    moment = dt.timedelta(minutes=1)
    assert list(free_days(frame, slot, slot + moment)) == []
    assert list(free_days(frame, slot - moment, slot - moment)) == []
    assert len(list(free_days(frame, slot - moment, slot))) == 1


def test_a_weekly_that_falls_on_a_holiday(newsroom: Newsroom) -> None:
    """It is named as it would have been."""
    newsroom.file("content/calendars/cn.yaml", HOLIDAYS)
    newsroom.bulletin(
        "daily", cadence="weekly", schedule={"on": "fri", "at": "18:00", "calendar": "cn"}
    )
    frame = load_frame(newsroom.root)
    found = list(free_days(frame, at("2026-04-20"), at("2026-05-12")))
    assert [each.name for each in found] == ["2026-W18"]


def test_a_neighbour_takes_its_day(newsroom: Newsroom) -> None:
    """But not on its own holidays, on which it does not come out either."""
    newsroom.file("content/calendars/cn.yaml", HOLIDAYS)
    newsroom.bulletin("daily", not_with="weekly")
    newsroom.bulletin(
        "weekly", cadence="weekly", schedule={"on": "fri", "at": "09:00", "calendar": "cn"}
    )
    frame = load_frame(newsroom.root)
    found = list(free_days(frame, at("2026-04-20"), at("2026-05-08")))
    assert [(each.bulletin, each.name, each.why) for each in found] == [
        ("daily", "2026-04-24", "weekly comes out"),
        ("daily", "2026-05-08", "weekly comes out"),
        ("weekly", "2026-W18", "holiday: 劳动节"),
    ]


def test_two_that_avoid_each_other(newsroom: Newsroom) -> None:
    """Both are silent where both would come out: neither waits for the other's silence."""
    monday = {"on": "mon", "at": "09:00"}
    newsroom.bulletin("daily", cadence="weekly", schedule=monday, not_with="weekly")
    newsroom.bulletin("weekly", cadence="weekly", schedule=monday, not_with="daily")
    frame = load_frame(newsroom.root)
    found = list(free_days(frame, at("2026-04-26"), at("2026-04-28")))
    assert [(each.bulletin, each.why) for each in found] == [
        ("daily", "weekly comes out"), ("weekly", "daily comes out"),
    ]  # fmt: skip


def test_a_year_that_a_calendar_does_not_know(frame: Frame) -> None:
    """Of a bulletin that follows one."""
    assert beyond_calendar(frame, "daily", dt.date(2026, 12, 31)) == ""
    assert beyond_calendar(frame, "daily", dt.date(2027, 1, 1)) == "cn"


def test_without_a_calendar_every_year_is_known(newsroom: Newsroom) -> None:
    """Nothing is to be said of it."""
    assert beyond_calendar(load_frame(newsroom.root), "daily", dt.date(2027, 1, 1)) == ""


# Why there is none, and what is warned of --------------------------------------------------------


def test_why_a_day_has_no_slot(frame: Frame) -> None:
    """In the publication's first language; a name for all languages is the same there."""
    assert why_no_slot(frame, "daily", dt.date(2026, 5, 2)) == "holiday: 劳动节"
    assert why_no_slot(frame, "daily", dt.date(2026, 5, 9)) == "holiday: Founding"
    assert why_no_slot(frame, "daily", dt.date(2026, 5, 10)) == ""
    assert why_no_slot(frame, "daily", dt.date(2026, 5, 4)) == ""


def test_a_neighbour_is_told_by_its_name(newsroom: Newsroom) -> None:
    """A day is one of the bulletin's own zone: the other may come out in its night."""
    newsroom.bulletin("daily", not_with="weekly")
    newsroom.bulletin(
        "weekly", cadence="weekly", schedule={"on": "fri", "at": "23:00"}, time_zone="Europe/Berlin"
    )
    frame = load_frame(newsroom.root)
    assert why_no_slot(frame, "daily", dt.date(2026, 5, 1)) == ""
    assert why_no_slot(frame, "daily", dt.date(2026, 5, 2)) == "weekly comes out"


@pytest.mark.parametrize(("days", "lacking"), [(13, []), (14, ["2027"])])
def test_a_calendar_that_ends_too_soon(frame: Frame, days: int, lacking: list[str]) -> None:
    """It is warned of where a bulletin names it, from the day on that the asked-for days reach."""
    found = list(short_calendars(frame, at("2026-12-18"), days))
    assert [each.what for each in found] == [
        f'the calendar "cn" has no days of {year}' for year in lacking
    ]
    assert {each.path for each in found} <= {"content/bulletins/daily.yaml"}
    assert {each.severity for each in found} <= {"warning"}


def test_the_year_is_that_of_the_bulletins_zone(frame: Frame) -> None:
    """In Shanghai it begins eight hours early."""
    evening = dt.datetime(2026, 12, 31, 15, 59, tzinfo=dt.UTC)
    assert list(short_calendars(frame, evening, 0)) == []
    assert len(list(short_calendars(frame, evening + dt.timedelta(minutes=1), 0))) == 1


def test_files_of_days_without_a_slot(newsroom: Newsroom, frame: Frame) -> None:
    """Nothing would come of them; a one-off has its own day."""
    newsroom.issue("2026-05-01")
    newsroom.issue("2026-05-04")
    window = {"from": "2026-05-01", "to": "2026-05-01"}
    newsroom.issue("2026-05-01-launch", publish_at="2026-05-01T12:00+08:00", window=window)
    (found,) = files_without_slot(load_frame(newsroom.root))
    assert str(found) == (
        "content/issues/daily/2026-05-01.yaml:1:1: warning: daily does not come out on "
        "2026-05-01 (holiday: 劳动节); move it to another day, or make it a one-off issue"
    )

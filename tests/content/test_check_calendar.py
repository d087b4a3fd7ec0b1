"""Coming events: those that no calendar can show, and those that are there twice."""

from __future__ import annotations

from typing import Any

import pytest
from builders import both
from newsroom import PUBLICATION, TOP, Newsroom, check_content

DATES = {"id": "dates", "block": "calendar", "select": {"kinds": ["date"]}}
EVENTS = {**TOP, "select": {"kinds": ["event"]}}
TITLE = both("A launch")


@pytest.fixture
def desk(newsroom: Newsroom) -> Newsroom:
    """A newsroom whose daily has a calendar."""
    newsroom.publication(kinds={**PUBLICATION["kinds"], "date": {"name": both("Date")}})
    newsroom.bulletin("daily", sections=[EVENTS, DATES])
    return newsroom


def told(newsroom: Newsroom) -> list[str]:
    """Every problem, as ``path:line:column: what; remedy``."""
    return [str(each).removeprefix("content/entries/") for each in check_content(newsroom.root)]


def test_an_event_without_a_date_is_told(desk: Newsroom):
    """No calendar would ever show it, and nothing else does."""
    desk.entry("launch", kind="date")
    (problem,) = told(desk)
    assert problem.endswith(
        'warning: the calendar "dates" of daily never shows this entry: it has no date; '
        "add happened: 2026-05-13, or 2026-05 where only the month is known"
    )


@pytest.mark.parametrize("changes", [{"happened": "2026-05"}, {"draft": True}, {"kind": "event"}])
def test_others_need_no_date(desk: Newsroom, changes: dict[str, Any]):
    """Those with one, those that are not ready, and those of other kinds."""
    desk.entry("launch", **{"kind": "date", **changes})
    assert told(desk) == []


def test_what_a_section_of_entries_takes_needs_no_date(desk: Newsroom):
    """It is seen there."""
    desk.bulletin("daily", sections=[{**TOP, "select": {"kinds": ["event", "date"]}}, DATES])
    desk.entry("launch", kind="date")
    assert told(desk) == []


def test_a_calendar_of_a_tag_asks_for_dates_with_that_tag(desk: Newsroom):
    """Others are not for it."""
    select = {"kinds": ["date"], "tags": ["chips"], "min_importance": 3}
    desk.bulletin("daily", sections=[EVENTS, {**DATES, "select": select}])
    desk.entry("one", kind="date", tags=["models"])
    desk.entry("two", kind="date", tags=["chips"], importance=2)
    desk.entry("three", kind="date", tags=["chips"])
    assert [each.partition(":")[0] for each in told(desk)] == ["2026/04/26/three.yaml"]


def test_the_same_event_twice_is_told_however_far_apart(desk: Newsroom):
    """A calendar would have both."""
    desk.entry("one", "2026-01-01", kind="date", title=TITLE, happened="2026-06-01")
    desk.entry("two", "2026-04-26", kind="date", title=TITLE, happened="2026-06-01")
    (problem,) = told(desk)
    assert problem.endswith(
        "2026/01/01/one has the same title and the same date; "
        "delete one of the two: a calendar shows both"
    )


def test_the_same_event_twice_within_days_is_told_once(desk: Newsroom):
    """As any two entries with one title are."""
    desk.entry("one", "2026-04-25", kind="date", title=TITLE, happened="2026-06-01")
    desk.entry("two", "2026-04-26", kind="date", title=TITLE, happened="2026-06-01")
    (problem,) = told(desk)
    assert "2026/04/25/one has the same title; " in problem


def test_an_event_that_comes_again_is_no_mistake(desk: Newsroom):
    """Two meetings of one board have one title and two dates."""
    desk.entry("one", kind="date", title=TITLE, happened="2026-06-01")
    desk.entry("two", kind="date", title=TITLE, happened="2026-07-01")
    assert told(desk) == []


def test_news_with_one_title_is_told_twice_whatever_its_date(desk: Newsroom):
    """What has happened already is one event, most likely."""
    desk.entry("one", title=TITLE, happened="2026-04-24")
    desk.entry("two", title=TITLE, happened="2026-04-25")
    assert len(told(desk)) == 1

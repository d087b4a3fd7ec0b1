"""Dates that are not over yet, again in every issue until they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from builders import LANGUAGES, SLOT, both, bulletin, publication, section

from publisher.content.entry import Entry
from publisher.content.issue_file import IssueFile
from publisher.issue.assemble import order_of
from publisher.issue.choose import Choice, History, Pool
from publisher.issue.issue import Candidate, EntryRevision, Reason
from publisher.issue.upcoming import Calendars, calendars

DATES = section("dates", "calendar", select={"kinds": ["signal"]})
NEWS = section("top", select={"kinds": ["event"]}, optional=True)


def date(name: str, happened: str, filed: str = "2026/04/26", **changes: Any) -> Entry:
    """A date, filed under a day."""
    data = {"id": f"{filed}/{name}", "kind": "signal", "title": both(name), "happened": happened}
    return Entry.model_validate(data | changes, context=LANGUAGES)


def fill(
    *entries: Entry,
    sections: list[dict[str, Any]] | None = None,
    written: Mapping[str, Any] | None = None,
    frozen: Mapping[str, EntryRevision] | None = None,
    broken: Mapping[str, str] | None = None,
    rejected: Mapping[str, str] | None = None,
    **settings: Any,
) -> Calendars:
    """The calendars of the issue of 26 April; `written` is its issue file."""
    issue_file = IssueFile.model_validate(written or {}, context=LANGUAGES)
    found = bulletin(*(sections or [NEWS, DATES]), **settings)
    order = order_of(publication(), "daily", found, "2026-04-26", issue_file)
    pool = Pool({each.id: each for each in entries}, broken or {})
    choice = Choice(order, pool, History(frozen=frozen or {}, rejected=rejected or {}))
    choice.decide()
    return calendars(choice)


def shown(found: Calendars, section_id: str = "dates") -> list[str]:
    """The names of the dates of a calendar."""
    return [each.id[11:] for each in found.sections[section_id]]


def why(found: Calendars) -> dict[str, tuple[Reason, str]]:
    """What was decided, and the detail, by name."""
    return {one.entry[11:]: (one.reason, one.detail) for one in found.candidates}


@pytest.mark.parametrize(
    ("happened", "reason"),
    [
        ("2026-04-26", Reason.OVER),  # on the day of the issue
        ("2026-04-27", Reason.UPCOMING),
        ("2026-04-20/2026-04-26", Reason.OVER),
        ("2026-04-20/2026-04-27", Reason.UPCOMING),  # it goes on
        ("2026-04", Reason.UPCOMING),  # some day of the month
        ("2026-03", Reason.OVER),
        ("2026-08-24", Reason.UPCOMING),  # 120 days ahead
        ("2026-08-25", Reason.DISTANT),
        ("2026-08-24/2026-09-01", Reason.UPCOMING),
    ],
)
def test_what_is_ahead_and_not_too_far(happened: str, reason: Reason) -> None:
    """It ends after the issue's day, and begins within the horizon."""
    found = fill(date("a", happened))
    assert why(found)["a"][0] is reason
    assert shown(found) == (["a"] if reason is Reason.UPCOMING else [])


def test_the_horizon_is_a_setting() -> None:
    """In days; the record says how many there were."""
    near = fill(date("a", "2026-05-07"), sections=[NEWS, DATES | {"horizon": 10}])
    assert why(near)["a"] == (Reason.DISTANT, "2026-05-07, horizon: 10")


def test_dates_stand_in_the_order_of_their_days() -> None:
    """By begin, then by end, then by id; importance does not matter."""
    found = fill(
        date("d", "2026-05-02"),
        date("b", "2026-05-01/2026-05-03", importance=5),
        date("c", "2026-05-01"),
        date("a", "2026-05-02"),
        date("e", "2026-05"),
    )
    assert shown(found) == ["c", "b", "e", "a", "d"]


def test_a_full_calendar_shows_the_first() -> None:
    """The others are not dropped for good: room comes with each day."""
    dates = [date("a", "2026-05-02"), date("b", "2026-05-01"), date("c", "2026-05-03")]
    found = fill(*dates, sections=[NEWS, DATES | {"max": 2}])
    assert shown(found) == ["b", "a"]
    assert why(found)["c"] == (Reason.FULL, "2026-05-03, max: 2")
    assert not Reason.FULL.is_final


def test_only_what_is_selected_and_has_a_date() -> None:
    """By kind, tag and importance, as in any section."""
    select = {"kinds": ["signal"], "tags": ["x"], "min_importance": 4}
    found = fill(
        date("a", "2026-05-01", tags=["x"], importance=4),
        date("b", "2026-05-01", tags=["x"]),
        date("c", "2026-05-01", importance=4),
        date("d", "2026-05-01", tags=["x"], importance=4, kind="event"),
        date("e", "2026-05-01", tags=["x"], importance=4).model_copy(update={"happened": None}),
        sections=[NEWS, DATES | {"select": select}],
    )
    assert list(why(found)) == ["a"]


def test_what_is_filed_after_the_window_is_not_known_yet() -> None:
    """However early it happens."""
    found = fill(date("a", "2026-05-01", "2026/04/27"), date("b", "2026-05-01", "2025/12/01"))
    assert shown(found) == ["b"]


def test_what_holds_news_back_holds_dates_back() -> None:
    """Draft, embargo, exclusion, a file with an error, a title that is missing."""
    found = fill(
        date("draft", "2026-05-01", draft=True),
        date("later", "2026-05-01", embargo="2026-04-27T00:00+08:00"),
        date("out", "2026-05-01"),
        date("half", "2026-05-01", title={"zh": "题"}),
        written={"exclude": ["2026/04/26/out"]},
        broken={"2026/04/01/broken": "broken.yaml:3:1: no such month"},
        missing="hold",
    )
    assert shown(found) == []
    assert {name: reason for name, (reason, _) in why(found).items()} == {
        "draft": Reason.DRAFT, "later": Reason.EMBARGO, "out": Reason.EXCLUDED,
        "half": Reason.MISSING, "broken": Reason.BROKEN,
    }  # fmt: skip
    assert found.broken[0].detail == "broken.yaml:3:1: no such month"


def test_what_an_earlier_issue_excluded_comes_in_no_later_one() -> None:
    """A date that found a section full, or was told there already, still comes."""
    entries = [date("a", "2026-05-01"), date("b", "2026-05-02")]
    rejected = {
        entries[0].id: "excluded in 2026-04-25 by the issue file",
        entries[1].id: "cap in 2026-04-25 max: 3",
    }
    found = fill(*entries, rejected=rejected)
    assert shown(found) == ["b"]
    assert why(found)["a"] == (Reason.REJECTED, "excluded in 2026-04-25 by the issue file")


def test_a_published_date_needs_no_file() -> None:
    """What was published counts, whatever its file says now."""
    told = date("a", "2026-05-01", "2026/03/01")
    revision = EntryRevision(revision=2, published=SLOT, at=SLOT, entry=told)
    broken = {told.id: "broken"}
    assert shown(fill(frozen={told.id: revision})) == ["a"]
    assert shown(fill(frozen={told.id: revision}, broken=broken)) == ["a"]
    assert shown(fill(date("a", "2026-01-01", "2026/03/01"), frozen={told.id: revision})) == ["a"]


def test_a_date_stands_in_one_calendar() -> None:
    """In the first that has room for it."""
    both_kinds = [NEWS, DATES | {"max": 1}, section("rest", "calendar", select={})]
    found = fill(date("a", "2026-05-01"), date("b", "2026-05-02"), sections=both_kinds)
    assert (shown(found), shown(found, "rest")) == (["a"], ["b"])
    assert [(one.section, one.reason) for one in found.candidates] == [
        ("dates", Reason.UPCOMING), ("rest", Reason.UPCOMING),
    ]  # fmt: skip


def test_calendar_and_news_take_nothing_from_each_other() -> None:
    """An entry that is news today may be a date as well."""
    sections = [section("top", select={}), DATES]
    found = fill(date("a", "2026-05-01"), sections=sections)
    assert shown(found) == ["a"]


def test_without_calendar_nothing_is_decided() -> None:
    """Not even about broken files."""
    found = fill(date("a", "2026-05-01"), sections=[NEWS], broken={"2026/04/26/b": "b"})
    assert found == Calendars({}, ())


def test_dates_are_recorded_with_their_section() -> None:
    """So that `explain` can say where."""
    found = fill(date("a", "2026-05"))
    assert found.candidates == (
        Candidate(entry="2026/04/26/a", reason=Reason.UPCOMING, section="dates", detail="2026-05"),
    )


def test_the_same_dates_make_the_same_calendar() -> None:
    """In whatever order they are read."""
    dates = [date(name, f"2026-05-0{n % 3 + 1}") for n, name in enumerate("abcdef")]
    assert fill(*dates) == fill(*reversed(dates))
    assert dt.date(2026, 4, 26) < min(each.happened.start for each in dates if each.happened)


@pytest.mark.parametrize("window", [None, {"from": "2026-04-26", "to": "2026-04-26"}])
def test_an_issue_that_lists_its_entries_has_no_calendar(window: dict[str, str] | None) -> None:
    """A one-off with a window has one, as any issue."""
    written: dict[str, Any] = {"publish_at": "2026-04-26T09:30+08:00", "window": window}
    found = bulletin(NEWS, DATES)
    issue_file = IssueFile.model_validate(written, context=LANGUAGES)
    order = order_of(publication(), "daily", found, "2026-04-26-launch", issue_file)
    made = date("a", "2026-04-30")
    choice = Choice(order, Pool({made.id: made}), History())
    choice.decide()
    assert [each.id for each in calendars(choice).entries()] == ([made.id] if window else [])

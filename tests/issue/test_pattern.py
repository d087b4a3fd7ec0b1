"""Titles and subjects by pattern."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from builders import publication

from publisher.issue.pattern import Facts, fill
from publisher.language import Localized

DAY = dt.date(2026, 4, 26)


def filled(pattern: str, key: str = "en", **changes: Any) -> str:
    """A pattern in one language, filled."""
    facts = {
        "bulletin": Localized({"zh": "每日", "en": "Daily"}),
        "issue": "2026-04-26",
        "day": DAY,
        "covers": DAY,
        "number": 1234,
        "lead": Localized({"zh": "头条", "en": "Headline"}),
        "count": 10,
    }
    return fill(Localized({key: pattern}), Facts(**(facts | changes)), publication())[key]


@pytest.mark.parametrize(
    ("pattern", "zh", "en"),
    [
        ("{bulletin}", "每日", "Daily"),
        ("{issue}", "2026-04-26", "2026-04-26"),
        ("{date}", "2026年4月26日", "April 26, 2026"),
        ("{date:yyyy.MM.dd}", "2026.04.26", "2026.04.26"),
        ("{date:EEEE}", "星期日", "Sunday"),
        ("{date:short}", "2026/4/26", "4/26/26"),
        ("{number}", "1,234", "1,234"),
        ("{year}", "2026", "2026"),
        ("{week}", "17", "17"),
        ("{month}", "2026年4月", "April 2026"),
        ("{lead}", "头条", "Headline"),
        ("{count}", "10", "10"),
        ("{lead}【{date:MM.dd}】{lead}", "头条【04.26】头条", "Headline【04.26】Headline"),
        ("no placeholder", "no placeholder", "no placeholder"),
    ],
)
def test_placeholders(pattern: str, zh: str, en: str) -> None:
    """Each, as the language writes it."""
    assert [filled(pattern, "zh"), filled(pattern, "en")] == [zh, en]


def test_only_the_languages_that_were_written() -> None:
    """A pattern in one language gives a text in that one."""
    facts = Facts(Localized({"en": "Daily"}), "2026-04-26", DAY, DAY, 1, Localized({"en": "x"}), 1)
    assert list(fill(Localized({"en": "{lead}"}), facts, publication())) == ["en"]


def test_what_a_headline_says_is_not_filled() -> None:
    """Braces in a headline stay braces."""
    assert filled("{lead} {count}", lead=Localized({"en": "{count}"})) == "{count} 10"


def test_a_headline_in_another_language_fills_in() -> None:
    """Where the lead has no title in a language, it is named in one it has."""
    assert filled("{lead}", lead=Localized({"zh": "头条"})) == "头条"


@pytest.mark.parametrize(
    ("issue", "covers", "year", "week", "month"),
    [
        ("2026-W53", dt.date(2026, 12, 28), "2026", "53", "December 2026"),
        ("2027-01", dt.date(2027, 1, 1), "2027", "53", "January 2027"),
        ("2026-04", dt.date(2026, 4, 1), "2026", "14", "April 2026"),
    ],
)
def test_a_week_or_month_is_that_which_is_covered(
    issue: str, covers: dt.date, year: str, week: str, month: str
) -> None:
    """Not that in which the issue comes out; the year of a week is that of ISO 8601."""
    shown = [filled(p, issue=issue, covers=covers) for p in ("{year}", "{week}", "{month}")]
    assert shown == [year, week, month]


def test_the_year_of_a_week_across_new_year() -> None:
    """2027-01-01 lies in week 53 of 2026."""
    assert filled("{year}", issue="2026-W53", covers=dt.date(2027, 1, 1)) == "2026"


def test_an_issue_without_a_number() -> None:
    """Nothing stands in its place, and no word for nothing."""
    assert filled("Special {number}", number=None) == "Special "

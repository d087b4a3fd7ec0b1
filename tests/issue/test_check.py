"""Rules about issue files that need the calendar, and about entries that tell the same."""

from __future__ import annotations

import pytest
from newsroom import Newsroom

from publisher.content.check import read_content
from publisher.issue.check import check_issues


def told(newsroom: Newsroom) -> list[str]:
    """What the rules say, without the folder."""
    content = read_content(newsroom.root)
    assert content.frame is not None
    found = check_issues(content.frame, content.entries)
    return [str(each).removeprefix("content/") for each in found]


@pytest.mark.parametrize(
    ("settings", "name", "example"),
    [
        ({}, "2026-W17", "2026-04-13"),
        ({}, "2026-02-30", "2026-04-13"),
        ({"cadence": "weekly", "schedule": {"at": "08:00", "on": "sun"}}, "2026-W54", "2026-W16"),
        ({"cadence": "monthly", "schedule": {"at": "08:00", "on": 1}}, "2026-13", "2026-04"),
    ],
)
def test_an_issue_file_has_the_name_of_an_issue(
    newsroom: Newsroom, settings: dict[str, object], name: str, example: str
):
    """A file that no issue will ever look for is an error."""
    newsroom.bulletin("daily", **settings)
    newsroom.issue(name, exclude=[])
    (problem,) = told(newsroom)
    assert problem.startswith(f"issues/daily/{name}.yaml:1:1: ")
    assert problem.endswith(f"; rename the file, such as {example}.yaml")


def test_a_daily_may_have_a_file_for_a_day_without_an_issue(newsroom: Newsroom):
    """An extra issue comes out when its file is there."""
    newsroom.bulletin("daily", schedule={"at": "08:00", "on": ["mon"]})
    newsroom.issue("2026-04-26", exclude=[])
    assert told(newsroom) == []


def test_a_listed_entry_must_be_out_when_the_issue_is(newsroom: Newsroom):
    """An embargo that ends later, or a later day, would keep it out."""
    later = newsroom.entry("later", "2026-04-27")
    held = newsroom.entry("held", embargo="2026-04-26T20:00+08:00")
    newsroom.issue("2026-04-26", sections={"top": {"entries": [later, held]}})
    assert [each.partition("warning: ")[2] for each in told(newsroom)] == [
        (
            "2026/04/27/later is filed under a day after this issue (2026-04-26); "
            "look at the day; an issue carries what has happened"
        ),
        (
            "2026/04/26/held is kept back until 2026-04-26 20:00 +0800, after this issue is due, "
            "and would be left out; delete this line, or change the embargo"
        ),
    ]


def test_a_follow_up_with_the_same_source_names_the_story(newsroom: Newsroom):
    """Two entries with the same first source are one told twice, unless they say otherwise."""
    source = [{"url": "https://www.cnbc.com/a?utm_source=x"}]
    newsroom.entry("one", "2026-04-25", sources=[{"url": "https://cnbc.com/a/"}])
    second = newsroom.entry("two", sources=source)
    assert [each.partition(":")[0] for each in told(newsroom)] == [f"entries/{second}.yaml"]
    newsroom.entry("one", "2026-04-25", sources=[{"url": "https://cnbc.com/a/"}], story="a")
    newsroom.entry("two", sources=source, story="a")
    assert told(newsroom) == []


def test_the_lead_of_an_issue_that_lists_everything_must_be_listed(newsroom: Newsroom):
    """A lead that is not in the issue cannot lead it."""
    one, two = newsroom.entry("one"), newsroom.entry("two")
    listed = {"top": {"only": True, "entries": [one]}}
    newsroom.issue("2026-04-26", lead=two, sections=listed)
    (problem,) = told(newsroom)
    assert f"{two} leads this issue, but stands in none of its sections" in problem
    newsroom.issue("2026-04-26", lead=one, sections=listed)
    assert told(newsroom) == []


def test_the_rules_go_by_the_time_of_a_one_off(newsroom: Newsroom):
    """An embargo that ends before the schedule's time, but after its own."""
    held = newsroom.entry("held", embargo="2026-04-26T12:00+08:00")
    sections = {"top": {"entries": [held]}}
    newsroom.issue("2026-04-26", sections=sections)
    moment = "2026-04-26T09:30+08:00"
    newsroom.issue("2026-04-26-launch", publish_at=moment, sections=sections)
    (problem,) = told(newsroom)
    assert problem.startswith("issues/daily/2026-04-26-launch.yaml:")
    assert "is kept back until 2026-04-26 12:00 +0800, after this issue is due" in problem


def test_the_lead_of_a_one_off_must_be_listed(newsroom: Newsroom):
    """Where it has no window, it carries nothing else."""
    one, two = newsroom.entry("one"), newsroom.entry("two")
    newsroom.issue(
        "2026-04-26-launch", publish_at="2026-04-26T09:30+08:00", lead=two,
        sections={"top": {"entries": [one]}},
    )  # fmt: skip
    (problem,) = told(newsroom)
    assert f"{two} leads this issue, but stands in none of its sections" in problem


def test_a_wrong_name_of_a_one_off_is_no_matter_of_the_calendar(newsroom: Newsroom):
    """The reading of the file has told it."""
    newsroom.issue("2026-04-26-2", publish_at="2026-04-26T09:30+08:00")
    assert told(newsroom) == []

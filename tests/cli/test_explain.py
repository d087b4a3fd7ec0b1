"""`publisher explain`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from newsroom import TOP, Newsroom

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def written(newsroom: Newsroom) -> Newsroom:
    """One entry that is in, and two that are out."""
    newsroom.bulletin("daily", sections=[TOP | {"max": 1}])
    newsroom.entry("one", importance=5)
    newsroom.entry("two")
    newsroom.entry("draft", draft=True)
    return newsroom


def test_before_publication(run: Run, written: Newsroom) -> None:
    """What would be now: in first, then out, each with its reason."""
    code, output, _ = run("explain", "daily", "2026-04-26")
    assert code == 0
    first, head, *rows = output.splitlines()
    assert first.startswith("daily 2026-04-26, as it would be now: number 1, window 2026-04-26")
    assert head.split() == ["entry", "section", "reason", "detail"]
    assert [row.split()[:2] for row in rows] == [
        ["in", "2026/04/26/one"], ["out", "2026/04/26/draft"], ["out", "2026/04/26/two"],
    ]  # fmt: skip
    assert rows[2].split()[2:] == ["top", "cap", "max:", "1"]


def test_after_publication(run: Run, written: Newsroom) -> None:
    """The record that was frozen, though the content is another one now."""
    _, before, _ = run("explain", "daily", "2026-04-26")
    written.publish(until="frozen")
    written.edit("2026/04/26/two", importance=5)
    _, after, _ = run("explain", "daily", "2026-04-26")
    assert after == before.replace("as it would be now", "as published")


def test_as_json(run: Run, written: Newsroom) -> None:
    """For programs."""
    _, output, _ = run("explain", "daily", "2026-04-26", "--format", "json")
    told = json.loads(output)
    assert (told["bulletin"], told["issue"], told["frozen"]) == ("daily", "2026-04-26", False)
    assert {each["entry"][11:]: each["reason"] for each in told["candidates"]} == {
        "one": "selected", "two": "cap", "draft": "draft",
    }  # fmt: skip


def test_nothing_was_looked_at(run: Run, newsroom: Newsroom) -> None:
    """An issue with a file and no entry in reach."""
    newsroom.bulletin("daily", sections=[TOP | {"optional": True}])
    newsroom.issue("2026-04-26")
    assert "no entry was looked at" in run("explain", "daily", "2026-04-26")[1]


def test_an_issue_that_would_be_empty(run: Run) -> None:
    """Exit code 1, and why."""
    code, _, errors = run("explain", "daily", "2026-04-26")
    assert code == 1
    assert errors == (
        "publisher: daily 2026-04-26 has no entry between 2026-04-26 and 2026-04-26; "
        "nothing to do; it is skipped\n"
    )


def test_dates(run: Run, newsroom: Newsroom) -> None:
    """Those in a calendar with their day, and why others are not in it."""
    calendar = {"id": "dates", "block": "calendar", "select": {"kinds": ["signal"]}, "max": 1}
    newsroom.bulletin("daily", sections=[TOP | {"select": {"kinds": ["event"]}}, calendar])
    newsroom.entry("news")
    for name, happened in (("soon", "2026-05-01"), ("later", "2026-05"), ("over", "2026-04-26"),
                           ("far", "2027-01-01")):  # fmt: skip
        newsroom.entry(name, "2026-03-01", kind="signal", happened=happened)
    newsroom.entry("when", kind="signal")
    _, output, _ = run("explain", "daily", "2026-04-26")
    rows = [" ".join(row.split()) for row in output.splitlines()[2:]]
    assert rows[:5] == [
        "in 2026/03/01/soon dates upcoming 2026-05-01",
        "in 2026/04/26/news top selected",
        "out 2026/03/01/far dates distant 2027-01-01, horizon: 120",
        "out 2026/03/01/later dates full 2026-05, max: 1",
        "out 2026/03/01/over dates over 2026-04-26",
    ]
    assert rows[5].startswith("out 2026/04/26/when unselected no section takes it; the calendar")


def test_days_that_rolled_over(run: Run, newsroom: Newsroom) -> None:
    """The window begins with those of the issue that had too few entries, and it is said why."""
    rolls = {"entries": 2, "otherwise": "roll-over"}
    newsroom.bulletin("daily", at_least=rolls, late_days=0)
    newsroom.entry("one", "2026-04-25")
    newsroom.entry("two")
    newsroom.publish("2026-04-25")
    _, output, _ = run("explain", "daily", "2026-04-26")
    assert "window 2026-04-25 to 2026-04-26" in output
    assert "with the days of 2026-04-25, which had too few entries" in output
    code, _, told = run("explain", "daily", "2026-04-25")
    assert code == 1
    assert "has 1 entry between 2026-04-25 and 2026-04-25, and needs 2" in told

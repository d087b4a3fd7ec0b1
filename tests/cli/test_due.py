"""`publisher due`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from icalendar import Calendar, Event
from newsroom import Newsroom, at

Run = Callable[..., tuple[int, str, str]]


def test_what_is_due_and_what_comes(run: Run) -> None:
    """By slot, with the offset of the bulletin's zone."""
    code, output, _ = run("due", "--days", "1")
    assert code == 0
    assert [line.split() for line in output.splitlines()] == [
        ["bulletin", "issue", "slot"],
        ["daily", "2026-04-26", "2026-04-26", "18:00", "+0800", "due", "now"],
        ["daily", "2026-04-27", "2026-04-27", "18:00", "+0800"],
    ]


def test_as_json(run: Run) -> None:
    """For programs."""
    told = json.loads(run("due", "--days", "1", "--format", "json")[1])
    plain = {"skipped": "", "no_slot": "", "approve_by": "", "waits_for_approval": False,
             "calendar_ends": ""}  # fmt: skip
    assert told == [
        {"bulletin": "daily", "issue": f"2026-04-{day}", "slot": f"2026-04-{day}T18:00:00+08:00",
         "due": is_due, **plain}
        for day, is_due in ((26, True), (27, False))
    ]  # fmt: skip


def test_what_is_out_is_not_due(run: Run, newsroom: Newsroom) -> None:
    """Nor what was skipped."""
    newsroom.entry("one")
    newsroom.publish()
    assert "due now" not in run("due")[1]


def test_no_bulletin(run: Run, newsroom: Newsroom) -> None:
    """Nothing comes, and nothing breaks."""
    (newsroom.root / "content/bulletins/daily.yaml").unlink()
    assert run("due")[0] == 0


# What there is to say ----------------------------------------------------------------------------


def holiday(newsroom: Newsroom, day: str = "2026-04-27") -> None:
    """A daily that keeps a holiday."""
    name = {"en": "Harbour Day", "zh": "海港节"}
    newsroom.file("content/calendars/cn.yaml", {"holidays": [{"on": day, "name": name}]})
    newsroom.bulletin("daily", schedule={"at": "18:00", "calendar": "cn"})


def row(output: str, name: str) -> str:
    """What is said of an issue."""
    (line,) = [each for each in output.splitlines() if f" {name}  " in each]
    return line.partition("+0800")[2].strip()


def test_a_holiday_has_its_line(run: Run, newsroom: Newsroom) -> None:
    """With its name in the publication's first language."""
    holiday(newsroom)
    output = run("due", "--days", "2")[1]
    assert row(output, "2026-04-27") == "no issue: holiday: 海港节"
    assert row(output, "2026-04-28") == ""
    told = json.loads(run("due", "--days", "2", "--format", "json")[1])
    assert [(each["issue"], each["no_slot"]) for each in told] == [
        ("2026-04-26", ""), ("2026-04-27", "holiday: 海港节"), ("2026-04-28", ""),
    ]  # fmt: skip


def test_the_day_of_a_neighbour_has_its_line(run: Run, newsroom: Newsroom) -> None:
    """Which says who comes out instead."""
    newsroom.bulletin("daily", not_with="weekly")
    newsroom.bulletin("weekly", cadence="weekly", schedule={"on": "mon", "at": "09:00"})
    assert row(run("due", "--days", "2")[1], "2026-04-27") == "no issue: weekly comes out"


def test_what_waits_for_approval(run: Run, newsroom: Newsroom) -> None:
    """Until its file gives it, whether it is due or comes."""
    newsroom.bulletin("daily", approval={"by": "2h"})
    newsroom.issue("2026-04-27", approved=True)
    newsroom.issue("2026-04-28")
    output = run("due", "--days", "3")[1]
    assert row(output, "2026-04-26") == "due now, waits for approval"
    assert row(output, "2026-04-27") == ""
    assert row(output, "2026-04-28") == row(output, "2026-04-29") == "waits for approval"
    told = json.loads(run("due", "--days", "1", "--format", "json")[1])
    assert [(each["approve_by"], each["waits_for_approval"]) for each in told] == [
        ("2026-04-26T16:00:00+08:00", True), ("2026-04-27T16:00:00+08:00", False),
    ]  # fmt: skip


def test_what_is_skipped_waits_for_nothing(run: Run, newsroom: Newsroom) -> None:
    """Nobody needs to approve it."""
    newsroom.bulletin("daily", approval=True)
    run("skip", "daily", "2026-04-27", "--reason", "a fair")
    assert row(run("due", "--days", "1")[1], "2026-04-27") == "skipped by the operator: a fair"


@pytest.mark.parametrize("form", ["text", "json", "ics"])
def test_a_calendar_that_ends_too_soon(run: Run, newsroom: Newsroom, form: str) -> None:
    """A warning beside the output, and a word with each issue that may be wrong."""
    holiday(newsroom)
    now = "2026-12-30T19:00+08:00"
    _, output, errors = run("due", "--days", "2", "--format", form, now=now)
    assert errors.startswith("content/bulletins/daily.yaml:")
    assert 'warning: the calendar "cn" has no days of 2027; add the holidays of 2027' in errors
    assert run("due", "--days", "1", "--format", form, now=now)[2] == ""
    if form == "text":
        assert row(output, "2026-12-31") == ""
        assert row(output, "2027-01-01") == 'the calendar "cn" has no days of 2027'
    elif form == "json":
        assert [each["calendar_ends"] for each in json.loads(output)[-2:]] == ["", "cn"]


# As a calendar -----------------------------------------------------------------------------------


def events(output: str) -> dict[str, Event]:
    """The events of a calendar by their UID, read back."""
    found = Calendar.from_ical(output).walk("VEVENT")
    assert len({str(each["uid"]) for each in found}) == len(found)
    return {str(each["uid"]).removesuffix("@news.example.com"): each for each in found}


def test_as_a_calendar(run: Run) -> None:
    """An event for each issue, named and at its slot."""
    found = events(run("due", "--days", "1", "--format", "ics")[1])
    assert list(found) == ["issue.daily.2026-04-26", "issue.daily.2026-04-27"]
    event = found["issue.daily.2026-04-27"]
    assert str(event["summary"]) == "每日 2026-04-27"
    assert event["dtstart"].dt == at("2026-04-27", "18:00")
    assert event["dtstart"].dt.utcoffset() == dt.timedelta()
    assert event["dtstamp"].dt == at("2026-04-26", "18:05")
    assert str(event["status"]) == "CONFIRMED"


def test_the_lines_of_a_calendar(run: Run, newsroom: Newsroom) -> None:
    """They end with CR LF, and none is longer than 75 octets (RFC 5545, 3.1)."""
    name = "每日，以及；别的, and; more " * 6
    newsroom.bulletin("daily", name={"zh": name, "en": "Daily"})
    output = run("due", "--days", "1", "--format", "ics")[1]
    lines = output.split("\r\n")
    assert lines.pop() == ""
    assert not any("\n" in line or "\r" in line for line in lines)
    assert any(line.startswith(" ") for line in lines)
    assert all(len(line.encode()) <= 75 for line in lines)
    summary = str(events(output)["issue.daily.2026-04-27"]["summary"])
    assert summary == f"{name.strip()} 2026-04-27"


def test_what_does_not_come_is_cancelled(run: Run, newsroom: Newsroom) -> None:
    """Under the UID that it had while it was to come, and with the reason."""
    run("skip", "daily", "2026-04-28", "--reason", "a fair")
    before = events(run("due", "--days", "2", "--format", "ics")[1])
    holiday(newsroom)
    found = events(run("due", "--days", "2", "--format", "ics")[1])
    assert list(found) == list(before)
    said = {name: (str(each["status"]), str(each.get("description", "")))
            for name, each in found.items()}  # fmt: skip
    assert said["issue.daily.2026-04-27"] == ("CANCELLED", "no issue: holiday: 海港节")
    assert said["issue.daily.2026-04-28"] == ("CANCELLED", "skipped by the operator: a fair")


def test_the_deadline_of_an_approval_is_an_event(run: Run, newsroom: Newsroom) -> None:
    """Its issue is tentative until it is given; then the deadline is cancelled."""
    newsroom.bulletin("daily", approval={"by": "2h"})
    newsroom.issue("2026-04-28", approved=True)
    found = events(run("due", "--days", "2", "--format", "ics")[1])
    deadline = found["approval.daily.2026-04-27"]
    assert str(deadline["summary"]) == "Approval: 每日 2026-04-27"
    assert deadline["dtstart"].dt == at("2026-04-27", "16:00")
    status = {name: str(each["status"]) for name, each in found.items()}
    assert status["issue.daily.2026-04-27"] == "TENTATIVE"
    assert status["approval.daily.2026-04-27"] == "CONFIRMED"
    assert status["issue.daily.2026-04-28"] == "CONFIRMED"
    assert status["approval.daily.2026-04-28"] == "CANCELLED"

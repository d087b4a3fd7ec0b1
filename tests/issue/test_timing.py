"""The day and the slot of an issue by its name."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import LANGUAGES, bulletin, publication

from publisher.content.issue_file import IssueFile
from publisher.content.load import Frame
from publisher.errors import ContentError
from publisher.issue.rhythm import rhythm_of
from publisher.issue.timing import (
    day_of_issue,
    one_offs,
    period_of_issue,
    slot_in,
    slot_of_issue,
)
from publisher.issue.window import Period

LAUNCH = "2026-05-03-launch"
DAY = dt.date(2026, 5, 3)
CADENCES = {
    "daily": {"at": "18:00"},
    "weekly": {"at": "18:00", "on": "mon"},
    "monthly": {"at": "18:00", "on": 1},
}


def written(moment: str = "2026-05-03T09:30+08:00") -> IssueFile:
    """The file of a one-off issue."""
    return IssueFile.model_validate({"publish_at": moment}, context=LANGUAGES)


@pytest.mark.parametrize("cadence", CADENCES)
def test_a_one_off_comes_at_its_own_time(cadence: str) -> None:
    """Whatever the cadence of its bulletin; it covers its day."""
    found = bulletin(cadence=cadence, schedule=CADENCES[cadence])
    rhythm = rhythm_of(found, publication())
    assert day_of_issue(rhythm, LAUNCH) == DAY
    assert period_of_issue(rhythm, LAUNCH) == Period(DAY, DAY)
    slot = slot_of_issue(publication(), "daily", found, LAUNCH, written())
    assert slot.isoformat() == "2026-05-03T09:30:00+08:00"


def test_the_slot_has_the_offset_of_the_bulletin() -> None:
    """The same instant, as its readers' clocks show it."""
    berlin = bulletin(time_zone="Europe/Berlin")
    slot = slot_of_issue(publication(), "daily", berlin, LAUNCH, written())
    assert slot.isoformat() == "2026-05-03T03:30:00+02:00"


@pytest.mark.parametrize("file", [None, IssueFile()])
def test_a_one_off_without_its_file_has_no_slot(file: IssueFile | None) -> None:
    """It is the file that says when; the remedy says how to begin one."""
    with pytest.raises(ContentError, match="there is no file") as caught:
        slot_of_issue(publication(), "daily", bulletin(), LAUNCH, file)
    assert f"`publisher new issue daily {LAUNCH}`" in caught.value.remedy


def test_a_broken_file_says_no_time() -> None:
    """It is there, so it is not asked for."""
    key = ("daily", LAUNCH)
    frame = Frame(publication(), {"daily": bulletin()}, {}, frozenset({key}))
    with pytest.raises(ContentError, match="has errors"):
        slot_in(frame, *key)


def test_other_issues_go_by_the_schedule() -> None:
    """A file changes nothing about that."""
    rhythm = rhythm_of(bulletin(), publication())
    assert day_of_issue(rhythm, "2026-05-03") == DAY
    assert period_of_issue(rhythm, "2026-05-03") == Period(DAY, DAY)
    slot = slot_of_issue(publication(), "daily", bulletin(), "2026-05-03", None)
    assert slot.isoformat() == "2026-05-03T18:00:00+08:00"


@pytest.mark.parametrize("name", ["2026-W17", "2026-02-30", "2026-05-03-2", "launch"])
def test_what_is_no_name_is_refused(name: str) -> None:
    """Neither of the schedule nor of a one-off."""
    with pytest.raises(ValueError, match=r"; write it like|there is no day"):
        day_of_issue(rhythm_of(bulletin(), publication()), name)


def test_the_one_offs_of_a_bulletin() -> None:
    """Those with a file, and no other issue."""
    files = {
        ("daily", LAUNCH): written(), ("daily", "2026-05-03"): IssueFile(),
        ("other", "2026-05-04-x"): written("2026-05-04T09:30+08:00"),
    }  # fmt: skip
    frame = Frame(publication(), {"daily": bulletin(), "other": bulletin()}, files)
    assert list(one_offs(frame, "daily")) == [LAUNCH]

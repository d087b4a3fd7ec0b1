"""Issues that are published and not mailed: late ones, and those with a newer one."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import SLOT, bulletin
from newsroom import Newsroom, at

from publisher.lateness import MAX_LATENESS, is_late, newer_issue
from publisher.storage.issues import StepRow


@pytest.mark.parametrize("cadence", MAX_LATENESS)
def test_lateness(cadence: str) -> None:
    """Each cadence has its time in which a mail still makes sense."""
    row, most = StepRow("daily", "2026-04-26", "announced", SLOT), MAX_LATENESS[cadence]
    on = {"daily": None, "weekly": "sun", "monthly": 28}[cadence]
    settings = bulletin(cadence=cadence, schedule={"at": "18:00", "on": on}, window=None)
    assert not is_late(row, settings, SLOT + most)
    assert is_late(row, settings, SLOT + most + dt.timedelta(seconds=1))


def test_a_bulletin_says_itself_how_late_is_too_late() -> None:
    """Instead of what its cadence would."""
    row = StepRow("daily", "2026-04-26", "announced", SLOT)
    settings = bulletin(max_lateness="2h")
    assert not is_late(row, settings, SLOT + dt.timedelta(hours=2))
    assert is_late(row, settings, SLOT + dt.timedelta(hours=2, seconds=1))


def test_who_hears_of_an_issue_that_came_too_late(quick: Newsroom) -> None:
    """It is out and not mailed; the operator is told, until it is no news any more."""
    quick.bulletin("daily", max_lateness="2h")
    quick.entry("a")
    assert quick.publish("2026-04-26", "20:01").published == ("daily 2026-04-26",)
    assert quick.steps() == {"daily 2026-04-26": "not-mailed"}
    known = quick.app().post.troubles.all("late:")
    assert [one.key for one in known] == ["late:daily/2026-04-26"]
    quick.publish("2026-05-04")
    keys = [one.key for one in quick.app().post.troubles.all("late:")]
    assert "late:daily/2026-04-26" not in keys


# Several at once ---------------------------------------------------------------------------------


@pytest.fixture
def patient(quick: Newsroom) -> Newsroom:
    """A daily that is mailed for three days, with an entry on each; one reader."""
    quick.bulletin("daily", max_lateness="3d", late_days=0)
    for day in (24, 25, 26, 27):
        quick.entry(f"e{day}", f"2026-04-{day}")
    quick.subscribe("en")
    quick.publish("2026-04-24")
    return quick


def reason(newsroom: Newsroom, name: str) -> str:
    """Why an issue is at its step."""
    row = newsroom.app().rows.get("daily", name)
    assert row is not None
    return row.reason


def told(newsroom: Newsroom) -> list[str]:
    """What the operator is to know of issues that were not mailed, by key."""
    return [one.key for one in newsroom.app().post.troubles.all("late:")]


def test_of_missed_issues_only_the_newest_is_mailed(patient: Newsroom) -> None:
    """The others are on the site; the operator is told once of each, and again nothing is done."""
    report = patient.publish("2026-04-27")
    assert (report.opened, report.mailed) == (("daily 2026-04-27",), 1)
    assert patient.steps() == {
        "daily 2026-04-24": "mailed", "daily 2026-04-25": "not-mailed",
        "daily 2026-04-26": "not-mailed", "daily 2026-04-27": "mailed",
    }  # fmt: skip
    assert reason(patient, "2026-04-25") == "a newer issue was due as well: 2026-04-27"
    assert (patient.root / "public/en/daily/2026-04-25/index.html").is_file()
    assert told(patient) == ["late:daily/2026-04-25", "late:daily/2026-04-26"]
    before = patient.settled()
    assert patient.publish("2026-04-27", "18:10").opened == ()
    assert patient.settled() == before


def test_backfill_mails_each(patient: Newsroom) -> None:
    """Who asks for all of them gets them."""
    for day in (25, 26, 27):
        patient.issue(f"2026-04-{day}")
    report = patient.publish("2026-04-27", all_files=True)
    assert len(report.opened) == 3
    assert told(patient) == []


def test_an_approval_that_comes_after_a_newer_issue(patient: Newsroom) -> None:
    """What was held gives way to what was mailed meanwhile."""
    patient.bulletin("daily", max_lateness="3d", late_days=0, approval=True)
    patient.issue("2026-04-26", approved=True)
    assert patient.publish("2026-04-26").opened == ("daily 2026-04-26",)
    patient.issue("2026-04-25", approved=True)
    report = patient.publish("2026-04-26", "19:00")
    assert (report.published, report.opened) == (("daily 2026-04-25",), ())
    assert reason(patient, "2026-04-25") == "a newer issue was mailed already: 2026-04-26"
    assert told(patient) == ["late:daily/2026-04-25"]


def test_a_newer_issue_that_is_held_keeps_nothing_back(patient: Newsroom) -> None:
    """Nobody knows when it comes."""
    patient.bulletin("daily", max_lateness="3d", late_days=0, approval=True)
    patient.issue("2026-04-25", approved=True)
    assert patient.publish("2026-04-26").opened == ("daily 2026-04-25",)
    patient.issue("2026-04-26", approved=True)
    assert patient.publish("2026-04-26", "19:00").opened == ("daily 2026-04-26",)


def test_a_newer_issue_that_is_not_to_be_mailed(patient: Newsroom) -> None:
    """The one before it is the newest that is."""
    patient.app(at("2026-04-26")).skip("daily", "2026-04-26")
    assert patient.publish("2026-04-26").opened == ("daily 2026-04-25",)


def test_one_offs_stand_beside(patient: Newsroom) -> None:
    """They are mailed with the newest, and it with them."""
    for day, hour in (("2026-04-26", "10:00"), ("2026-04-26", "18:01")):
        entry = patient.entry(f"x{hour[:2]}", day)
        listed = {"top": {"entries": [{"id": entry, "again": True}]}}
        patient.issue(f"{day}-at-{hour[:2]}", publish_at=f"{day}T{hour}+08:00", sections=listed)
    assert patient.publish("2026-04-26").opened == (
        "daily 2026-04-26-at-10", "daily 2026-04-26", "daily 2026-04-26-at-18",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("step", "counts"),
    [
        ("frozen", True), ("written", True), ("live", True), ("announced", True), ("mailed", True),
        ("started", False), ("held", False), ("skipped", False), ("not-mailed", False),
    ],
)  # fmt: skip
def test_which_newer_issues_count(quick: Newsroom, step: str, counts: bool) -> None:
    """Those that are mailed, or on their way, such as one whose page is waited for."""
    rows = quick.app().rows
    row = rows.start("daily", "2026-04-26", SLOT, SLOT)
    newer = rows.start("daily", "2026-04-27", SLOT + dt.timedelta(days=1), SLOT, step=step)
    assert newer_issue(rows, row) == (newer if counts else None)
    assert newer_issue(rows, newer) is None


def test_another_bulletin_does_not_count(patient: Newsroom) -> None:
    """Each has its own newest."""
    patient.bulletin("evening", schedule={"at": "18:02"})
    rows = patient.app().rows
    rows.start("evening", "2026-04-26", SLOT, at("2026-04-26"), step="mailed")
    row = rows.start("daily", "2026-04-25", at("2026-04-25", "18:00"), at("2026-04-26"))
    assert newer_issue(rows, row) is None


def test_a_mailing_that_was_opened_goes_on(patient: Newsroom) -> None:
    """A run died before it wrote that down: the row does not say "not mailed" of what is."""
    patient.publish("2026-04-25")
    app = patient.app(at("2026-04-25"))
    row = app.rows.get("daily", "2026-04-25")
    assert row is not None
    app.rows.move(row, "announced", app.now)
    patient.publish("2026-04-29")
    assert patient.steps()["daily 2026-04-25"] == "mailed"
    assert told(patient) == []

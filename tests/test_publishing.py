"""The decisions of publishing: what is due, what a rehearsal shows, the steps of an issue."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from builders import SLOT, both, bulletin, publication
from newsroom import TOP, Newsroom, at

from publisher.app import App
from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.store import MemoryStore
from publisher.content.issue_file import IssueFile
from publisher.content.load import Frame
from publisher.errors import ContentError
from publisher.publishing import (
    Wanted,
    backfill,
    coming,
    due,
    rehearse,
)
from publisher.steps import Steps
from publisher.storage.issues import StepRow
from publisher.until import UNTIL

DAY = dt.timedelta(days=1)


class Rows:
    """What is remembered of issues: some are settled, some were begun."""

    def __init__(self, *settled: str, begun: tuple[Wanted, ...] = ()) -> None:
        self.settled = settled
        self.begun = begun

    def get(self, bulletin: str, name: str) -> StepRow | None:
        """Nothing more than that is known."""
        return None

    def is_settled(self, bulletin: str, name: str) -> bool:
        """Whether it was named so."""
        return f"{bulletin} {name}" in self.settled

    def unfinished(self) -> list[tuple[str, str, dt.datetime]]:
        """Those that were begun."""
        return [(each.bulletin, each.name, each.slot) for each in self.begun]


def frame(*files: tuple[str, str], **bulletins: Any) -> Frame:
    """Settings of some bulletins, and issue files by name."""
    return Frame(publication(), bulletins, dict.fromkeys(files, IssueFile()))


def nothing() -> Library:
    """An archive in which there is nothing."""
    store = MemoryStore()
    return Library(store, Index(None, store))


def wanted(found: list[Wanted]) -> list[str]:
    """By name."""
    return [str(each) for each in found]


# What is due -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "name"),
    [
        ("2026-04-26T17:59:59+08:00", "daily 2026-04-25"),
        ("2026-04-26T18:00:00+08:00", "daily 2026-04-26"),
        ("2026-04-26T10:00:00+00:00", "daily 2026-04-26"),
    ],
)
def test_a_new_bulletin_begins_with_its_newest_slot(now: str, name: str) -> None:
    """At its slot, not before; and not with all that it never published."""
    found = due(frame(daily=bulletin()), nothing(), Rows(), dt.datetime.fromisoformat(now))
    assert wanted(found) == [name]


def test_what_is_settled_is_not_due() -> None:
    """An issue that was skipped does not come back at every tick."""
    now = SLOT + dt.timedelta(minutes=5)
    assert due(frame(daily=bulletin()), nothing(), Rows("daily 2026-04-26"), now) == []


def test_what_is_due_comes_by_slot(quick: Newsroom) -> None:
    """Over all bulletins, the oldest first; of one that was away, the newest three."""
    early = bulletin(schedule={"at": "08:00"})
    quick.entry("a", "2026-04-20")
    quick.publish("2026-04-20", until="frozen")
    library = quick.app().library
    found = due(frame(early=early, daily=bulletin()), library, Rows(), at("2026-04-26"))
    assert wanted(found) == [
        "daily 2026-04-24", "daily 2026-04-25", "early 2026-04-26", "daily 2026-04-26",
    ]  # fmt: skip


def test_what_was_begun_is_due() -> None:
    """Also where it is older than the newest that came out; not where its bulletin is gone."""
    begun = tuple(Wanted(slug, "2026-04-20", SLOT - 6 * DAY) for slug in ("daily", "gone"))
    rows = Rows("daily 2026-04-26", begun=begun)
    assert wanted(due(frame(daily=bulletin()), nothing(), rows, SLOT)) == ["daily 2026-04-20"]


def test_a_begun_issue_is_wanted_once() -> None:
    """Though its slot and its row both ask for it."""
    begun = (Wanted("daily", "2026-04-26", SLOT.astimezone(dt.UTC)),)
    found = due(frame(daily=bulletin()), nothing(), Rows(begun=begun), SLOT)
    assert wanted(found) == ["daily 2026-04-26"]


def test_a_bulletin_that_does_not_come_out_today() -> None:
    """Weekdays are kept."""
    weekdays = bulletin(schedule={"at": "18:00", "on": ["mon", "fri"]})
    now = SLOT + dt.timedelta(minutes=5)  # a Sunday
    assert wanted(due(frame(daily=weekdays), nothing(), Rows(), now)) == ["daily 2026-04-24"]


def test_a_monthly_that_is_new_is_found() -> None:
    """The look back is longer than a month."""
    monthly = bulletin(cadence="monthly", schedule={"at": "08:00", "on": 27})
    found = due(frame(monthly=monthly), nothing(), Rows(), at("2026-04-26"))
    assert wanted(found) == ["monthly 2026-03"]


def test_backfill_takes_every_issue_file_by_slot() -> None:
    """The oldest slot first over all bulletins, whatever the time is now."""
    found = backfill(
        frame(
            ("daily", "2026-04-27"), ("daily", "2026-04-26"), ("early", "2026-04-27"),
            daily=bulletin(), early=bulletin(schedule={"at": "08:00"}),
        ),
        Rows(),
    )  # fmt: skip
    assert wanted(found) == ["daily 2026-04-26", "early 2026-04-27", "daily 2026-04-27"]


# One-off issues ----------------------------------------------------------------------------------


def one_off(*moments: str, **settings: Any) -> Frame:
    """A bulletin with a one-off issue for each moment."""
    files = {
        ("daily", f"{moment[:10]}-launch"): IssueFile.model_validate({"publish_at": moment})
        for moment in moments
    }
    return Frame(publication(), {"daily": bulletin(**settings)}, files)


LAUNCH = "2026-04-26T09:30:00+08:00"


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-04-26T09:29:59+08:00", ["daily 2026-04-25"]),
        ("2026-04-26T09:30:00+08:00", ["daily 2026-04-25", "daily 2026-04-26-launch"]),
        ("2026-04-26T18:00:00+08:00", ["daily 2026-04-26"]),
    ],
)
def test_a_one_off_is_due_at_its_time(now: str, found: list[str]) -> None:
    """Beside the newest slot of a bulletin that never published, and not before it."""
    moment = dt.datetime.fromisoformat(now)
    assert wanted(due(one_off(LAUNCH), nothing(), Rows(), moment)) == found


def test_a_settled_one_off_is_not_due() -> None:
    """As any issue."""
    rows = Rows("daily 2026-04-25", "daily 2026-04-26-launch")
    assert due(one_off(LAUNCH), nothing(), rows, at("2026-04-26", "10:00")) == []


def test_a_missed_one_off_is_made_up_for(quick: Newsroom) -> None:
    """Also where regular issues came out since; what is longer ago is left to --backfill."""
    quick.entry("a", "2026-04-28")
    quick.publish("2026-04-28", until="frozen")
    frame = one_off("2026-03-18T18:00+08:00", "2026-04-20T09:30+08:00")
    rows = Rows("daily 2026-04-28")
    found = due(frame, quick.app().library, rows, at("2026-04-28"))
    assert wanted(found) == ["daily 2026-04-20-launch"]


def test_a_one_off_hides_no_regular_issue(quick: Newsroom) -> None:
    """It is no part of the sequence: the issues before it are still due."""
    entry = quick.entry("a")
    quick.publish(until="frozen")
    listed = {"top": {"entries": [{"id": entry, "again": True}]}}
    quick.issue("2026-05-03-launch", publish_at="2026-05-03T09:30+08:00", sections=listed)
    quick.publish("2026-04-26", all_files=True, until="frozen")
    library = quick.app().library
    assert library.index.issue("daily", "2026-05-03-launch") is not None
    found = due(frame(daily=bulletin()), library, Rows(), at("2026-04-28"))
    assert wanted(found) == ["daily 2026-04-27", "daily 2026-04-28"]


@pytest.mark.parametrize("moments", [(), ("2026-04-26T20:00:00+08:00",)])
def test_a_begun_one_off_may_be_put_off_or_taken_back(moments: tuple[str, ...]) -> None:
    """As long as it is not frozen, its file counts, not what was remembered."""
    name = "2026-04-26-launch"
    rows = Rows("daily 2026-04-26", begun=(Wanted("daily", name, SLOT - DAY),))
    assert due(one_off(*moments), nothing(), rows, SLOT) == []


def test_backfill_takes_one_offs_by_their_time() -> None:
    """Among the others."""
    found = one_off("2026-04-26T19:00+08:00", "2026-04-25T09:30+08:00")
    files = {**found.issue_files, ("daily", "2026-04-26"): IssueFile()}
    all_of_them = backfill(Frame(found.publication, found.bulletins, files), Rows())
    assert wanted(all_of_them) == [
        "daily 2026-04-25-launch", "daily 2026-04-26", "daily 2026-04-26-launch",
    ]  # fmt: skip


def test_backfill_refuses_a_file_without_a_slot() -> None:
    """A name that no issue has."""
    with pytest.raises(ContentError, match=r"daily/2026-W17\.yaml: '2026-W17' is not"):
        backfill(frame(("daily", "2026-W17"), daily=bulletin()), Rows())


def test_a_holiday_is_not_due_and_a_workday_is(quick: Newsroom) -> None:
    """What is due and what comes go by the calendar of the bulletin."""
    quick.file("content/calendars/ours.yaml", {
        "holidays": [{"from": "2026-04-27", "to": "2026-04-28", "name": "Rest"}],
        "workdays": [{"on": "2026-05-02", "name": "Instead"}],
    })  # fmt: skip
    days = ["mon", "tue", "wed", "thu", "fri"]
    schedule = {"at": "18:00", "on": days, "calendar": "ours"}
    quick.bulletin("daily", schedule=schedule)
    found = coming(quick.app().frame, at("2026-04-26"), at("2026-05-03"))
    assert [each.name for each in found] == [
        "2026-04-29", "2026-04-30", "2026-05-01", "2026-05-02",
    ]  # fmt: skip


def test_an_issue_that_needs_approval_waits_for_it(quick: Newsroom) -> None:
    """It is held at its slot and the operator is told; approved later it goes out."""
    quick.bulletin("daily", approval={"by": "2h"})
    quick.entry("a")
    report = quick.publish("2026-04-26")
    assert report.published == ()
    assert "not approved" in report.held[0]
    key = "approval:daily/2026-04-26"
    assert [one.key for one in quick.app().post.troubles.all("approval:")] == [key]
    quick.issue("2026-04-26", approved=True)
    assert quick.publish("2026-04-26").published == ("daily 2026-04-26",)
    assert quick.app().post.troubles.all("approval:") == []


# Rehearsing --------------------------------------------------------------------------------------


def the_daily(*days: str) -> list[Wanted]:
    """Issues of the daily."""
    return [Wanted("daily", day, at(day, "18:00")) for day in days]


def test_a_rehearsal_leaves_nothing_behind(quick: Newsroom) -> None:
    """It freezes over the archive, and not into it."""
    quick.entry("a")
    app = quick.app()
    with rehearse(app.desk, the_daily("2026-04-26")) as rehearsed:
        assert rehearsed.held == {}
        assert rehearsed.library.index.issue("daily", "2026-04-26") is not None
        assert not (quick.root / "var/archive").exists()
        assert app.library.index.issue("daily", "2026-04-26") is None


def test_later_issues_know_of_earlier_ones(quick: Newsroom) -> None:
    """An entry that the first carries is not left for the second."""
    quick.entry("a")
    with rehearse(quick.app().desk, the_daily("2026-04-26", "2026-04-27")) as rehearsed:
        assert wanted(list(rehearsed.empty)) == ["daily 2026-04-27"]


def test_every_issue_that_cannot_come_out_is_told(quick: Newsroom) -> None:
    """With why; those after it are tried all the same."""
    quick.bulletin("daily", sections=[TOP | {"select": {"kinds": ["signal"]}}])
    quick.entry("a", "2026-04-27", kind="signal")
    quick.issue("2026-04-25")
    three = the_daily("2026-04-25", "2026-04-26", "2026-04-27")
    with rehearse(quick.app().desk, three) as rehearsed:
        assert wanted(list(rehearsed.held)) == ["daily 2026-04-25"]
        assert "selects nothing" in next(iter(rehearsed.held.values()))
        assert rehearsed.library.index.issue("daily", "2026-04-27") is not None


def test_problems_and_remarks_are_told(quick: Newsroom) -> None:
    """A broken entry, and a lead that is not in the issue."""
    quick.entry("a")
    quick.file("content/entries/2026/04/26/b.yaml", "kind: event\ntitel: x\n")
    quick.issue("2026-04-26", lead="2026/04/26/b")
    with rehearse(quick.app().desk, the_daily("2026-04-26")) as rehearsed:
        assert "content/entries/2026/04/26/b.yaml" in {each.path for each in rehearsed.problems}
        assert rehearsed.remarks == ("daily 2026-04-26: the lead 2026/04/26/b is not in the issue",)


# Steps -------------------------------------------------------------------------------------------


@pytest.fixture
def app(quick: Newsroom) -> App:
    """A publication with one entry."""
    quick.entry("a")
    return quick.app()


def steps(app: App) -> Steps:
    """The steps of its issues, now."""
    return Steps(app.desk, app.rows, app.now, app.post.announcer)


def test_an_issue_is_frozen(app: App) -> None:
    """And the row says so."""
    (issue,) = the_daily("2026-04-26")
    assert steps(app).freeze(issue).step == "frozen"
    assert app.rows.get("daily", "2026-04-26") == StepRow(
        "daily", "2026-04-26", "frozen", at("2026-04-26", "18:00")
    )


def test_freezing_again_does_nothing(app: App) -> None:
    """The row stays where it is."""
    (issue,) = the_daily("2026-04-26")
    row, _ = steps(app).advance(steps(app).freeze(issue), "live")
    assert steps(app).freeze(issue) == row


def test_an_issue_with_nothing_in_it_is_skipped(app: App) -> None:
    """With the reason; it is no error."""
    (issue,) = the_daily("2026-04-10")
    row = steps(app).freeze(issue)
    assert (row.step, row.reason[:28]) == ("skipped", "daily 2026-04-10 has no entr")


@pytest.mark.parametrize("all_files", [False, True])
def test_what_an_operator_skips_is_never_frozen(app: App, all_files: bool) -> None:
    """Neither when it is due nor with --backfill, unlike an issue that had nothing in it."""
    (issue,) = the_daily("2026-04-26")
    app.root.joinpath("content/issues/daily").mkdir(parents=True)
    app.root.joinpath("content/issues/daily/2026-04-26.yaml").write_text("exclude: []\n")
    app.skip("daily", "2026-04-26", "a holiday")
    row = steps(app).freeze(issue)
    assert (row.step, row.reason) == ("skipped", "skipped by the operator: a holiday")
    assert app.publish(all_files=all_files, until="frozen").published == ()
    assert app.library.index.issue("daily", "2026-04-26") is None


def test_an_interrupted_freeze_goes_on(app: App) -> None:
    """The row says started, the archive has it: it is ours, and will be mailed."""
    (issue,) = the_daily("2026-04-26")
    app.rows.start("daily", "2026-04-26", issue.slot, app.now)
    app.desk.freeze(app.desk.prepare("daily", "2026-04-26"))
    row = steps(app).freeze(issue)
    assert (row.step, row.attempt) == ("frozen", 2)


def test_an_archived_issue_without_a_row_is_never_mailed(app: App) -> None:
    """Its steps were lost: nobody knows whether it went out."""
    (issue,) = the_daily("2026-04-26")
    app.desk.freeze(app.desk.prepare("daily", "2026-04-26"))
    row = steps(app).freeze(issue)
    assert (row.step, row.reason.partition(":")[0]) == ("not-mailed", "unknown")
    assert row.attempt == 1  # there was never a row that a crash could have left at "started"
    assert steps(app).freeze(issue).step == "not-mailed"


def test_advance_goes_through_every_step(app: App) -> None:
    """Up to the one that was asked for; never back."""
    (issue,) = the_daily("2026-04-26")
    row = steps(app).freeze(issue)
    for step in UNTIL[:-1]:
        row, _ = steps(app).advance(row, step)
        assert row.step == step
    assert steps(app).advance(row, "written")[0].step == "announced"


@pytest.mark.parametrize("step", ["mailed", "not-mailed", "skipped"])
def test_what_is_settled_does_not_advance(app: App, step: str) -> None:
    """It has no step left."""
    (issue,) = the_daily("2026-04-26")
    row = steps(app).move(steps(app).freeze(issue), step)
    assert steps(app).advance(row, "announced")[0].step == step


def test_holding_remembers_why(app: App) -> None:
    """And does not take back what was frozen."""
    first, second = the_daily("2026-04-25", "2026-04-26")
    steps(app).hold(first, "a file is broken")
    row = app.rows.get("daily", "2026-04-25")
    assert row is not None
    assert (row.step, row.reason) == ("held", "frozen: a file is broken")
    steps(app).freeze(second)
    steps(app).hold(second, "later")
    frozen = app.rows.get("daily", "2026-04-26")
    assert frozen is not None
    assert frozen.step == "frozen"


def test_a_newer_attempt_counts(app: App) -> None:
    """What an older one writes down is not taken."""
    (issue,) = the_daily("2026-04-26")
    older = steps(app).freeze(issue)
    app.rows.start("daily", "2026-04-26", issue.slot, app.now)
    assert steps(app).move(older, "mailed").step == "frozen"


def test_a_held_issue_that_was_mended_is_frozen(app: App, quick: Newsroom) -> None:
    """By the next run."""
    (issue,) = the_daily("2026-04-26")
    steps(app).hold(issue, "broken")
    quick.edit("2026/04/26/a", title=both("mended"))
    assert steps(app).freeze(issue).step == "frozen"

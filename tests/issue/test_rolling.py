"""Issues that need a number of entries: skipped below it, or rolled over into the next."""

from __future__ import annotations

import pytest
from builders import both
from newsroom import TOP, Newsroom, at

from publisher.errors import NothingToPublish
from publisher.publishing import Report, Wanted, rehearse
from publisher.reproducing import reproduce

THREE = {"entries": 3, "otherwise": "roll-over"}


def entries(newsroom: Newsroom, day: str, number: int) -> None:
    """So many entries of a day, called by it and a letter."""
    for letter in "abcdef"[:number]:
        newsroom.entry(f"{letter}-{day[-2:]}", day)


def go(newsroom: Newsroom, day: str = "2026-04-26", **options: bool) -> Report:
    """Publish what is due on a day; nobody has subscribed."""
    return newsroom.app(at(day)).publish(**options)


@pytest.fixture
def rolling(quick: Newsroom) -> Newsroom:
    """A daily that needs three entries and takes no late ones: one came out on the 24th."""
    quick.bulletin("daily", at_least=THREE, late_days=0, masthead=["window"])
    entries(quick, "2026-04-24", 3)
    go(quick, "2026-04-24")
    return quick


def reason(newsroom: Newsroom, name: str) -> str:
    """Why an issue is at its step."""
    row = newsroom.app().rows.get("daily", name)
    assert row is not None
    assert row.step == "skipped"
    return row.reason


@pytest.mark.parametrize(("number", "has"), [(0, "no entry"), (1, "1 entry"), (2, "2 entries")])
def test_too_few_entries(quick: Newsroom, number: int, has: str) -> None:
    """The issue is skipped, once, and the reason says how many there were."""
    quick.bulletin("daily", at_least={"entries": 3})
    entries(quick, "2026-04-26", number)
    why = f"has {has} between 2026-04-26 and 2026-04-26, and needs 3"
    report = go(quick)
    assert (report.published, report.held) == ((), ())
    assert report.skipped == (f"daily 2026-04-26: {why}",)
    assert reason(quick, "2026-04-26").endswith(why)
    assert go(quick).skipped == ()


def test_enough_entries(quick: Newsroom) -> None:
    """Three are not fewer than three."""
    quick.bulletin("daily", at_least={"entries": 3})
    entries(quick, "2026-04-26", 3)
    assert go(quick).published == ("daily 2026-04-26",)


def test_dates_of_a_calendar_do_not_count(quick: Newsroom) -> None:
    """They come again in every issue."""
    dates = {"id": "dates", "block": "calendar", "select": {"kinds": ["signal"]}}
    news = TOP | {"select": {"kinds": ["event"]}}
    quick.bulletin("daily", at_least={"entries": 2}, sections=[news, dates])
    entries(quick, "2026-04-26", 1)
    quick.entry("fair", kind="signal", happened="2026-05-01")
    assert go(quick).published == ()


def test_an_issue_file_does_not_help(quick: Newsroom) -> None:
    """What it lists counts as what is selected does; a one-off needs no number."""
    quick.bulletin("daily", at_least={"entries": 2})
    entry = quick.entry("a")
    quick.issue("2026-04-26", sections={"top": {"entries": [entry]}})
    assert go(quick).published == ()
    listed = {"top": {"entries": [entry]}}
    quick.issue("2026-04-26-special", publish_at="2026-04-26T18:01+08:00", sections=listed)
    assert go(quick).published == ("daily 2026-04-26-special",)


def test_without_rolling_over_the_window_stays(quick: Newsroom) -> None:
    """What was too little for one issue is left where no late entry is taken."""
    quick.bulletin("daily", at_least={"entries": 3}, late_days=0)
    entries(quick, "2026-04-25", 2)
    entries(quick, "2026-04-26", 3)
    go(quick, "2026-04-25")
    go(quick, "2026-04-26")
    assert quick.carried() == ["a-26", "b-26", "c-26"]
    assert quick.issue_of().issue.window.takes_over is None


def test_the_days_roll_over_into_the_next_issue(rolling: Newsroom) -> None:
    """From the first that was too short; what is shown as its window says so."""
    entries(rolling, "2026-04-25", 1)
    entries(rolling, "2026-04-26", 1)
    entries(rolling, "2026-04-27", 1)
    for day in ("2026-04-25", "2026-04-26"):
        assert go(rolling, day).published == ()
    assert reason(rolling, "2026-04-25").endswith("needs 3; the next issue covers its days")
    assert " has 2 entries between 2026-04-25 and 2026-04-26" in reason(rolling, "2026-04-26")
    assert go(rolling, "2026-04-27").opened == ("daily 2026-04-27",)
    found = rolling.issue_of("2026-04-27").issue
    assert sorted(rolling.carried("2026-04-27")) == ["a-25", "a-26", "a-27"]
    assert found.window.takes_over == ["2026-04-25", "2026-04-26"]
    assert (f"{found.window.start}", f"{found.window.end}") == ("2026-04-25", "2026-04-27")
    assert {one.reason.value for one in found.candidates} == {"selected"}


def test_what_came_out_ends_the_rolling(rolling: Newsroom) -> None:
    """The issue after it has its own window again."""
    entries(rolling, "2026-04-25", 1)
    entries(rolling, "2026-04-26", 2)
    entries(rolling, "2026-04-27", 3)
    for day in ("2026-04-25", "2026-04-26", "2026-04-27"):
        go(rolling, day)
    assert rolling.issue_of("2026-04-26").issue.window.takes_over == ["2026-04-25"]
    assert rolling.issue_of("2026-04-27").issue.window.takes_over is None


def test_missed_issues_roll_over_in_one_run(rolling: Newsroom) -> None:
    """The rehearsal knows of those that it skips; a dry run says the same."""
    entries(rolling, "2026-04-25", 2)
    entries(rolling, "2026-04-26", 1)
    assert go(rolling, "2026-04-26", dry_run=True).published == ("daily 2026-04-26",)
    report = go(rolling, "2026-04-26")
    assert report.published == ("daily 2026-04-26",)
    assert [each.partition(":")[0] for each in report.skipped] == ["daily 2026-04-25"]
    assert rolling.issue_of().issue.window.takes_over == ["2026-04-25"]
    before = rolling.settled()
    assert go(rolling, "2026-04-26").published == ()
    assert rolling.settled() == before


def test_a_rehearsal_counts_its_own_bulletin_and_slots(rolling: Newsroom) -> None:
    """An issue before the shorter one, or of another bulletin, takes nothing over."""
    rolling.bulletin("other", at_least=THREE, late_days=0)
    entries(rolling, "2026-04-26", 3)
    short = Wanted("daily", "2026-04-25", at("2026-04-25", "18:00"))
    wanted = [short, Wanted("other", "2026-04-26", at("2026-04-26", "18:00"))]
    with rehearse(rolling.app().desk, wanted) as found:
        assert found.empty == (short,)
        revision = found.library.published("other", "2026-04-26")
    assert revision is not None
    assert revision.issue.window.takes_over is None


def test_what_an_operator_skips_is_no_shortage(rolling: Newsroom) -> None:
    """Its days are left out, as was decided."""
    entries(rolling, "2026-04-25", 3)
    entries(rolling, "2026-04-26", 3)
    rolling.app(at("2026-04-25")).skip("daily", "2026-04-25", "a strike")
    go(rolling, "2026-04-26")
    assert rolling.issue_of().issue.window.takes_over is None
    assert rolling.carried() == ["a-26", "b-26", "c-26"]


def test_the_window_of_an_issue_file_counts(rolling: Newsroom) -> None:
    """Who writes the days down means them."""
    entries(rolling, "2026-04-25", 1)
    entries(rolling, "2026-04-26", 3)
    rolling.issue("2026-04-26", window={"from": "2026-04-26", "to": "2026-04-26"})
    go(rolling, "2026-04-25")
    go(rolling, "2026-04-26")
    assert rolling.carried() == ["a-26", "b-26", "c-26"]


def test_a_shortage_of_another_cadence_is_passed_over(rolling: Newsroom) -> None:
    """A daily that has become a weekly has no window of a day to take over."""
    entries(rolling, "2026-04-25", 1)
    go(rolling, "2026-04-25")
    schedule = {"at": "18:00", "on": "sun"}
    rolling.bulletin("daily", cadence="weekly", schedule=schedule, at_least=THREE)
    entries(rolling, "2026-04-26", 3)
    assert go(rolling, "2026-04-26").published == ("daily 2026-W17",)
    assert rolling.issue_of("2026-W17").issue.window.takes_over is None


def test_who_looks_ahead_sees_it(rolling: Newsroom) -> None:
    """`explain`, `render` and the preview show the issue as it would be."""
    entries(rolling, "2026-04-25", 2)
    entries(rolling, "2026-04-26", 1)
    go(rolling, "2026-04-25")
    app = rolling.app(at("2026-04-26", "12:00"))
    found, is_frozen = app.explain("daily", "2026-04-26")
    assert (is_frozen, found.window.takes_over) == (False, ["2026-04-25"])
    assert len(found.news()) == 3
    assert app.proof("daily", "2026-04-26").revision.issue == found
    assert app.render("daily", "2026-04-26", "en")[0].subject == found.subject["en"]
    with pytest.raises(NothingToPublish, match="has 2 entries"):
        app.explain("daily", "2026-04-25")


def test_backfill_rolls_over_too(quick: Newsroom) -> None:
    """And again it changes nothing: what the next one carried is not there for the first."""
    quick.bulletin("daily", at_least=THREE, late_days=0)
    entries(quick, "2026-04-25", 2)
    entries(quick, "2026-04-26", 1)
    for name in ("2026-04-25", "2026-04-26"):
        quick.issue(name, title=both(name))
    assert go(quick, "2026-05-20", all_files=True).published == ("daily 2026-04-26",)
    assert len(quick.carried()) == 3
    before = quick.settled()
    go(quick, "2026-05-20", all_files=True)
    assert quick.settled() == before
    assert quick.steps() == {"daily 2026-04-25": "skipped", "daily 2026-04-26": "mailed"}


def test_it_can_be_reproduced(quick: Newsroom) -> None:
    """Though rows of skipped issues are gone: the frozen issue names them."""
    quick.bulletin("daily", at_least=THREE, late_days=0)
    entries(quick, "2026-04-25", 2)
    quick.commit("2026-04-25T12:00:00+08:00")
    go(quick, "2026-04-25")
    entries(quick, "2026-04-26", 1)
    quick.commit()
    go(quick, "2026-04-26")
    for file in (quick.root / "var").glob("*.sqlite*"):
        file.unlink()
    assert reproduce(quick.app(at("2026-05-30")), "daily", "2026-04-26").is_same

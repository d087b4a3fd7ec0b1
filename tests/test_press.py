"""Publishing, from files to mail, site and feeds: what is due, late, held, and carried once."""

from __future__ import annotations

import pytest
from newsroom import TOP, Newsroom, at

from publisher.errors import ContentError
from publisher.site.output import tree

# Publishing --------------------------------------------------------------------------------------


def test_what_is_due_is_published(quick: Newsroom) -> None:
    """Archive, site, one message per edition, and the row at its last step."""
    quick.entry("one")
    report = quick.publish()
    assert report.published == ("daily 2026-04-26",)
    assert (report.mailed, len(quick.mails())) == (2, 2)
    assert (quick.root / "public/zh/daily/2026-04-26/index.html").is_file()
    assert quick.steps() == {"daily 2026-04-26": "mailed"}
    assert quick.carried() == ["one"]


def test_publishing_again_changes_nothing(quick: Newsroom) -> None:
    """No byte, no date, no second message."""
    quick.entry("one")
    quick.publish()
    before, dates = quick.settled(), quick.dates()
    report = quick.publish()
    assert (report.published, report.changed, report.mailed) == ((), 0, 0)
    assert (quick.settled(), quick.dates()) == (before, dates)


def test_backfill_again_changes_nothing(quick: Newsroom) -> None:
    """It says what is there, and writes nothing."""
    quick.entry("one")
    quick.issue("2026-04-26")
    quick.publish(all_files=True)
    before, dates = quick.settled(), quick.dates()
    report = quick.publish(all_files=True)
    assert (report.changed, report.removed, report.mailed) == (0, 0, 0)
    assert [each.edition for each in report.editions] == ["zh", "en"]
    assert (quick.settled(), quick.dates()) == (before, dates)


def test_the_report_of_an_edition(quick: Newsroom) -> None:
    """Bulletin, issue, entries, bytes of mail, pages and feeds."""
    quick.entry("one", tags=["x"])
    quick.entry("two")
    first = quick.publish().editions[0]
    assert (first.bulletin, first.issue, first.edition, first.entries) == (
        "daily", "2026-04-26", "zh", 2,
    )  # fmt: skip
    assert first.email_bytes > 100
    assert (first.pages, first.feeds) == (3, 7)


def test_dates_are_not_counted_as_entries(quick: Newsroom) -> None:
    """They have pages, though."""
    dates = {"id": "dates", "block": "calendar", "select": {"kinds": ["signal"]}}
    quick.bulletin("daily", sections=[TOP | {"select": {"kinds": ["event"]}}, dates])
    quick.entry("one")
    quick.entry("two", kind="signal", happened="2026-05-01")
    first = quick.publish().editions[0]
    assert (first.entries, first.pages) == (1, 3)


def test_nothing_before_the_slot(quick: Newsroom) -> None:
    """The issue of yesterday, which has nothing in it, is all that is due."""
    quick.entry("one")
    report = quick.publish(time="17:59")
    assert (report.published, report.skipped[0][:22]) == ((), "daily 2026-04-25: has ")


def test_a_skipped_issue_is_not_tried_again(quick: Newsroom) -> None:
    """It is settled, until it gets a file."""
    assert quick.publish().skipped
    assert quick.publish().skipped == ()
    quick.entry("one")
    quick.issue("2026-04-26")
    assert quick.publish(all_files=True).published == ("daily 2026-04-26",)


def test_backfill_publishes_the_oldest_first(quick: Newsroom) -> None:
    """Over all bulletins; numbers follow the order."""
    quick.bulletin("early", schedule={"at": "08:00"}, window={"days": 2})
    quick.entry("one")
    for bulletin, name in (
        ("daily", "2026-04-26"),
        ("early", "2026-04-27"),
        ("daily", "2026-04-25"),
    ):
        quick.issue(name, bulletin)
    quick.entry("two", "2026-04-25")
    report = quick.publish(all_files=True)
    assert report.published == ("daily 2026-04-25", "daily 2026-04-26", "early 2026-04-27")
    assert [quick.issue_of(f"2026-04-2{n}").issue.number for n in (5, 6)] == [1, 2]


def test_an_issue_file_without_its_day_having_a_slot(quick: Newsroom) -> None:
    """A daily of weekdays may have a special number on a Sunday."""
    quick.bulletin("daily", schedule={"at": "18:00", "on": ["mon"]})
    quick.entry("one")
    quick.issue("2026-04-26")
    assert quick.publish(all_files=True).mailed == 2


def test_backfill_mails_also_what_is_old(quick: Newsroom) -> None:
    """As if now were its slot."""
    quick.entry("one")
    quick.issue("2026-04-26")
    quick.publish("2026-06-01", all_files=True)
    assert quick.steps() == {"daily 2026-04-26": "mailed"}


# Late, held, strict ------------------------------------------------------------------------------


@pytest.mark.parametrize(("time", "step"), [("06:00", "mailed"), ("06:01", "not-mailed")])
def test_a_late_issue_is_published_and_not_mailed(quick: Newsroom, time: str, step: str) -> None:
    """A daily that is more than twelve hours late."""
    quick.entry("one")
    quick.publish("2026-04-27", time)
    assert quick.steps() == {"daily 2026-04-26": step}
    assert (quick.root / "public/zh/daily/2026-04-26/index.html").is_file()
    assert bool(quick.mails()) is (step == "mailed")


def test_a_late_issue_says_why(quick: Newsroom) -> None:
    """The row names its slot, and a later run does not mail it either."""
    quick.entry("one")
    quick.publish("2026-04-27", "12:00")
    row = quick.app().rows.get("daily", "2026-04-26")
    assert row is not None
    assert row.reason.startswith("late: its slot was 2026-04-26T")
    quick.publish("2026-04-27", "12:05")
    assert quick.mails() == {}


def test_a_held_issue_does_not_keep_another(quick: Newsroom) -> None:
    """It is told and remembered; the other bulletin goes out."""
    quick.bulletin("strict", strict=True)
    quick.entry("one")
    quick.file("content/entries/2026/04/26/broken.yaml", "titel: x\n")
    report = quick.publish()
    assert report.published == ("daily 2026-04-26",)
    assert "strict 2026-04-26 is strict" in report.held[0]
    assert "content/entries/2026/04/26/broken.yaml:1:1" in report.held[0]
    assert quick.steps() == {"daily 2026-04-26": "mailed", "strict 2026-04-26": "held"}


def test_a_held_issue_comes_when_it_is_mended(quick: Newsroom) -> None:
    """The same evening it is mailed like any other."""
    quick.bulletin("daily", strict=True)
    quick.entry("one")
    quick.file("content/entries/2026/04/26/broken.yaml", "titel: x\n")
    assert quick.publish().held
    quick.entry("broken")
    report = quick.publish(time="19:00")
    assert (report.held, report.published, report.mailed) == ((), ("daily 2026-04-26",), 2)


def test_a_broken_entry_is_left_out_loudly(quick: Newsroom) -> None:
    """The rest goes out, and the problem is told with its place."""
    quick.entry("one")
    quick.file("content/entries/2026/04/26/broken.yaml", "kind: event\ntitel: x\n")
    report = quick.publish()
    assert quick.carried() == ["one"]
    assert str(report.problems[0]).startswith("content/entries/2026/04/26/broken.yaml:")


def test_a_broken_entry_comes_when_it_is_mended(quick: Newsroom) -> None:
    """In the next issue, as a late one."""
    quick.entry("one")
    quick.file("content/entries/2026/04/26/broken.yaml", "titel: x\n")
    quick.publish()
    quick.entry("broken")
    quick.entry("two", "2026-04-27")
    quick.publish("2026-04-27")
    assert quick.carried("2026-04-27") == ["two", "broken"]


def test_backfill_stops_for_one_problem(quick: Newsroom) -> None:
    """Before anything is written."""
    quick.entry("one")
    quick.issue("2026-04-26")
    quick.bulletin("signals", sections=[TOP | {"select": {"kinds": ["signal"]}}])
    quick.issue("2026-04-26", "signals")
    with pytest.raises(ContentError, match="signals 2026-04-26 selects nothing"):
        quick.publish(all_files=True)
    assert not (quick.root / "var/archive").exists()
    assert not (quick.root / "public").exists()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("content/publication.yaml", "name: [\n"),
        ("content/bulletins/daily.yaml", "cadence: hourly\n"),
    ],
)
def test_broken_settings_stop_before_anything_is_written(
    quick: Newsroom, path: str, text: str
) -> None:
    """Where there is no earlier version to go back to; the place is told."""
    quick.entry("one")
    quick.file(path, text)
    with pytest.raises(ContentError, match=path):
        quick.app(at("2026-04-26")).publish()
    assert sorted(each.name for each in quick.root.iterdir()) == ["content"]


def test_a_broken_issue_file_holds_its_issue(quick: Newsroom) -> None:
    """And no other; it comes out when it is mended."""
    quick.bulletin("late", sections=[TOP])
    quick.entry("one")
    quick.issue("2026-04-26", leed="x")
    report = quick.publish()
    assert report.published == ("late 2026-04-26",)
    assert "content/issues/daily/2026-04-26.yaml has errors" in report.held[0]
    quick.issue("2026-04-26", lead="2026/04/26/one")
    assert quick.publish(time="18:30").published == ("daily 2026-04-26",)


def test_a_broken_issue_file_of_another_day_holds_nothing(quick: Newsroom) -> None:
    """It is told, and so is one that belongs to no bulletin."""
    quick.entry("one")
    quick.issue("2026-04-29", leed="x")
    quick.issue("2026-04-26", "nobody", lead="2026/04/26/one")
    report = quick.publish()
    assert report.published == ("daily 2026-04-26",)
    assert {each.path for each in report.problems} == {
        "content/issues/daily/2026-04-29.yaml",
        "content/issues/nobody/2026-04-26.yaml",
    }


def test_the_last_good_bulletin_is_used(quick: Newsroom) -> None:
    """What was committed counts, that is told loudly, and kept in mind until it is mended."""
    quick.entry("one")
    quick.commit()
    quick.bulletin("daily", cadence="hourly")
    report = quick.publish()
    assert report.published == ("daily 2026-04-26",)
    assert [each.severity for each in report.problems] == ["error", "warning"]
    assert "this file is broken: its version of commit" in report.problems[1].what
    assert [each.key for each in quick.app().post.troubles.all()] == [
        "broken:content/bulletins/daily.yaml"
    ]
    quick.bulletin("daily")
    quick.publish("2026-04-27")
    assert quick.app().post.troubles.all() == []


def test_a_dry_run_keeps_nothing_in_mind(quick: Newsroom) -> None:
    """It tells of a broken file, and that is all."""
    quick.entry("one")
    quick.commit()
    quick.bulletin("daily", cadence="hourly")
    report = quick.publish(dry_run=True)
    assert len(report.problems) == 2
    assert quick.app().post.troubles.all() == []


def test_a_bulletin_that_was_never_good_stops_no_other(quick: Newsroom) -> None:
    """It is left out, and told."""
    quick.entry("one")
    quick.file("content/bulletins/weekly.yaml", "cadence: hourly\n")
    quick.commit()
    report = quick.publish()
    assert report.published == ("daily 2026-04-26",)
    assert "this file is left out" in report.problems[-1].what


def test_a_bulletin_whose_calendar_was_never_good_stops_no_other(quick: Newsroom) -> None:
    """It does not come out as if there were no holidays; others do, and the reason is told."""
    quick.entry("one")
    follows = {"on": "mon", "at": "18:00", "calendar": "cn"}
    quick.bulletin("weekly", cadence="weekly", schedule=follows)
    quick.file("content/calendars/cn.yaml", "holidays: [")
    quick.commit()
    report = quick.publish()
    assert report.published == ("daily 2026-04-26",)
    assert [each.key for each in quick.app().post.troubles.all()] == [
        "broken:content/bulletins/weekly.yaml", "broken:content/calendars/cn.yaml",
    ]  # fmt: skip
    assert any("was never right" in each.what for each in report.problems)


def test_a_backfill_goes_back_to_nothing(quick: Newsroom) -> None:
    """Who publishes every issue at once is at the keyboard: what is broken stops it."""
    quick.entry("one")
    quick.issue("2026-04-26")
    quick.commit()
    quick.bulletin("daily", cadence="hourly")
    with pytest.raises(ContentError, match=r"daily\.yaml"):
        quick.publish(all_files=True)


def test_a_proof_is_of_what_is_written_now(quick: Newsroom) -> None:
    """Nobody is shown the issue that an earlier version would make."""
    quick.entry("one")
    quick.commit()
    quick.bulletin("daily", cadence="hourly")
    with pytest.raises(ContentError, match=r"daily\.yaml"):
        quick.app(at("2026-04-26")).proof("daily", "2026-04-26")


# Once --------------------------------------------------------------------------------------------


def test_what_is_filed_on_a_holiday_comes_in_the_next_issue(quick: Newsroom) -> None:
    """As a late one; on the holiday itself nothing comes out."""
    holidays = {"holidays": [{"on": "2026-04-26", "name": "Harbour Day"}]}
    quick.file("content/calendars/own.yaml", holidays)
    quick.bulletin("daily", schedule={"at": "18:00", "calendar": "own"})
    quick.publish("2026-04-25")
    quick.entry("one", "2026-04-26")
    assert quick.publish("2026-04-26").published == ()
    quick.entry("two", "2026-04-27")
    assert quick.publish("2026-04-27").published == ("daily 2026-04-27",)
    assert quick.carried("2026-04-27") == ["two", "one"]


def test_a_late_entry_comes_once(quick: Newsroom) -> None:
    """Filed under yesterday after yesterday's issue was out."""
    quick.entry("one")
    quick.publish()
    quick.entry("late")
    for day in ("27", "28"):
        quick.entry("new", f"2026-04-{day}")
        quick.publish(f"2026-04-{day}")
    assert quick.carried("2026-04-27") == ["new", "late"]
    assert quick.carried("2026-04-28") == ["new"]


def test_a_rejected_entry_never_comes_back(quick: Newsroom) -> None:
    """Lost to the cap on one day, it is no late entry of the next."""
    quick.bulletin("daily", sections=[TOP | {"max": 1}])
    quick.entry("one", importance=5)
    quick.entry("two")
    quick.publish()
    quick.publish("2026-04-27")
    assert quick.steps()["daily 2026-04-27"] == "skipped"


def test_several_bulletins_carry_the_same_entry(quick: Newsroom) -> None:
    """Frozen once, published with the first of them."""
    quick.bulletin("early", schedule={"at": "08:00"})
    entry = quick.entry("one")
    quick.publish()
    assert quick.carried("2026-04-26", "early") == quick.carried() == ["one"]
    assert quick.entry_of(entry).published < at("2026-04-26", "08:01")
    assert list(tree(quick.root / "var/archive/entries")) == ["2026/04/26/one/1.json"]


def test_a_renamed_entry_is_not_carried_again(quick: Newsroom) -> None:
    """It is known by its alias, also on the next day."""
    one = quick.entry("one")
    quick.publish()
    quick.rename(one, "2026/04/26/new-name")
    quick.publish("2026-04-27")
    assert quick.steps()["daily 2026-04-27"] == "skipped"


def test_a_renamed_entry_can_be_listed_by_its_new_name(quick: Newsroom) -> None:
    """`again: true` brings it once more, under its identity."""
    one = quick.entry("one")
    quick.publish()
    quick.rename(one, "2026/04/26/new-name")
    listed = {"entries": [{"id": "2026/04/26/new-name", "again": True}]}
    quick.issue("2026-04-27", sections={"top": listed})
    quick.publish("2026-04-27")
    assert quick.carried("2026-04-27") == ["one"]

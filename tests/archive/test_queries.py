"""What the index can be asked: what was published where."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from builders import LANGUAGES, both
from shelf import Shelf, written

from publisher.archive.queries import EntryKey
from publisher.content.entry import Correction, Entry

NOTE = {"date": "2026-04-27", "note": both("wrong")}


# Issues ------------------------------------------------------------------------------------------


def test_issues_the_newest_first(full: Shelf) -> None:
    """Of all bulletins or of one, of some days, so many."""
    index = full.index
    assert [f"{k.bulletin} {k.name}" for k in index.issues()] == [
        "dates 2026-05-02", "daily 2026-05-01", "daily 2026-04-27", "weekly 2026-04-27",
        "daily 2026-04-26",
    ]  # fmt: skip
    assert [k.name for k in index.issues("daily", limit=2)] == ["2026-05-01", "2026-04-27"]
    april = index.issues("daily", since="2026-04-", until="2026-04-~")
    assert [k.name for k in april] == ["2026-04-27", "2026-04-26"]


def test_an_issue_by_name(full: Shelf) -> None:
    """With its slot, day and number; None for one that never came out."""
    key = full.index.issue("daily", "2026-04-27")
    assert key is not None
    assert (key.number, key.day, key.revision) == (2, dt.date(2026, 4, 27), 1)
    assert key.slot == dt.datetime.fromisoformat("2026-04-27T18:00:00+08:00")
    assert full.index.issue("daily", "2026-04-28") is None


def test_issues_before_a_moment(full: Shelf) -> None:
    """Of some bulletins, the newest first; the moment itself is not before it."""
    last = full.index.issue("daily", "2026-05-01")
    assert last is not None
    found = full.index.issues_before(["daily", "weekly"], last.slot, 2)
    assert [(key.bulletin, key.name) for key in found] == [
        ("daily", "2026-04-27"), ("weekly", "2026-04-27"),
    ]  # fmt: skip
    assert full.index.issues_before(["weekly"], found[1].slot, 5) == []


def test_neighbours_are_of_the_same_bulletin(full: Shelf) -> None:
    """The issue before and the one after, by slot."""
    middle = full.index.issue("daily", "2026-04-27")
    assert middle is not None
    before, after = full.index.neighbours(middle)
    assert (before and before.name, after and after.name) == ("2026-04-26", "2026-05-01")
    assert after is not None
    assert full.index.neighbours(after) == (middle, None)


def special(moment: str, again: str) -> dict[str, Any]:
    """A one-off issue that carries an entry again."""
    return {
        "name": f"{moment[:10]}-launch",
        "file": {
            "publish_at": moment,
            "sections": {"top": {"entries": [{"id": again, "again": True}]}},
        },
    }


def test_one_offs_are_not_counted(shelf: Shelf) -> None:
    """They have no number, and are never the newest of the schedule."""
    assert shelf.index.newest_numbered("daily") is None
    one = written("one")
    shelf.publish(one)
    shelf.publish(one, **special("2026-04-27T09:30+08:00", one.id))
    two = shelf.publish(written("two", "2026/04/28"), name="2026-04-28")
    shelf.publish(one, **special("2026-04-29T09:30+08:00", one.id))
    assert [key.number for key in shelf.index.issues("daily")] == [None, 2, None, 1]
    assert (shelf.index.count("daily"), two.issue.number) == (2, 2)
    newest = shelf.index.newest_numbered("daily")
    assert newest is not None
    assert newest.name == "2026-04-28"
    earlier = shelf.index.newest_numbered("daily", two.issue.slot)
    assert earlier is not None
    assert earlier.name == "2026-04-26"
    assert shelf.index.newest_numbered("daily", earlier.slot) is None


def test_two_issues_of_one_moment_are_neighbours(shelf: Shelf) -> None:
    """None is lost between the others; names decide."""
    one = written("one")
    shelf.publish(one)
    shelf.publish(one, **special("2026-04-26T18:00+08:00", one.id))
    shelf.publish(written("two", "2026/04/27"), name="2026-04-27")
    names = ["2026-04-27", "2026-04-26-launch", "2026-04-26"]
    keys = shelf.index.issues("daily")
    assert [key.name for key in keys] == names
    for newer, older in pairwise(keys):
        assert shelf.index.neighbours(newer)[0] == older
        assert shelf.index.neighbours(older)[1] == newer


def test_months_with_their_issues(full: Shelf) -> None:
    """The newest first."""
    assert full.index.months("daily") == [(2026, 5, 1), (2026, 4, 2)]
    assert (full.index.count("daily"), full.index.count("none")) == (3, 0)


# Entries -----------------------------------------------------------------------------------------


def test_entries_by_tag_story_and_month(full: Shelf) -> None:
    """Of the bulletins that are asked for, as their newest revisions say, the newest first."""
    index, both_slugs = full.index, ["daily", "weekly"]
    assert [key.id[8:] for key in index.entries(both_slugs)] == ["01/d", "27/c", "26/a", "26/b"]
    assert [key.id[8:] for key in index.entries(both_slugs, tag="y")] == ["27/c", "26/b"]
    assert [key.id[8:] for key in index.entries(both_slugs, story="deal")] == ["26/a"]
    assert [key.id[8:] for key in index.entries(both_slugs, month="2026-05")] == ["01/d"]
    assert [key.id[8:] for key in index.entries(["weekly"])] == ["26/a"]
    assert [key.id[8:] for key in index.entries(both_slugs, limit=1)] == ["01/d"]
    assert index.entries([]) == []


def test_entries_published_before_another(full: Shelf) -> None:
    """What came earlier in a story."""
    moment = full.library.newest(["2026/04/27/c"])["2026/04/27/c"].published
    found = full.index.entries(["daily"], before=moment)
    assert [key.id for key in found] == ["2026/04/26/a", "2026/04/26/b"]


def test_counts(full: Shelf) -> None:
    """Of each value, in its order."""
    assert full.index.counts("tag", ["daily"]) == [("x", 2), ("y", 2)]
    assert full.index.counts("tag", ["weekly"]) == [("x", 1)]
    assert full.index.counts("story", ["daily"]) == [("deal", 1)]
    assert full.index.counts("month", ["daily"]) == [("2026-04", 3), ("2026-05", 1)]


def test_a_renamed_entry_has_many_names(full: Shelf) -> None:
    """Each leads to the one identity; every name but the current one is an alias."""
    index = full.index
    assert index.identity("2026/04/27/e") == index.identity("2026/04/27/c") == "2026/04/27/c"
    assert index.aliases("2026/04/27/c") == ["2026/04/27/c"]
    assert index.entry("2026/04/27/c") == EntryKey("2026/04/27/c", 2)
    assert index.entry("2026/04/27/e") is None
    assert index.identity("2026/04/27/x") is None


def test_where_an_entry_was_carried(full: Shelf) -> None:
    """The oldest issue first."""
    found = full.index.carried_in("2026/04/26/a")
    assert [(key.bulletin, key.name) for key in found] == [
        ("daily", "2026-04-26"), ("weekly", "2026-04-27"),
    ]  # fmt: skip


# Dates -------------------------------------------------------------------------------------------

CALENDAR = {"id": "dates", "block": "calendar", "select": {"kinds": ["signal"]}}
NEWS = {"id": "top", "block": "entries", "select": {"kinds": ["event"]}, "optional": True}
DATED = {"sections": [CALENDAR, NEWS], "slug": "weekly"}


def date(name: str, happened: str | None, **changes: Any) -> Entry:
    """A date for the calendar."""
    return written(name, kind="signal", happened=happened, **changes)


def test_a_date_in_a_calendar_was_not_carried(shelf: Shelf) -> None:
    """It comes again, and may be news yet; but its issue shows it."""
    shelf.publish(date("a", "2026-05-01"), written("b"), **DATED)
    assert list(shelf.index.carried("weekly", "")) == ["2026/04/26/b"]
    assert [key.name for key in shelf.index.carried_in("2026/04/26/a")] == ["2026-04-26"]
    assert [key.id[11:] for key in shelf.index.entries(["weekly"])] == ["a", "b"]
    assert shelf.index.counts("month", ["weekly"]) == [("2026-04", 2)]


def test_what_is_news_and_date_was_carried(shelf: Shelf) -> None:
    """Where an issue shows it in both ways."""
    sections = [CALENDAR | {"select": {}}, NEWS]
    shelf.publish(written("a", happened="2026-05-01"), slug="weekly", sections=sections)
    assert list(shelf.index.carried("weekly", "")) == ["2026/04/26/a"]
    assert [key.id for key in shelf.index.calendar("weekly", dt.date.min)] == ["2026/04/26/a"]


def test_what_is_ahead_of_a_day(shelf: Shelf) -> None:
    """Of all bulletins: what ends after it and begins by another day, the earliest first."""
    dates = {"over": "2026-04-27", "goes-on": "2026-04-20/2026-04-28", "month": "2026-05",
             "last": "2026-05-31", "far": "2026-06-01"}  # fmt: skip
    sections = [NEWS | {"select": {}}]
    shelf.publish(*(date(name, day) for name, day in dates.items()), sections=sections)
    found = shelf.index.upcoming(dt.date(2026, 4, 27), dt.date(2026, 5, 31))
    assert [key.id[11:] for key in found] == ["goes-on", "month", "last"]


def test_the_calendar_of_a_bulletin(shelf: Shelf) -> None:
    """What its calendars ever showed, as it is now, from a day on."""
    shelf.publish(date("a", "2026-05-01"), date("b", "2026-05-03"), file={}, **DATED)
    shelf.publish(written("c", day="2026/05/10"), name="2026-05-10", **DATED)
    shelf.publish(date("d", "2026-05-01"), sections=[NEWS | {"select": {}}], slug="daily")
    shelf.revise(date("a", "2026-05-04", corrections=[NOTE]))

    def shown(day: int, bulletin: str = "weekly") -> list[str]:
        return [key.id[11:] for key in shelf.index.calendar(bulletin, dt.date(2026, 5, day))]

    assert (shown(1), shown(4), shown(5)) == (["b", "a"], ["a"], [])
    assert shown(1, "daily") == []


def test_a_date_that_is_none_any_more_leaves_the_calendar(shelf: Shelf) -> None:
    """A correction may take the day away."""
    shelf.publish(date("a", "2026-05-01"), written("b"), **DATED)
    shelf.revise(date("a", None, corrections=[NOTE]))
    assert shelf.index.calendar("weekly", dt.date.min) == []


# History -----------------------------------------------------------------------------------------


def test_what_a_bulletin_carried_since_a_day(full: Shelf) -> None:
    """With the issue."""
    assert full.index.carried("daily", "2026/04/27") == {
        "2026/04/27/c": "2026-04-27",
        "2026/05/01/d": "2026-05-01",
    }
    assert full.index.carried("weekly", "") == {"2026/04/26/a": "2026-04-27"}


def test_what_a_bulletin_dropped_for_good(shelf: Shelf) -> None:
    """Cap and duplicate; not what no section took."""
    sections = [{"id": "top", "block": "entries", "select": {"kinds": ["event"]}, "max": 1}]
    shelf.publish(
        written("a"), written("b"), written("c", kind="signal"), sections=sections
    )  # fmt: skip
    assert list(shelf.index.rejected("daily", "")) == ["2026/04/26/b"]
    assert "cap in 2026-04-26" in shelf.index.rejected("daily", "")["2026/04/26/b"]
    assert shelf.index.rejected("daily", "2026/04/27") == {}


def test_a_correction_is_told_by_the_next_issue_of_each_bulletin(shelf: Shelf) -> None:
    """Of each that carried the entry, once."""
    shelf.publish(written("a"), written("b"), name="2026-04-26")
    shelf.publish(written("a"), slug="weekly", name="2026-04-26")
    shelf.publish(written("z"), slug="other", name="2026-04-26")
    shelf.revise(written("a", corrections=[NOTE]))
    told = {slug: shelf.index.notices(slug) for slug in ("daily", "weekly", "other", "new")}
    assert {slug: [n.entry for n in found] for slug, found in told.items()} == {
        "daily": ["2026/04/26/a"], "weekly": ["2026/04/26/a"], "other": [], "new": [],
    }  # fmt: skip
    shelf.publish(written("c", day="2026/04/27"), name="2026-04-27")
    assert shelf.index.notices("daily") == []
    assert [n.entry for n in shelf.index.notices("weekly")] == ["2026/04/26/a"]


def test_a_correction_that_came_with_the_entry_is_no_notice(shelf: Shelf) -> None:
    """Nothing wrong was ever published."""
    shelf.publish(written("a", corrections=[NOTE]))
    assert shelf.index.notices("daily") == []


def test_a_translation_needs_no_note(shelf: Shelf) -> None:
    """Only corrections do."""
    shelf.publish(written("a", title={"zh": "题"}, corrections=[NOTE]))
    shelf.revise(written("a", corrections=[NOTE]), "translation")
    assert shelf.index.notices("daily") == []


def test_only_the_new_note_is_told(shelf: Shelf) -> None:
    """An entry that is corrected twice tells each once."""
    shelf.publish(written("a"), name="2026-04-26")
    shelf.revise(written("a", corrections=[NOTE]))
    shelf.publish(written("b", day="2026/04/27"), name="2026-04-27")
    second = {"date": "2026-04-28", "note": both("again")}
    shelf.revise(written("a", corrections=[NOTE, second]))
    (notice,) = shelf.index.notices("daily")
    assert notice.correction.note["en"] == "again (en)"


def test_the_last_commit_that_was_processed(shelf: Shelf) -> None:
    """The newest that a record names."""
    assert shelf.index.last_commit is None
    shelf.publish(written("a"), commit="1" * 40)
    shelf.publish(written("b"), name="2026-04-27")
    assert shelf.index.last_commit == "1" * 40


def test_a_correction_of_a_date_is_told_as_well(shelf: Shelf) -> None:
    """Once, by the next issue of the bulletin in whose calendar it stood."""
    shelf.publish(date("a", "2026-05-01"), written("b"), **DATED)
    shelf.publish(date("a", "2026-05-01"), written("b"), name="2026-04-27", file={}, **DATED)
    shelf.revise(date("a", "2026-05-02", corrections=[NOTE]))
    assert [each.entry for each in shelf.index.notices("weekly")] == ["2026/04/26/a"]
    told = shelf.publish(name="2026-04-28", file={}, **DATED).issue
    assert [each.entry for each in told.notices] == ["2026/04/26/a"]
    assert shelf.index.notices("weekly") == []


def test_a_correction_of_an_issue_is_told_by_the_next(shelf: Shelf) -> None:
    """With the title of that issue; other bulletins have nothing to do with it."""
    issue = shelf.publish(written("a"))
    shelf.publish(written("a"), slug="weekly")
    corrected = {"corrections": [Correction.model_validate(NOTE, context=LANGUAGES)]}
    shelf.revise_issue(issue, issue.issue.model_copy(update=corrected))
    (notice,) = shelf.index.notices("daily")
    assert (notice.issue, notice.entry) == ("daily/2026-04-26", None)
    assert notice.title == issue.issue.title
    assert notice.correction.note["en"] == "wrong (en)"
    assert shelf.index.notices("weekly") == []
    told = shelf.publish(written("b", day="2026/04/27"), name="2026-04-27").issue
    assert (told.notices, shelf.index.notices("daily")) == ([notice], [])


def test_corrections_are_told_in_the_order_in_which_they_came(shelf: Shelf) -> None:
    """Of issues and entries together."""
    issue = shelf.publish(written("a"), written("b"))
    shelf.revise(written("b", corrections=[NOTE]))
    corrected = {"corrections": [Correction.model_validate(NOTE, context=LANGUAGES)]}
    shelf.revise_issue(issue, issue.issue.model_copy(update=corrected))
    shelf.revise(written("a", corrections=[NOTE]))
    assert [each.entry or each.issue for each in shelf.index.notices("daily")] == [
        "2026/04/26/b", "daily/2026-04-26", "2026/04/26/a",
    ]  # fmt: skip


def test_a_correction_that_came_with_the_issue_is_no_notice(shelf: Shelf) -> None:
    """It was never published otherwise; neither is one that a translation follows."""
    issue = shelf.publish(written("a"), file={"corrections": [NOTE]})
    shelf.revise_issue(issue, issue.issue, "translation")
    assert shelf.index.notices("daily") == []


def test_a_month_changed_when_something_came_was_revised_or_left(shelf: Shelf) -> None:
    """Its own entries and issues alone; one that is filed under another month has left it."""
    shelf.publish(written("a"))
    # The entries of an issue are a moment later than it, to be in their order.
    came = shelf.library.newest(["2026/04/26/a"])["2026/04/26/a"].at
    assert shelf.index.changed() == {"2026-04": came}
    revised = shelf.revise(written("a", title=both("new"))).at
    later = shelf.publish(name="2026-05-01", file={}, **DATED).at
    assert shelf.index.changed() == {"2026-04": revised, "2026-05": later}
    moved = written("a", day="2026/03/31", aliases=["2026/04/26/a"])
    left = shelf.revise(moved, "rename", "2026/04/26/a").at
    assert shelf.index.changed() == {"2026-03": left, "2026-04": left, "2026-05": later}


def test_a_month_changed_when_another_bulletin_took_an_entry_of_it(shelf: Shelf) -> None:
    """Editions may have a page of it that had none before."""
    shelf.publish(written("a"))
    taken = shelf.publish(written("a"), slug="weekly", name="2026-05-01")
    assert shelf.index.changed() == {"2026-04": taken.at, "2026-05": taken.at}

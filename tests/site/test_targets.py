"""What the site consists of, and what a change touches."""

from __future__ import annotations

from typing import Any

import pytest
from builders import both, table
from shelf import Shelf, written

from publisher.archive.records import read_log
from publisher.content.entry import Entry
from publisher.issue.supplies import Supplies
from publisher.site.targets import FRONT, Target, everything, touched

A = "2026/04/26/a"
NOTE = {"date": "2026-04-27", "note": both("wrong")}


@pytest.fixture
def shelf() -> Shelf:
    """Three dailies, the second of which tells a story on."""
    shelf = Shelf()
    shelf.publish(written("a", tags=["x"], story="deal"), name="2026-04-26")
    shelf.publish(written("b", day="2026/04/27", story="deal", tags=["y"]), name="2026-04-27")
    shelf.publish(written("c", day="2026/05/01"), name="2026-05-01")
    return shelf


def touched_since(shelf: Shelf, log: int) -> list[Target]:
    """What the records after a number touch."""
    return touched(shelf.library, read_log(shelf.store, log))


def test_everything(shelf: Shelf) -> None:
    """Each thing once: entries, issues, archives by month and year, lists, and the front."""
    found = list(everything(shelf.index))
    assert len(found) == len(set(found))
    kinds = {kind: sum(each.kind == kind for each in found) for kind, *_ in found}
    assert kinds == {
        "frame": 1, "entry": 3, "issue": 3, "bulletin": 1, "year": 1, "month": 2, "tag": 2,
        "story": 1, "entries-month": 2, "tag-year": 2, "stories-year": 1, "entries-year": 1,
        "sitemap-month": 2, "feed-archive": 2, **{each.kind: 1 for each in FRONT},
    }  # fmt: skip


def test_what_is_linked_to_comes_first(shelf: Shelf) -> None:
    """Entries before issues, these before the lists, and the front last."""
    order = [each.kind for each in everything(shelf.index)]
    assert order[0] == "frame"
    assert order.index("issue") > order.index("entry")
    assert order.index("bulletin") > order.index("issue")
    assert tuple(order[-len(FRONT) :]) == tuple(each.kind for each in FRONT)


def test_a_new_issue_touches_its_neighbour_and_its_lists(shelf: Shelf) -> None:
    """Not the whole archive."""
    found = set(touched_since(shelf, 2))
    assert {each.name for each in found if each.kind == "issue"} == {
        ("daily", "2026-04-27"), ("daily", "2026-05-01"),
    }  # fmt: skip
    assert {each.name for each in found if each.kind == "entry"} == {("2026/05/01/c",)}
    assert Target("month", ("daily", "2026", "5")) in found
    assert Target("entries-month", ("2026-05",)) in found
    assert set(FRONT) <= found
    assert not {each for each in found if each.kind in {"tag", "story", "frame"}}


def test_a_story_that_goes_on_touches_no_earlier_entry(shelf: Shelf) -> None:
    """“Earlier in this story” stands on the pages of later ones alone."""
    found = touched_since(shelf, 1)
    assert Target("entry", ("2026/04/26/a",)) not in found
    assert Target("story", ("deal",)) in found
    assert Target("tag", ("x",)) not in found


def test_a_correction_touches_every_issue_that_carries_the_entry(shelf: Shelf) -> None:
    """And the lists it stands in."""
    shelf.revise(written("a", tags=["x"], story="deal", title=both("new"), corrections=[NOTE]))
    found = touched_since(shelf, 3)
    assert Target("issue", ("daily", "2026-04-26")) in found
    assert Target("tag", ("x",)) in found
    assert Target("issue", ("daily", "2026-05-01")) not in found


def test_a_correction_touches_the_issues_that_tell_the_story_on(shelf: Shelf) -> None:
    """“Earlier in this story” stands in them, too; not what came before the correction."""
    shelf.revise(written("a", tags=["x"], story="deal", title=both("new"), corrections=[NOTE]))
    assert Target("issue", ("daily", "2026-04-27")) in touched_since(shelf, 3)
    shelf.revise(written("b", day="2026/04/27", story="deal", tags=["y"], corrections=[NOTE]))
    found = touched_since(shelf, 4)
    assert Target("issue", ("daily", "2026-04-26")) not in found
    assert Target("entry", ("2026/04/26/a",)) not in found


def test_an_entry_that_leaves_a_list_touches_it(shelf: Shelf) -> None:
    """Tag, story and month that it had; and who tells the story that it left."""
    shelf.revise(
        written("a", tags=[], corrections=[NOTE], id="2026/03/01/a", aliases=[A]), identity=A
    )
    found = touched_since(shelf, 3)
    for target in (
        Target("tag", ("x",)), Target("tag-year", ("x", "2026")), Target("story", ("deal",)),
        Target("stories-year", ("2026",)), Target("entries-month", ("2026-04",)),
        Target("entries-month", ("2026-03",)), Target("sitemap-month", ("2026-04",)),
        Target("sitemap-month", ("2026-03",)), Target("entry", ("2026/04/27/b",)),
        Target("issue", ("daily", "2026-04-27")),
    ):  # fmt: skip
        assert target in found


CALENDAR = {"id": "dates", "block": "calendar", "select": {"kinds": ["signal"]}}
NEWS = {"id": "top", "block": "entries", "select": {"kinds": ["event"]}, "optional": True}
DATED = {"slug": "dated", "sections": [CALENDAR, NEWS], "file": {}}


def date(**changes: Any) -> Entry:
    """A date of a story, with a tag."""
    dated = {"kind": "signal", "happened": "2026-06-01", "tags": ["z"], "story": "deal"}
    return written("date", **(dated | changes))


def test_a_date_that_comes_again_touches_little(shelf: Shelf) -> None:
    """The new issue, the one before, the bulletin, the date's page and time line: not its lists."""
    shelf.publish(date(), name="2026-04-26", **DATED)
    shelf.publish(name="2026-04-27", **DATED)
    log = shelf.index.last_log
    shelf.publish(name="2026-04-28", **DATED)
    found = set(touched_since(shelf, log))
    assert {each for each in found if each.kind in ("entry", "issue", "bulletin")} == {
        Target("entry", ("2026/04/26/date",)), Target("bulletin", ("dated",)),
        Target("issue", ("dated", "2026-04-28")), Target("issue", ("dated", "2026-04-27")),
    }  # fmt: skip
    assert Target("story", ("deal",)) in found  # it says which issue was the first to tell
    assert not {each for each in found if each.kind in {"tag", "entries-month"}}


def test_a_correction_of_a_date_touches_every_calendar(shelf: Shelf) -> None:
    """And the bulletin, which has them all in one file for calendar programs."""
    for day in ("26", "27"):
        shelf.publish(date(), name=f"2026-04-{day}", **DATED)
    log = shelf.index.last_log
    shelf.revise(date(happened="2026-06-02", corrections=[NOTE]))
    found = touched_since(shelf, log)
    for target in (
        Target("issue", ("dated", "2026-04-26")), Target("issue", ("dated", "2026-04-27")),
        Target("bulletin", ("dated",)), Target("entry", ("2026/04/26/date",)),
        Target("tag", ("z",)),
    ):  # fmt: skip
        assert target in found


def test_an_entry_in_a_new_edition_touches_its_lists(shelf: Shelf) -> None:
    """Readers of that edition have not seen it; those of the others have."""
    zh_only, everywhere = {"slug": "zh", "editions": ["zh"]}, {"slug": "again"}
    entry = written("e", day="2026/05/02", tags=["new"])
    shelf.publish(entry, name="2026-05-02", **zh_only)
    lists = []
    for options in ({"slug": "zh-too", "editions": ["zh"]}, everywhere, {"slug": "more"}):
        log = shelf.index.last_log
        shelf.publish(entry, name="2026-05-02", **options)
        lists.append(Target("tag", ("new",)) in touched_since(shelf, log))
    assert lists == [False, True, False]


def test_issues_that_came_together_are_counted_as_one(shelf: Shelf) -> None:
    """The second one does not hide that the first brought the entry."""
    log, entry = shelf.index.last_log, written("e", day="2026/05/02", tags=["new"])
    shelf.publish(entry, name="2026-05-02")
    shelf.publish(entry, slug="again", name="2026-05-02")
    assert Target("tag", ("new",)) in touched_since(shelf, log)


def test_a_correction_of_an_issue_touches_it(shelf: Shelf) -> None:
    """With its bulletin."""
    key = shelf.index.issue("daily", "2026-04-26")
    assert key is not None
    old = shelf.library.issue(key)
    shelf.revise_issue(old, old.issue)
    found = touched_since(shelf, 3)
    assert Target("issue", ("daily", "2026-04-26")) in found
    assert Target("bulletin", ("daily",)) in found


def test_no_record_touches_nothing_that_has_a_name(shelf: Shelf) -> None:
    """Only the front is left."""
    assert touched(shelf.library, []) == list(FRONT)


def test_a_table_that_goes_touches_its_issue(shelf: Shelf) -> None:
    """Rendered without it, the issue has no such file any more."""
    settings = {"sections": [{"id": "traffic", "block": "table"}, NEWS]}
    old = shelf.publish(
        written("t", day="2026/05/03"), name="2026-05-03", **settings,
        supplies=Supplies(tables={"traffic": table()}),
    )  # fmt: skip
    log, without = shelf.index.last_log, old.issue.sections[1:]
    shelf.revise_issue(old, old.issue.model_copy(update={"sections": without}))
    assert Target("issue", ("daily", "2026-05-03")) in touched_since(shelf, log)

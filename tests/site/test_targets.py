"""What the site consists of, and what a change touches."""

from __future__ import annotations

import pytest
from builders import both
from shelf import Shelf, written

from publisher.archive.records import read_log
from publisher.site.targets import FRONT, Target, everything, moves, touched

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
        "story": 1, "entries-month": 2, **{each.kind: 1 for each in FRONT},
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


def test_a_story_touches_its_earlier_entries(shelf: Shelf) -> None:
    """“Earlier in this story” stands on their pages, too."""
    found = touched_since(shelf, 1)
    assert Target("entry", ("2026/04/26/a",)) in found
    assert Target("story", ("deal",)) in found
    assert Target("tag", ("x",)) not in found


def test_a_correction_touches_every_issue_that_carries_the_entry(shelf: Shelf) -> None:
    """And the lists it stands in."""
    shelf.revise(written("a", tags=["x"], story="deal", title=both("new"), corrections=[NOTE]))
    found = touched_since(shelf, 3)
    assert Target("issue", ("daily", "2026-04-26")) in found
    assert Target("tag", ("x",)) in found
    assert Target("issue", ("daily", "2026-05-01")) not in found


def test_no_record_touches_nothing_that_has_a_name(shelf: Shelf) -> None:
    """Only the front is left."""
    assert touched(shelf.library, []) == list(FRONT)


@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        ({"title": both("new")}, False),
        ({"tags": ["x", "new"]}, True),
        ({"tags": []}, True),
        ({"story": "other"}, True),
        ({"story": None}, True),
        ({"aliases": ["2026/04/26/old"]}, True),
    ],
)
def test_an_entry_that_leaves_a_list(shelf: Shelf, changes: dict[str, object], moved: bool) -> None:
    """Tag, story or name: pages may be gone then."""
    same = {"tags": ["x"], "story": "deal", "corrections": [NOTE]}
    shelf.revise(written("a", **(same | changes)))
    assert moves(shelf.library, read_log(shelf.store, 3)) is moved


def test_an_issue_moves_nothing(shelf: Shelf) -> None:
    """Only revisions of entries do."""
    assert not moves(shelf.library, read_log(shelf.store, 0))

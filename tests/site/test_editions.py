"""What was published in which edition, and what stands near it there."""

from __future__ import annotations

from builders import publication, theme
from shelf import Shelf, written

from publisher.content.entry import Entry
from publisher.issue.issue import EntryRevision
from publisher.site.editions import Editions

TOP = {"id": "top", "block": "entries", "select": {}, "numbered": True}


def editions(shelf: Shelf) -> Editions:
    """The site over an archive."""
    return Editions(publication(), shelf.library, theme, "1")


def told(day: int, name: str = "e", **changes: object) -> Entry:
    """A step of the story, filed under a day of April."""
    return written(f"{name}{day}", day=f"2026/04/{day}", story="deal", **changes)


def publish(shelf: Shelf, *days: int, **options: object) -> None:
    """Daily issues with a step of the story each."""
    for day in days:
        shelf.publish(told(day), name=f"2026-04-{day}", **options)


def newest(shelf: Shelf, name: str) -> EntryRevision:
    """An entry of the story."""
    entry_id = f"2026/04/{name[1:]}/{name}"
    return shelf.library.newest([entry_id])[entry_id]


def names(found: tuple[EntryRevision, ...]) -> list[str]:
    """By file name."""
    return [each.entry.id[11:] for each in found]


def test_what_came_earlier_in_a_story() -> None:
    """The newest first, so many, published before it."""
    shelf = Shelf()
    publish(shelf, 20, 21, 22, 23)
    shelf.publish(written("other", day="2026/04/19"), name="2026-04-19")
    site = editions(shelf)
    assert names(site.earlier("zh", newest(shelf, "e23"), 2)) == ["e22", "e21"]
    assert names(site.earlier("zh", newest(shelf, "e21"), 5)) == ["e20"]
    assert site.earlier("zh", newest(shelf, "e20"), 5) == ()


def test_without_a_story_nothing_came_earlier() -> None:
    """However many entries have none."""
    shelf = Shelf()
    revision = shelf.publish(written("a"), written("b"))
    first = shelf.library.newest(["2026/04/26/a"])["2026/04/26/a"]
    assert editions(shelf).earlier("zh", first, 5) == ()
    assert editions(shelf).near_issue("zh", revision).earlier_of == {}


def test_each_edition_knows_its_own_bulletins() -> None:
    """What no bulletin of an edition carried has no page there."""
    shelf = Shelf()
    publish(shelf, 20, slug="chinese", editions=["zh"])
    publish(shelf, 21)
    site = editions(shelf)
    assert names(site.earlier("zh", newest(shelf, "e21"), 3)) == ["e20"]
    assert site.earlier("en", newest(shelf, "e21"), 3) == ()


def test_what_is_near_an_issue() -> None:
    """The issues before and after it, and at most three earlier steps for each entry."""
    shelf = Shelf()
    publish(shelf, 20, 21, 22, 23, 24, 25)
    key = shelf.index.issue("daily", "2026-04-24")
    assert key is not None
    near = editions(shelf).near_issue("zh", shelf.library.issue(key))
    assert (near.previous and near.previous.issue.name, near.next and near.next.issue.name) == (
        "2026-04-23", "2026-04-25",
    )  # fmt: skip
    assert {name: names(found) for name, found in near.earlier_of.items()} == {
        "2026/04/24/e24": ["e23", "e22", "e21"]
    }
    assert near.editions == ("zh", "en", "bilingual")


def test_entries_of_the_same_issue_are_not_earlier() -> None:
    """They stand there anyway; others come in their place."""
    shelf = Shelf()
    publish(shelf, 20, 21)
    sections = [TOP | {"id": kind, "select": {"kinds": [kind]}} for kind in ("event", "signal")]
    revision = shelf.publish(
        told(22), told(22, "f", kind="signal"), name="2026-04-22", sections=sections
    )
    near = editions(shelf).near_issue("zh", revision)
    assert {name[11:]: names(found) for name, found in near.earlier_of.items()} == {
        "e22": ["e21", "e20"], "f22": ["e21", "e20"],
    }  # fmt: skip

"""How much of a list stands in its feed."""

from __future__ import annotations

import pytest
from builders import publication
from newsroom import packaged_theme
from shelf import Shelf, written

from publisher.site.editions import Editions
from publisher.site.lists import Lists


@pytest.fixture
def shelf() -> Shelf:
    """An empty archive."""
    return Shelf()


def in_feed(shelf: Shelf) -> list[str]:
    """The names of the entries in the feed of the tag x, the newest first."""
    site = Editions(publication(), shelf.library, packaged_theme, "1")
    feed = Lists(site).tag("x")["zh/tags/x/atom.xml"].decode()
    return [part.split("/zh</id>", 1)[0].rsplit("/", 1)[1] for part in feed.split("<entry>")[1:]]


def test_a_tag_has_its_newest_entries_in_its_feed(shelf: Shelf) -> None:
    """Ten of many, where they come slowly."""
    for month in (3, 4):
        for day in (1, 9, 17, 25):
            entries = [written(f"e{month}-{day}-{n}", day=f"2026/0{month}/{day:02}", tags=["x"])
                       for n in range(2)]  # fmt: skip
            shelf.publish(*entries, name=f"2026-0{month}-{day:02}")
    assert len(in_feed(shelf)) == 10


def test_all_of_the_last_days_are_in_the_feed_of_a_tag(shelf: Shelf) -> None:
    """However many came: who looks once a week misses none."""
    for day in range(1, 8):
        entries = [written(f"e{day}-{n}", day=f"2026/04/0{day}", tags=["x"]) for n in range(3)]
        shelf.publish(*entries, name=f"2026-04-0{day}")
    assert len(in_feed(shelf)) == 21

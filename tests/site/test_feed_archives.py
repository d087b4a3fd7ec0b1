"""A feed can be read back to its beginning, and what was once archived stays (RFC 5005 §4)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from builders import both, publication, theme
from hypothesis import given
from hypothesis import strategies as st
from shelf import Shelf, written

from publisher.archive.records import read_log
from publisher.site.build import Builder
from publisher.site.editions import Editions
from publisher.site.feed_parts import MOST_ITEMS, MOST_WEIGHT, Parts, divided
from publisher.site.targets import Target, everything, touched

DAY = "2026/03/30"
EDITIONS = {"zh": ["zh"], "en": ["en"]}
CHINESE: dict[str, Any] = {"slug": "chinese", "editions": ["zh"]}
WIDE: dict[str, Any] = {"window": {"days": 366}}
KINDS = {"feed-archive", "bulletin", "entries"}
NOTE = {"date": "2026-06-01", "note": both("wrong")}
NEXT = re.compile(rb'\s*<link [^>]*rel="next-archive"[^>]*/>')
WEIGHED = st.lists(st.sampled_from([1, 800, 20_000, 50_000, MOST_WEIGHT + 1]), max_size=90)


class Site:
    """The feeds of a site, kept up to date by what new records touch."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.files: dict[str, bytes] = {}
        self._log = 0
        self._day = dt.date(2026, 3, 31)
        # Every feed says in which editions it is: both are there from the first.
        for settings in ({}, CHINESE):
            self.shelf.publish(written("other", DAY), name="2026-03-31", **WIDE, **settings)
        self.catch_up()

    def publish(self, *names: str, skip: int = 0, text: str = "", **settings: Any) -> set[Target]:
        """An issue of some entries, some days after the last."""
        self._day += dt.timedelta(days=1 + skip)
        entries = [written(name, DAY, summary=both(text) if text else None) for name in names]
        self.shelf.publish(*entries, name=f"{self._day}", **WIDE, **settings)
        return self.catch_up()

    def catch_up(self) -> set[Target]:
        """Render what is touched, and see that a full build has the same files."""
        records = list(read_log(self.shelf.store, self._log))
        self._log = self.shelf.index.last_log
        found = {each for each in touched(self.shelf.library, records) if each.kind in KINDS}
        builder = Builder(Editions(publication(editions=EDITIONS), self.shelf.library, theme, "1"))
        for target in found:
            self.files |= builder.render(target)
        known = [each for each in everything(self.shelf.index) if each.kind in KINDS]
        whole = {path: data for each in known for path, data in builder.render(each).items()}
        assert self.files.keys() == whole.keys()
        assert {path for path in whole if whole[path] != self.files[path]} == set()
        assert {each for each in found if each.kind == "feed-archive"} <= set(known)
        return {each for each in found if each.kind == "feed-archive"}

    def archives(self, feed: str = "en/entries") -> dict[str, bytes]:
        """The archives of a feed, by name, without the address of what came after each."""
        return {
            path.removeprefix(f"{feed}/archive/"): NEXT.sub(b"", data)
            for path, data in self.files.items()
            if path.startswith(f"{feed}/archive/")
        }

    def read_back(self, feed: str = "en/entries") -> list[list[str]]:
        """The items of a feed and of its archives, as a reader follows them, the newest first."""
        found, path = [], f"{feed}/atom.xml"
        later = ""
        while path:
            document = feedparser.parse(self.files[path])
            assert not document.bozo
            links = {each.rel: each.href for each in document.feed.links}
            assert file_of(links["self"]) == path
            is_archive = "fh_archive" in document.feed
            assert is_archive == bool(found)
            if is_archive:
                assert file_of(links["current"]) == f"{feed}/atom.xml"
                assert file_of(links.get("next-archive", "")) == later
                later = path
            found.append([each.id for each in document.entries])
            path = file_of(links.get("prev-archive", ""))
        return found


def file_of(url: str) -> str:
    """The file of an address."""
    return urlsplit(url).path.removeprefix("/")


@pytest.fixture
def site() -> Site:
    """Two months of issues, with as many entries as need several archives."""
    site = Site()
    for issue in range(6):
        site.publish(*(f"d{issue}-{number}" for number in range(17)), skip=6)
    return site


@pytest.mark.parametrize("feed", ["en/entries", "en/daily"])
def test_a_reader_meets_everything(site: Site, feed: str) -> None:
    """From the feed back to the first archive, nothing is missing, and no archive repeats."""
    head, *archives = site.read_back(feed)
    seen = [each for ids in archives for each in ids]
    assert len(seen) == len(set(seen))
    index = site.shelf.index
    every = index.all_entries() if feed.endswith("entries") else index.issues("daily")
    assert len({*head, *seen}) == len(every)
    assert len(archives) == len(site.archives(feed)) >= 2
    assert all(len(ids) <= MOST_ITEMS for ids in archives)


def test_an_archive_stays_as_it_is(site: Site) -> None:
    """What comes out later changes nothing in it but the address of the next."""
    before = {feed: site.archives(feed) for feed in ("en/entries", "en/daily")}
    for issue in range(3):
        site.publish(*(f"later{issue}-{number}" for number in range(10)), skip=9)
    for feed, archives in before.items():
        now = site.archives(feed)
        assert len(now) > len(archives)
        assert {name: now[name] for name in archives} == archives


def test_an_issue_touches_few_archives(site: Site) -> None:
    """However many there are."""
    assert len(site.publish("new")) <= 3


def test_a_correction_touches_the_archives_that_show_it(site: Site) -> None:
    """The one with the entry and the one with its issue: their items stand where they stood."""
    before = site.read_back()
    site.shelf.revise(written("d0-1", DAY, title=both("right"), corrections=[NOTE]))
    assert site.catch_up() == {
        Target("feed-archive", ("daily", "2026-04", "1")),
        Target("feed-archive", ("entries", "2026-04", "1")),
    }
    assert site.read_back() == before
    assert b"right (en)" in site.archives()["2026-04-1/atom.xml"]
    assert b"right (en)" in site.archives("en/daily")["2026-04-1/atom.xml"]


def test_an_edition_has_the_archives_of_its_own_bulletins(site: Site) -> None:
    """Where it has fewer entries, it has fewer archives."""
    for number in range(2):
        site.publish(*(f"zh{number}-{each}" for each in range(20)), **CHINESE)
    assert len(site.archives("zh/entries")) > len(site.archives("en/entries"))
    assert len(site.read_back("zh/entries")) > len(site.read_back("en/entries"))


def test_an_entry_that_comes_to_an_edition_later(site: Site) -> None:
    """It goes where it belongs by the moment at which it came out: in its month things move."""
    names = [f"zh-{each}" for each in range(20)]
    site.publish(*names, skip=20, **CHINESE)
    site.publish("may", skip=30)
    before = site.archives()
    assert site.publish(*names, skip=30)
    now = site.archives()
    assert {name: now[name] for name in before if "2026-04" in name} == {
        name: before[name] for name in before if "2026-04" in name
    }
    assert len({each for ids in site.read_back() for each in ids}) == 124


def test_long_entries_end_a_part_early() -> None:
    """The newest part has to find room in the feed, whose size is bounded."""
    site = Site()
    for day in range(6):
        site.publish(*(f"d{day}-{number}" for number in range(4)), text="word <b> " * 1200)
    assert len(site.archives()) > 2
    for feed in ("en/entries", "en/daily"):
        site.read_back(feed)
        for form in ("atom.xml", "rss.xml", "feed.json"):
            assert len(site.files[f"{feed}/{form}"]) < 250_000
    assert {each for ids in site.read_back() for each in ids} == {
        f"tag:news.example.com,2026:{each.id}/en" for each in site.shelf.index.all_entries()
    }


def test_a_feed_that_has_room_for_all_has_no_archive() -> None:
    """The first part of all is open."""
    assert Site().read_back() == [["tag:news.example.com,2026:2026/03/30/other/en"]]


@given(WEIGHED)
def test_parts_hold_all_within_their_limits(weights: list[int]) -> None:
    """In order; one item may be larger than a part, and stands alone."""
    items = [(f"{at}", weight) for at, weight in enumerate(weights)]
    parts = divided("2026-04", items)
    assert [name for part in parts for name in part.names] == [name for name, _ in items]
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    for part in parts:
        total = sum(weights[int(name)] for name in part.names)
        assert len(part.names) <= MOST_ITEMS
        assert total <= MOST_WEIGHT or len(part.names) == 1


@given(WEIGHED, st.integers(0, 90))
def test_what_comes_later_moves_nothing(weights: list[int], cut: int) -> None:
    """Every part but the last of the earlier items is a part of all of them."""
    items = [(f"{at}", weight) for at, weight in enumerate(weights)]
    assert (
        divided("2026-04", items[:cut])[:-1]
        == divided("2026-04", items)[: max(len(divided("2026-04", items[:cut])) - 1, 0)]
    )


@given(WEIGHED, st.sets(st.integers(0, 90)), st.sets(st.integers(0, 90)))
def test_some_of_the_items_have_no_archive_that_all_have_not(
    weights: list[int], in_first: set[int], in_second: set[int]
) -> None:
    """So the archives of all bulletins name those of every edition (`all_archives`)."""
    items = [(f"{at}", weight) for at, weight in enumerate(weights)]
    half = len(items) // 2
    months = {"2026-04": items[:half], "2026-05": items[half:]}
    fewer = {
        month: [item for item in found if int(item[0]) in in_first | in_second]
        for month, found in months.items()
    }
    places = [
        {part.place for part in Parts([m for m in each if each[m]], each.__getitem__).closed()}
        for each in (fewer, months)
    ]
    assert places[0] <= places[1]

"""The years of a tag whose entries are too many for one page are divided into months."""

from __future__ import annotations

from typing import Any

import pytest
from builders import both, publication, theme
from shelf import Shelf, written

from publisher.archive.records import read_log
from publisher.content.entry import Entry
from publisher.site.build import Builder
from publisher.site.editions import Editions
from publisher.site.targets import DIVIDED, LATEST, Target, everything, touched

EDITIONS = {"zh": ["zh"], "en": ["en"]}
CHINESE: dict[str, Any] = {"slug": "zh", "editions": ["zh"]}
KINDS = {"tag", "tag-year", "tag-month"}
NOTE = {"date": "2026-06-01", "note": both("wrong")}
MONTHS = {Target("tag-month", ("x", f"2026-0{month}")) for month in (1, 2, 3)}


def tagged(number: int, month: int = 1, year: int = 2026, **changes: Any) -> Entry:
    """An entry with the tag, filed under a month."""
    day = f"{year}/{month:02}/{number % 28 + 1:02}"
    return written(f"e{number}", day=day, **{"tags": ["x"], **changes})


class Site:
    """The pages of a tag, kept up to date by what new records touch."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self._made: dict[Target, dict[str, bytes]] = {}
        self._log = 0
        # Every page names the bulletins: both are there from the first.
        other = written("other", day="2026/04/01", tags=["y"])
        for settings in ({}, CHINESE):
            self.shelf.publish(other, name="2026-04-01", window={"days": 366}, **settings)
        self.catch_up()

    def publish(self, *entries: Entry, day: int, **settings: Any) -> set[Target]:
        """An issue of some entries."""
        self.shelf.publish(*entries, name=f"2026-04-{day:02}", window={"days": 366}, **settings)
        return self.catch_up()

    def catch_up(self) -> set[Target]:
        """Render what is touched, and see that a full build has the same files."""
        records = list(read_log(self.shelf.store, self._log))
        self._log = self.shelf.index.last_log
        found = {each for each in touched(self.shelf.library, records) if each.kind in KINDS}
        builder = Builder(Editions(publication(editions=EDITIONS), self.shelf.library, theme, "1"))
        self._made |= {each: dict(builder.render(each)) for each in found}
        known = [each for each in everything(self.shelf.index) if each.kind in KINDS]
        whole = {path: data for each in known for path, data in builder.render(each).items()}
        assert self.files.keys() == whole.keys()
        assert {path for path in whole if whole[path] != self.files[path]} == set()
        return found

    @property
    def files(self) -> dict[str, bytes]:
        """The files that there are."""
        return {path: data for files in self._made.values() for path, data in files.items()}

    def page(self, place: str) -> str:
        """The English page of a year or month of the tag; empty where there is none."""
        return self.files.get(f"en/tags/x/{place}/index.html", b"").decode()


@pytest.fixture
def full() -> Site:
    """A tag with as many entries as a page of a year has, of two months."""
    site = Site()
    site.publish(*(tagged(number, 1 + number % 2) for number in range(DIVIDED)), day=2)
    return site


def test_a_year_that_fits_one_page_has_no_months(full: Site) -> None:
    """Its page has all entries."""
    assert full.page("2026").count("/e/2026/") == DIVIDED
    assert full.page("2026/01") == ""


def test_one_entry_more_divides_the_year(full: Site) -> None:
    """All its months appear; the year's page has their counts in place of the entries."""
    assert full.publish(tagged(100, 3), day=3) >= MONTHS
    assert "/e/2026/" not in full.page("2026")
    assert "61 entries" in full.page("2026")
    for place, count in (("2026/01", 30), ("2026/02", 30), ("2026/03", 1)):
        assert f'href="/en/tags/x/{place}/"' in full.page("2026")
        assert full.page(place).count("/e/2026/") == count


def test_an_issue_of_a_divided_year_touches_its_own_month(full: Site) -> None:
    """And no other: that is what the months are for."""
    full.publish(tagged(100, 3), day=3)
    full.publish(tagged(101, 3), day=4)
    found = full.publish(tagged(102, 3), day=5)
    assert {each for each in found if each.kind == "tag-month"} == {
        Target("tag-month", ("x", "2026-03"))
    }
    assert full.page("2026/03").count("/e/2026/") == 3


def test_a_correction_may_bring_the_entries_back_to_one_page(full: Site) -> None:
    """The months are gone with the entry that was too many."""
    full.publish(tagged(100, 3), day=3)
    full.shelf.revise(tagged(100, 3, tags=["y"], corrections=[NOTE]))
    assert full.catch_up() >= MONTHS
    assert full.page("2026").count("/e/2026/") == DIVIDED
    assert full.page("2026/01") == full.page("2026/03") == ""


def test_years_are_divided_each_for_itself(full: Site) -> None:
    """Entries of other years do not count."""
    full.publish(*(tagged(number, 12, 2025) for number in range(5)), day=3)
    assert full.page("2025").count("/e/2025/") == 5
    assert full.page("2026/01") == ""


def test_an_edition_with_few_of_the_entries(full: Site) -> None:
    """Its months are those in which it has some; with few in all it has pages of none."""
    full.publish(*(tagged(100 + number, 3) for number in range(5)), day=3, **CHINESE)
    assert full.page("2026/01").count("/e/2026/") == 30
    assert full.page("2026/03") == ""
    assert 'tags/x/2026/03/"' not in full.page("2026")
    assert "zh/tags/x/2026/03/index.html" in full.files


def test_an_edition_comes_to_have_years_when_the_year_is_divided_already() -> None:
    """All its months appear at once, with the entry that its first page has no room for."""
    site = Site()
    site.publish(
        *(tagged(number, 1 + number % 2) for number in range(DIVIDED + 9)), day=2, **CHINESE
    )
    site.publish(*(tagged(100 + number, 1) for number in range(LATEST)), day=3)
    assert site.page("2026") == site.page("2026/01") == ""
    site.publish(tagged(200, 3), day=4)
    assert site.page("2026/01").count("/e/2026/") == LATEST
    site.shelf.revise(tagged(200, 3, tags=["y"], corrections=[NOTE]))
    site.catch_up()
    assert site.page("2026") == site.page("2026/01") == ""

"""The search of the site: which years are made, from what, and when again."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from buckets import Buckets
from newsroom import Newsroom

from publisher.site.editions import Editions
from publisher.site.search import Search, last_brought
from publisher.site.search_records import Shard, records_of


class Maker:
    """Stands for Pagefind: a file that says what is in it."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, shard: Shard, site: Editions) -> Mapping[str, bytes]:
        """The files of a year."""
        self.made.append(shard.folder)
        told = "".join(f"{each.url} {each.content}\n" for each in records_of(shard, site)).encode()
        return {f"index/{len(told)}.pf_index": told, "pagefind-entry.json": b"{}"}


@pytest.fixture
def maker() -> Maker:
    """Makes nothing yet."""
    return Maker()


@pytest.fixture
def years(quick: Newsroom) -> Newsroom:
    """Two years of a daily, in Chinese."""
    quick.bulletin("daily", editions=["zh"])
    for day in ("2025-12-30", "2026-04-26"):
        quick.entry("one", day, summary={"zh": "说Anthropic开源了模型", "en": "About it"})
        quick.publish(day)
    return quick


def search(newsroom: Newsroom, maker: Maker, release: str = "1", **environment: str) -> Search:
    """The search of a publication."""
    app = newsroom.app(**environment)
    return Search(
        app.settings.public, app.settings.state, app.editions, app._alone, app.mirror,
        maker, lambda: release,
    )  # fmt: skip


def files(newsroom: Newsroom) -> dict[str, bytes]:
    """The files of the search, but its page."""
    found = newsroom.files()
    return {path: found[path] for path in found if "/search/" in path and "html" not in path}


def test_each_year_is_made_once(years: Newsroom, maker: Maker) -> None:
    """The newest first; a second run finds nothing to do."""
    done = search(years, maker).bring()
    assert (done.made, done.removed, done.unchanged) == (("zh/2026", "zh/2025"), (), 0)
    assert files(years)["zh/search/index.json"] == b'{"years": ["2026", "2025"]}'
    assert search(years, maker).bring().made == ()
    assert len(maker.made) == 2


def test_a_new_issue_has_its_own_year_made_again(years: Newsroom, maker: Maker) -> None:
    """Files of before are gone, and those of other years stay as they were."""
    search(years, maker).bring()
    before = years.dates()
    years.entry("two", "2026-04-27")
    years.publish("2026-04-27")
    assert search(years, maker).bring().made == ("zh/2026",)
    after = years.dates()
    old = [path for path in before if "/search/2025/" in path]
    assert {path: before[path] for path in old} == {path: after[path] for path in old}
    assert len([path for path in after if path.startswith("zh/search/2026/index/")]) == 1


def test_a_correction_has_an_old_year_made_again(years: Newsroom, maker: Maker) -> None:
    """An entry's own year, whenever it was corrected."""
    search(years, maker).bring()
    years.correct("2025/12/30/one", summary={"zh": "改正了", "en": "Corrected"})
    years.publish("2026-04-28")
    assert "zh/2025" in search(years, maker).bring().made


@pytest.mark.parametrize("change", ["whole", "release"])
def test_every_year_is_made_again(years: Newsroom, maker: Maker, change: str) -> None:
    """Where it is asked for, and by another Pagefind."""
    search(years, maker).bring()
    made = search(years, maker, "2" if change == "release" else "1").bring(whole=change == "whole")
    assert made.made == ("zh/2026", "zh/2025")


def test_each_character_of_han_text_is_a_word(years: Newsroom, maker: Maker) -> None:
    """However Pagefind and a browser would have told the words apart."""
    search(years, maker).bring()
    (told,) = [data for path, data in files(years).items() if "2025/index" in path]
    assert "说 Anthropic 开 源 了 模 型" in told.decode()


def test_what_must_not_be_found_goes_at_once(years: Newsroom, maker: Maker) -> None:
    """Its year is away until it is made again."""
    search(years, maker).bring()
    search(years, maker).withdraw(["2025"])
    assert files(years)["zh/search/index.json"] == b'{"years": ["2026"]}'
    assert not [path for path in files(years) if "2025" in path]
    assert search(years, maker).bring().made == ("zh/2025",)


def test_a_year_that_changes_while_it_is_made_is_made_again(years: Newsroom, maker: Maker) -> None:
    """Nothing that was taken away meanwhile comes back."""

    class Slow(Maker):
        def __call__(self, shard: Shard, site: Editions) -> Mapping[str, bytes]:
            found = super().__call__(shard, site)
            if len(self.made) == 1:
                years.entry("two", "2026-04-27", title={"zh": "新的", "en": "New"})
                years.publish("2026-04-27")
            return found

    slow = Slow()
    assert set(search(years, slow).bring().made) == {"zh/2026", "zh/2025"}
    assert slow.made.count("zh/search/2026") == 2
    (told,) = [data for path, data in files(years).items() if "2026/index" in path]
    assert "新 的" in told.decode()


def test_a_build_leaves_the_search_alone(years: Newsroom, maker: Maker) -> None:
    """Its files are none of the site's own."""
    search(years, maker).bring()
    found = files(years)
    years.app().build()
    assert files(years) == found


def test_a_lost_memory_costs_all_years(years: Newsroom, maker: Maker) -> None:
    """And a time is known only where there is one."""
    state = years.root / "var"
    assert last_brought(state) is None
    search(years, maker).bring()
    assert last_brought(state) is not None
    (state / "search.json").write_text("[")
    assert len(search(years, maker).bring().made) == 2


def test_an_object_store_gets_the_search(years: Newsroom, maker: Maker, buckets: Buckets) -> None:
    """With all that a publishing run brings there."""
    url = f"{buckets.fresh()}/site"
    environment = {"PUBLISHER_PUBLIC": url}
    search(years, maker, **environment).bring()
    mirror = years.app(**environment).mirror
    assert mirror is not None
    there = {path for path, _ in mirror._listed()}
    assert {"zh/search/index.json", "zh/search/2025/pagefind-entry.json"} <= there

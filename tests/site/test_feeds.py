"""What stands in feeds, and under which ids."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from builders import (
    SLOT,
    both,
    bulletin,
    entry,
    issue,
    publication,
    section,
    table,
    theme,
    views,
)

from publisher.issue.issue import Placed
from publisher.render.theme import Theme
from publisher.render.views import Neighbours
from publisher.site.feeds import Channel, FeedMaker, files

LATER = SLOT + dt.timedelta(days=1)
KINDS = publication().kinds


@pytest.fixture(scope="module")
def look() -> Theme:
    """The default theme, compiled once."""
    return theme()


def maker(look: Theme, edition: str = "en") -> FeedMaker:
    """The feeds of an edition."""
    return FeedMaker(views(edition, chosen=look), look, "1.0")


def test_ids_differ_per_edition(look: Theme) -> None:
    """Readers key on the id over all feeds, so two languages must differ."""
    one = entry()
    ids = {maker(look, name).entry_item(one, KINDS, ()).id for name in ("zh", "en", "bilingual")}
    assert ids == {
        f"tag:news.example.com,2026:2026/04/26/one/{n}" for n in ("zh", "en", "bilingual")
    }


def test_the_id_of_an_issue(look: Theme) -> None:
    """Its bulletin and name; never an address."""
    item = maker(look).issue_item(issue([entry()]), {"2026/04/26/one": entry()}, ())
    assert item.id == "tag:news.example.com,2026:daily-ten/2026-04-26/en"
    assert item.url == "https://news.example.com/en/daily-ten/2026-04-26/"


def test_a_renamed_entry_keeps_its_id_and_moves(look: Theme) -> None:
    """The address is the new one."""
    renamed = entry("new").model_copy(update={"identity": "2026/04/26/one"})
    item = maker(look).entry_item(renamed, KINDS, ())
    assert item.id == "tag:news.example.com,2026:2026/04/26/one/en"
    assert item.url == "https://news.example.com/en/e/2026/04/26/new/"


def test_the_times_of_an_entry(look: Theme) -> None:
    """Published with its first issue, updated with its newest revision."""
    revised = entry().model_copy(update={"revision": 2, "kind": "correction", "at": LATER})
    item = maker(look).entry_item(revised, KINDS, ())
    assert (item.published, item.updated) == (SLOT, LATER)


@pytest.mark.parametrize(
    ("kind", "at", "updated"),
    [
        ("first", SLOT, SLOT),
        ("first", SLOT + dt.timedelta(milliseconds=3), SLOT),
        ("correction", LATER, LATER),
        ("translation", LATER, LATER),
    ],
)
def test_an_issue_is_updated_with_what_it_carries(
    look: Theme, kind: str, at: dt.datetime, updated: dt.datetime
) -> None:
    """A correction of an entry shows in every issue that carries it."""
    first = at if kind == "first" else SLOT
    one = entry().model_copy(update={"kind": kind, "at": at, "published": first})
    item = maker(look).issue_item(issue([entry()]), {"2026/04/26/one": one}, ())
    assert (item.published, item.updated) == (SLOT, updated)


def test_an_entry_that_was_corrected_before_this_issue(look: Theme) -> None:
    """A bulletin that carries it later has published nothing wrong."""
    before = SLOT - dt.timedelta(hours=1)
    one = entry().model_copy(update={"kind": "correction", "at": before})
    item = maker(look).issue_item(issue([entry()]), {"2026/04/26/one": one}, ())
    assert item.updated == SLOT


def test_the_language_is_that_of_the_title(look: Theme) -> None:
    """An English feed says so where an item is in Chinese."""
    half = entry(title={"zh": "题"}, summary={"zh": "摘要"})
    assert maker(look).entry_item(half, KINDS, ()).language == "zh-CN"
    assert maker(look).entry_item(entry(), KINDS, ()).language == "en"


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ({"digest": both("Digest")}, "Digest (en)"),
        ({}, "Summary one (en)"),
        ({"summary": None}, "Title one (en)"),
    ],
)
def test_the_summary(look: Theme, changes: dict[str, object], summary: str) -> None:
    """The digest, else the summary, else the title: never nothing."""
    assert maker(look).entry_item(entry(**changes), KINDS, ()).summary == summary


def test_the_text_is_whole(look: Theme) -> None:
    """With absolute links only."""
    item = maker(look).entry_item(entry(body=both("Long [link](https://x.com/)")), KINDS, ())
    assert "Summary one (en)" in item.content_html or "Long" in item.content_html
    assert 'href="/' not in item.content_html


def test_an_issues_text_holds_its_entries(look: Theme) -> None:
    """The whole issue, not a headline."""
    settings = bulletin(section("overview", "prose"), section())
    found = issue([entry()], settings, {"overview": {"text": both("Overview")}})
    html = maker(look).issue_item(found, {"2026/04/26/one": entry()}, ()).content_html
    assert "Overview (en)" in html
    assert "Title one (en)" in html


def test_an_issues_text_holds_its_blocks(look: Theme) -> None:
    """Tables, dates, references: whatever stands on the page, and every link is whole."""
    coming = entry("coming", happened="2026-05-13")
    settings = bulletin(
        section(), section("traffic", "table"), section("dates", "calendar", select={}),
        section("refs", "references"), section("more", "related"),
    )  # fmt: skip
    earlier = {"title": both("Earlier"), "day": "2026-04-19", "issue": "weekly/2026-W16"}
    written = {
        "traffic": {"table": table()},
        "dates": {"entries": [Placed(entry=coming.id)]},
        "more": {"related": [earlier]},
    }
    entries = {each.id: each for each in (entry(), coming)}

    item = maker(look).issue_item(issue([entry()], settings, written), entries, ())
    html = item.content_html

    for text in ("Visits by site (en)", "1,200", "Title coming (en)", "A story", "Earlier (en)"):
        assert text in html
    assert [each for each in re.findall(r'(?:href|src)="([^"]*)"', html) if "://" not in each] == []


def test_an_issue_that_the_edition_lacks_is_no_link(look: Theme) -> None:
    """It is named: the bulletin has other editions."""
    settings = bulletin(section("more", "related"))
    earlier = {"title": both("Earlier"), "day": "2026-04-19", "issue": "weekly/2026-W16"}
    found = issue((), settings, {"more": {"related": [earlier]}})

    item = maker(look).issue_item(found, {}, (), Neighbours(bulletins=("daily-ten",)))

    assert "Earlier (en)" in item.content_html
    assert "2026-W16" not in item.content_html


def test_alternates_are_the_other_editions(look: Theme) -> None:
    """Those that have it, and not this one."""
    item = maker(look).entry_item(entry(), KINDS, ("zh", "en"))
    assert [each.url for each in item.alternates] == [
        "https://news.example.com/zh/e/2026/04/26/one/"
    ]


def test_where_the_story_was_first_told(look: Theme) -> None:
    """The first source with an address."""
    sources = [{"publisher": "CNBC"}, {"publisher": "B", "url": "https://b.com/x"}]
    assert (
        maker(look).entry_item(entry(sources=sources), KINDS, ()).external_url == "https://b.com/x"
    )
    assert maker(look).entry_item(entry(sources=sources[:1]), KINDS, ()).external_url == ""


def test_a_feed_names_the_forms_it_has(look: Theme) -> None:
    """The feed of a tag is Atom alone."""
    channel = Channel("tags/x", "/en/tags/x/", "X", forms=("atom",))
    feed = maker(look).feed(channel, (), SLOT)
    assert (feed.rss_url, feed.json_url) == ("", "")
    assert feed.atom_url == "https://news.example.com/en/tags/x/atom.xml"
    assert feed.id == "tag:news.example.com,2026:tags/x/en"
    assert list(files(feed, channel)) == ["en/tags/x/atom.xml"]


def test_the_files_of_a_feed(look: Theme) -> None:
    """All three forms, with the same id in each."""
    made = maker(look)
    channel = Channel("daily-ten", "/en/daily-ten/", "Daily Ten", "About", ("zh", "en"))
    item = made.entry_item(entry(), KINDS, ())
    found = files(made.feed(channel, [item], SLOT), channel)
    assert set(found) == {f"en/daily-ten/{name}" for name in ("rss.xml", "atom.xml", "feed.json")}
    for data in found.values():
        assert b"tag:news.example.com,2026:2026/04/26/one/en" in data
    assert json.loads(found["en/daily-ten/feed.json"])["items"][0]["id"] == item.id


def test_hostile_text_breaks_no_feed(look: Theme) -> None:
    """Control characters and emoji in content come out as text."""
    evil = "<b>&amp; \U0001f680 ]]> “x”"
    item = maker(look).entry_item(entry(title={"zh": evil, "en": evil}), KINDS, ())
    channel = Channel("entries", "/en/entries/", "E")
    for data in files(maker(look).feed(channel, [item], SLOT), channel).values():
        assert "\U0001f680".encode() in data or b"\\ud83d\\ude80" in data or b"&#128640;" in data

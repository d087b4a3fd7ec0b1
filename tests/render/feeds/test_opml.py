"""OPML 2.0: the rules of opml.org and of the W3C validator (H9)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from publisher.render.feeds import opml
from publisher.render.feeds.item import Feed

MakeFeed = Callable[..., Feed]


def outline_of(feed: Feed) -> dict[str, str]:
    outline = etree.fromstring(opml.render("Feeds", [feed])).find("body/outline")
    assert outline is not None
    return {str(name): str(value) for name, value in outline.attrib.items()}


def test_an_outline_names_feed_page_and_language(make_feed: MakeFeed) -> None:
    """`text` is required, and a reader subscribes to `xmlUrl` (H9)."""
    assert outline_of(make_feed()) == {
        "type": "rss",
        "version": "RSS2",
        "text": "每日新闻",
        "title": "每日新闻",
        "xmlUrl": "https://news.example.com/zh/feeds/entries.rss",
        "htmlUrl": "https://news.example.com/zh/entries/",
        "language": "zh-CN",
        "description": "全部条目",
    }


def test_a_feed_without_rss_is_listed_by_atom(make_feed: MakeFeed) -> None:
    """Feeds of tags exist as Atom only; the version is not claimed to be RSS."""
    outline = outline_of(make_feed(rss_url=""))
    assert outline["xmlUrl"] == "https://news.example.com/zh/feeds/entries.atom"
    assert "version" not in outline


def test_the_head_has_a_title_and_the_last_change(make_feed: MakeFeed) -> None:
    """The date is RFC 822 and that of the feed changed last (H4, H9)."""
    root = etree.fromstring(opml.render("订阅", [make_feed(items=()), make_feed()]))
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert root.findtext("head/title") == "订阅"
    assert root.findtext("head/dateModified") == "Mon, 27 Apr 2026 01:30:00 GMT"


def test_a_blank_title_gives_way_to_the_address(make_feed: MakeFeed) -> None:
    """As in the feed itself; a description that is blank is the title."""
    outline = outline_of(make_feed(title=" ", description="\x08"))
    assert outline["text"] == outline["description"] == outline["htmlUrl"]


def test_feeds_keep_their_order(make_feed: MakeFeed) -> None:
    """The list is in the order in which the caller gave it."""
    root = etree.fromstring(opml.render("x", [make_feed(title=name) for name in "cab"]))
    assert root.xpath("body/outline/@text") == ["c", "a", "b"]


def test_hostile_titles_do_no_harm(make_feed: MakeFeed) -> None:
    """A title with quotes, markup, control characters or emoji comes back as text (F1)."""
    title = "\"<script>'&]]>\u202e\x08🚀"
    assert outline_of(make_feed(title=title))["text"] == title.replace("\x08", "")
    root = etree.fromstring(opml.render(title, [make_feed()]))
    assert root.findtext("head/title") == title.replace("\x08", "")


def test_a_list_of_no_feeds_is_refused() -> None:
    """A body without an outline is invalid."""
    with pytest.raises(ValueError, match="needs a feed"):
        opml.render("x", [])

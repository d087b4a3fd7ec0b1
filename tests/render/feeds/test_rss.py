"""RSS 2.0: the rules of the specification, the profile and the W3C validator."""

from __future__ import annotations

import datetime as dt
import email.utils
import html
from collections.abc import Callable

import feedparser
import pytest
from lxml import etree

from publisher.render.feeds import rss
from publisher.render.feeds.item import Feed, Item

MakeItem = Callable[..., Item]
MakeFeed = Callable[..., Feed]
NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def channel_of(feed: Feed) -> etree._Element:
    channel = etree.fromstring(rss.render(feed)).find("channel")
    assert channel is not None
    return channel


def texts(parent: etree._Element, path: str) -> list[str | None]:
    return [element.text for element in parent.iterfind(path, NS)]


def attributes(parent: etree._Element, path: str) -> list[dict[str, str]]:
    return [{str(k): str(v) for k, v in e.attrib.items()} for e in parent.iterfind(path, NS)]


def test_feedparser_reads_it_without_complaint(make_feed: MakeFeed) -> None:
    """A reader sees RSS 2.0 with two items and finds nothing malformed (F1, F2)."""
    parsed = feedparser.parse(rss.render(make_feed()))
    assert (parsed.bozo, parsed.version, len(parsed.entries)) == (False, "rss20", 2)


def test_it_is_utf8_and_says_so(make_feed: MakeFeed) -> None:
    """The declaration names UTF-8, and Chinese stands as itself (F1)."""
    text = rss.render(make_feed())
    assert text.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<rss ")
    assert "每日新闻" in text.decode()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("title", "每日新闻"),
        ("link", "https://news.example.com/zh/entries/"),
        ("description", "全部条目"),
        ("language", "zh-CN"),
        ("lastBuildDate", "Mon, 27 Apr 2026 01:30:00 +0000"),
        ("ttl", "60"),
        ("docs", "https://www.rssboard.org/rss-specification"),
        ("generator", "publisher 1.2.3"),
        ("copyright", "© 2026 新闻社"),
        ("image/url", "https://news.example.com/logo.png"),
        ("image/title", "每日新闻"),
        ("image/link", "https://news.example.com/zh/entries/"),
    ],
)
def test_the_channel_says_each_thing_once(make_feed: MakeFeed, path: str, expected: str) -> None:
    """What the specification requires and the profile recommends of a channel (F2, F6, F12)."""
    assert texts(channel_of(make_feed()), path) == [expected]


def test_the_channel_links_to_itself_and_to_its_hub(make_feed: MakeFeed) -> None:
    """The address it is published at and its WebSub hub are in it, absolute (F6, H8)."""
    assert attributes(channel_of(make_feed()), "atom:link") == [
        {
            "href": "https://news.example.com/zh/feeds/entries.rss",
            "rel": "self",
            "type": "application/rss+xml",
        },
        {"href": "https://hub.example.com/", "rel": "hub"},
    ]


def test_what_a_feed_does_not_have_is_not_there(make_feed: MakeFeed) -> None:
    """No empty elements for a hub, a logo or rights that nobody gave."""
    channel = channel_of(make_feed(hub="", logo_url="", rights=""))
    assert [channel.find(name) for name in ("image", "copyright")] == [None, None]
    assert len(attributes(channel, "atom:link")) == 1


def test_the_guid_is_the_id_and_no_address(make_feed: MakeFeed) -> None:
    """`isPermaLink` is false, for the default is true (F4, F5)."""
    guids = list(channel_of(make_feed()).iterfind("item/guid"))
    assert [(guid.text, guid.get("isPermaLink")) for guid in guids] == [
        ("tag:news.example.com,2026:google-anthropic/zh", "false"),
        ("tag:news.example.com,2026:only-english/zh", "false"),
    ]


def test_items_keep_their_order(make_feed: MakeFeed) -> None:
    """The order of the feed is the order of the document, newest first (H11)."""
    links = texts(channel_of(make_feed()), "item/link")
    assert links == [item.url for item in make_feed().items]


def test_the_date_names_day_and_month_in_english(make_feed: MakeFeed) -> None:
    """RFC 822 with a four-digit year, and a day name that agrees with the date (F3)."""
    assert texts(channel_of(make_feed()), "item/pubDate") == [
        "Sun, 26 Apr 2026 00:00:00 +0000",
        "Sat, 25 Apr 2026 00:00:00 +0000",
    ]


def test_every_date_can_be_read_back(make_feed: MakeFeed, make_item: MakeItem) -> None:
    """What is written is the instant that was meant, to the second (F3)."""
    instant = dt.datetime(2024, 2, 29, 23, 59, 59, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    (text,) = texts(channel_of(make_feed(items=(make_item(published=instant),))), "item/pubDate")
    assert email.utils.parsedate_to_datetime(str(text)) == instant


def test_the_description_comes_before_the_content(make_feed: MakeFeed) -> None:
    """Some readers take the last of the two: the full text has to be it (F9)."""
    item = channel_of(make_feed()).find("item")
    assert item is not None
    names = [child.tag for child in item]
    assert names.index("description") < names.index(f"{{{NS['content']}}}encoded")


def test_the_description_is_plain_text_written_as_html(make_feed: MakeFeed) -> None:
    """Readers show a description as HTML, so "<" and "&" of the text are escaped for that (F9)."""
    first, *_ = texts(channel_of(make_feed()), "item/description")
    assert first == "R&amp;D &lt; 投资 🚀"
    assert html.unescape(first) == "R&D < 投资 🚀"


def test_the_content_is_the_full_html_with_absolute_links(make_feed: MakeFeed) -> None:
    """The HTML comes back as it was, its links absolute (F7, F9)."""
    first, *_ = texts(channel_of(make_feed()), "item/content:encoded")
    assert first == (
        '<p lang="zh-CN">正文 <a href="https://news.example.com/zh/tags/">标签</a></p>'
    )


def test_without_a_summary_the_content_is_the_description(
    make_feed: MakeFeed, make_item: MakeItem
) -> None:
    """An item without a summary has its content in the one element that every reader knows (F2)."""
    channel = channel_of(make_feed(items=(make_item(summary="", content_html="<p>x</p>"),)))
    assert texts(channel, "item/description") == ["<p>x</p>"]
    assert texts(channel, "item/content:encoded") == []


def test_authors_are_named_with_dublin_core(make_feed: MakeFeed) -> None:
    """`author` has to be an e-mail address, so names stand in `dc:creator` (F8)."""
    channel = channel_of(make_feed())
    assert texts(channel, "item/dc:creator") == ["编辑部", "新闻社"]
    assert texts(channel, "item/author") == []


def test_categories_have_a_domain(make_feed: MakeFeed) -> None:
    """A tag is shown by its label and belongs to the edition's list of tags (F11)."""
    category = channel_of(make_feed()).find("item/category")
    assert category is not None
    assert (category.text, category.get("domain")) == ("融资", "https://news.example.com/zh/tags/")


def test_an_item_in_another_language_says_so(make_feed: MakeFeed) -> None:
    """Only the item whose language differs from the channel's carries `dc:language` (F11)."""
    items = list(channel_of(make_feed()).iterfind("item"))
    assert [texts(item, "dc:language") for item in items] == [[], ["en"]]


def test_an_item_is_not_called_a_republication(make_feed: MakeFeed) -> None:
    """`source` is for items taken from another feed, and there are no enclosures (F10, F11)."""
    channel = channel_of(make_feed())
    assert (channel.find("item/source"), channel.find("item/enclosure")) == (None, None)


def test_an_empty_feed_is_a_feed(make_feed: MakeFeed) -> None:
    """A bulletin without issues has a channel without items."""
    parsed = feedparser.parse(rss.render(make_feed(items=())))
    assert (parsed.bozo, parsed.feed.title, parsed.entries) == (False, "每日新闻", [])


def test_a_feed_without_an_address_is_refused(make_feed: MakeFeed) -> None:
    """A feed that is not published as RSS is not rendered as RSS."""
    with pytest.raises(ValueError, match="address"):
        rss.render(make_feed(rss_url=""))

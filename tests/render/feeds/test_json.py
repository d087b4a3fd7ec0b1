"""JSON Feed 1.1: the rules of jsonfeed.org."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from publisher.render.feeds import json as json_feed
from publisher.render.feeds.item import Feed, Item

MakeItem = Callable[..., Item]
MakeFeed = Callable[..., Feed]


def read(feed: Feed) -> dict[str, Any]:
    document = json.loads(json_feed.render(feed))
    assert isinstance(document, dict)
    return document


def test_the_feed_says_what_it_is_and_where(make_feed: MakeFeed) -> None:
    """What version 1.1 requires and recommends above the items (J1, J2, J3)."""
    document = read(make_feed())
    document.pop("items")
    assert document == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "每日新闻",
        "home_page_url": "https://news.example.com/zh/entries/",
        "feed_url": "https://news.example.com/zh/feeds/entries.json",
        "description": "全部条目",
        "icon": "https://news.example.com/icon.png",
        "authors": [{"name": "新闻社"}],
        "language": "zh-CN",
        "hubs": [{"type": "WebSub", "url": "https://hub.example.com/"}],
    }


def test_an_item_has_its_fields(make_feed: MakeFeed) -> None:
    """What version 1.1 requires and recommends of an item (J1, J2)."""
    assert read(make_feed())["items"][0] == {
        "id": "tag:news.example.com,2026:google-anthropic/zh",
        "url": "https://news.example.com/zh/e/google-anthropic/",
        "external_url": "https://source.example.org/story",
        "title": "谷歌将向 Anthropic 投资 400 亿美元",
        "content_html": '<p lang="zh-CN">正文 <a href="https://news.example.com/zh/tags/">'
        "标签</a></p>",
        "summary": "R&D < 投资 🚀",
        "date_published": "2026-04-26T00:00:00+00:00",
        "date_modified": "2026-04-27T01:30:00+00:00",
        "authors": [{"name": "编辑部"}],
        "tags": ["融资"],
        "language": "zh-CN",
    }


def test_an_item_never_changed_has_no_date_of_change(make_feed: MakeFeed) -> None:
    """`date_modified` says that something was modified."""
    assert "date_modified" not in read(make_feed())["items"][1]


def test_what_is_not_known_is_not_there(make_feed: MakeFeed, make_item: MakeItem) -> None:
    """No empty lists, texts or nulls."""
    item = make_item(summary="", authors=(), tags=(), external_url="")
    feed = read(make_feed(hub="", icon_url="", authors=(), items=(item,)))
    assert not {"hubs", "icon", "authors"} & set(feed)
    assert not {"summary", "authors", "tags", "external_url"} & set(feed["items"][0])


def test_content_is_there_even_when_empty(make_feed: MakeFeed, make_item: MakeItem) -> None:
    """An item has `content_html` or `content_text`, always (J1)."""
    (item,) = read(make_feed(items=(make_item(content_html=""),)))["items"]
    assert item["content_html"] == ""


def test_an_empty_feed_has_an_empty_list(make_feed: MakeFeed) -> None:
    """`items` is required (J1)."""
    assert read(make_feed(items=()))["items"] == []


def test_it_is_utf8_without_a_byte_order_mark(make_feed: MakeFeed) -> None:
    """Chinese stands as itself, the first byte is a brace, the last a line feed (J4)."""
    text = json_feed.render(make_feed())
    assert (text[:1], text[-2:]) == (b"{", b"}\n")
    assert "每日新闻".encode() in text


def test_fields_come_in_one_order(make_feed: MakeFeed) -> None:
    """The required fields first, the items last, for whoever reads the file."""
    names = list(read(make_feed()))
    assert (names[:4], names[-1]) == (["version", "title", "home_page_url", "feed_url"], "items")


def test_dates_keep_their_instant(make_feed: MakeFeed) -> None:
    """RFC 3339, with an offset (J2)."""
    (first, _) = read(make_feed())["items"]
    assert dt.datetime.fromisoformat(first["date_published"]) == make_feed().items[0].published


def test_a_feed_without_an_address_is_refused(make_feed: MakeFeed) -> None:
    """A feed that is not published as JSON is not rendered as JSON."""
    with pytest.raises(ValueError, match="address"):
        json_feed.render(make_feed(json_url=""))

"""A feed in Chinese with everything in it that a feed can hold."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest

from publisher.render.feeds.item import Alternate, Feed, Item

SITE = "https://news.example.com/zh"


def an_item(**fields: object) -> Item:
    """An item in Chinese, with an English page; `fields` replace its own."""
    item = Item(
        id="tag:news.example.com,2026:google-anthropic/zh",
        url=f"{SITE}/e/google-anthropic/",
        title="谷歌将向 Anthropic 投资 400 亿美元",
        summary="R&D < 投资 🚀",
        content_html='<p lang="zh-CN">正文 <a href="/zh/tags/">标签</a></p>',
        published=dt.datetime(2026, 4, 26, 8, tzinfo=dt.timezone(dt.timedelta(hours=8))),
        updated=dt.datetime(2026, 4, 27, 1, 30, tzinfo=dt.UTC),
        language="zh-CN",
        authors=("编辑部",),
        tags=(("funding", "融资"),),
        alternates=(
            Alternate("https://news.example.com/en/e/google-anthropic/", "en", "Google invests"),
        ),
        external_url="https://source.example.org/story",
    )
    return dataclasses.replace(item, **fields)  # type: ignore[arg-type]


def a_feed(**fields: object) -> Feed:
    """A feed in Chinese of two items, the second of them in English; `fields` replace its own."""
    english = an_item(
        id="tag:news.example.com,2026:only-english/zh",
        url=f"{SITE}/e/only-english/",
        title="Only in English",
        published=dt.datetime(2026, 4, 25, tzinfo=dt.UTC),
        updated=dt.datetime(2026, 4, 25, tzinfo=dt.UTC),
        language="en",
        authors=(),
        alternates=(),
    )
    feed = Feed(
        id="tag:news.example.com,2026:entries/zh",
        rss_url=f"{SITE}/feeds/entries.rss",
        atom_url=f"{SITE}/feeds/entries.atom",
        json_url=f"{SITE}/feeds/entries.json",
        page_url=f"{SITE}/entries/",
        title="每日新闻",
        description="全部条目",
        language="zh-CN",
        items=(an_item(), english),
        created=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        generator_version="1.2.3",
        generator_url="https://publisher.example.com/",
        authors=("新闻社",),
        rights="© 2026 新闻社",
        alternates=(Alternate("https://news.example.com/en/entries/", "en"),),
        hub="https://hub.example.com/",
        tags_url=f"{SITE}/tags/",
        icon_url="https://news.example.com/icon.png",
        logo_url="https://news.example.com/logo.png",
    )
    return dataclasses.replace(feed, **fields)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def make_item() -> Callable[..., Item]:
    """Makes an item; keyword arguments replace its fields."""
    return an_item


@pytest.fixture(scope="session")
def make_feed() -> Callable[..., Feed]:
    """Makes a feed; keyword arguments replace its fields."""
    return a_feed

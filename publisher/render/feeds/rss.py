"""RSS 2.0 (rssboard.org/rss-specification, and the RSS Advisory Board's profile)."""

from __future__ import annotations

import html
from threading import Lock
from typing import Any

from feedgen.feed import FeedGenerator
from feedgen.util import xml_elem

from publisher.render.feeds.item import GENERATOR, Feed, Item, prepared

_ATOM = "http://www.w3.org/2005/Atom"
_DOCS = "https://www.rssboard.org/rss-specification"

# feedgen writes dates under a changed locale of the whole process and puts the old one back: two
# threads at once could leave the wrong one behind.
_LOCALE = Lock()


def render(feed: Feed) -> bytes:
    """The feed as an RSS document."""
    if not feed.rss_url:
        raise ValueError(f"{feed.id}: an RSS feed needs an address")
    feed = prepared(feed)
    document = _document(feed)
    for item in feed.items:
        _add(document, feed, item)
    with _LOCALE:
        text: bytes = document.rss_str(pretty=True)
    return text


def _document(feed: Feed) -> Any:
    document = FeedGenerator()
    document.load_extension("dc", atom=False)
    document.register_extension("hub", lambda: _Hub(feed.hub), _NoExtension)
    document.title(feed.title)
    # feedgen takes the last link for the channel's.
    document.link(href=feed.rss_url, rel="self", type="application/rss+xml")
    document.link(href=feed.page_url, rel="alternate")
    document.description(feed.description)
    document.language(feed.language)
    document.lastBuildDate(feed.updated)
    document.ttl(feed.ttl_minutes)
    document.docs(_DOCS)
    document.generator(f"{GENERATOR} {feed.generator_version}")
    document.rights(feed.rights or None)
    document.image(url=feed.logo_url or None)
    return document


def _add(document: Any, feed: Feed, item: Item) -> None:
    entry = document.add_entry(order="append")
    entry.guid(item.id, permalink=False)
    entry.title(item.title)
    entry.link(href=item.url)
    # The profile has a description shown as HTML: "a < b" has to be escaped as HTML first.
    entry.description(html.escape(item.summary, quote=False), isSummary=True)
    entry.content(item.content_html, type="html")
    entry.pubDate(item.published)
    for slug, label in item.tags:
        entry.category(term=slug, label=label or slug, scheme=feed.tags_url)
    # RSS's own author has to be an e-mail address.
    entry.dc.dc_creator(list(item.authors or feed.authors))
    if item.language != feed.language:
        entry.dc.dc_language(item.language)


class _Hub:
    """The WebSub hub (W3C WebSub §4); feedgen writes no link but that to the feed itself."""

    def __init__(self, url: str) -> None:
        self._url = url

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_rss(self, rss: Any) -> Any:
        if self._url:
            xml_elem(f"{{{_ATOM}}}link", rss[0], rel="hub", href=self._url)
        return rss


class _NoExtension:
    """feedgen wants a class for items beside every class for feeds."""

    def extend_rss(self, item: Any) -> Any:
        return item

"""Atom 1.0 (RFC 4287), with the links between feed and archives of RFC 5005."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from feedgen.feed import FeedGenerator
from feedgen.util import xml_elem

from publisher.render.feeds.item import GENERATOR, Alternate, Feed, History, Item, prepared

_HISTORY = "http://purl.org/syndication/history/1.0"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def render(feed: Feed) -> bytes:
    """The feed as an Atom document."""
    if not feed.atom_url:
        raise ValueError(f"{feed.id}: an Atom feed needs an address")
    feed = prepared(feed)
    document = _document(feed)
    for item in feed.items:
        _add(document, feed, item)
    text: bytes = document.atom_str(pretty=True)
    return text


def _document(feed: Feed) -> Any:
    history = feed.history or History()
    document = FeedGenerator()
    document.register_extension("history", lambda: _Marks(history), _Rest)
    document.id(feed.id)
    document.title(feed.title)
    document.subtitle(feed.description)
    document.updated(feed.updated)
    document.language(feed.language)
    # An author is required somewhere (§4.1.1): the feed has one even where all items have.
    document.author([{"name": name} for name in feed.authors or (feed.title,)])
    document.generator(GENERATOR, feed.generator_version, feed.generator_url or None)
    document.rights(feed.rights or None)
    document.icon(feed.icon_url or None)
    document.logo(feed.logo_url or None)
    document.link([*_links_of_feed(feed, history)])
    return document


def _links_of_feed(feed: Feed, history: History) -> Iterator[dict[str, str]]:
    yield {"rel": "self", "href": feed.atom_url, "type": "application/atom+xml"}
    yield from _pages(feed.page_url, feed.language, feed.alternates)
    related = {
        "hub": feed.hub,
        "current": history.current,
        "prev-archive": history.previous,
        "next-archive": history.next,
    }
    yield from ({"rel": rel, "href": url} for rel, url in related.items() if url)


def _pages(url: str, language: str, others: Iterable[Alternate]) -> Iterator[dict[str, str]]:
    """The page and the same page in other editions, one per language (§4.1.1).

    A bilingual edition has the language of another one first: the page of its own counts.
    """
    seen: set[str] = set()
    for page in (Alternate(url, language), *others):
        tag = page.language_tag.lower()
        if tag not in seen:
            seen.add(tag)
            yield _page(page)


def _page(page: Alternate) -> dict[str, str]:
    link = {
        "rel": "alternate",
        "href": page.url,
        "type": "text/html",
        "hreflang": page.language_tag,
    }
    return link | {"title": page.title} if page.title else link


def _add(document: Any, feed: Feed, item: Item) -> None:
    entry = document.add_entry(order="append")
    entry.id(item.id)
    entry.title(item.title)
    entry.updated(item.updated)
    entry.published(item.published)
    entry.author([{"name": name} for name in item.authors])
    if item.summary:
        entry.summary(item.summary, type="text")
    entry.content(item.content_html, type="html")
    for slug, label in item.tags:
        entry.category(term=slug, label=label or slug, scheme=feed.tags_url)
    entry.history.links = [*_links_of_item(item)]
    if item.language != feed.language:
        entry.history.language = item.language


def _links_of_item(item: Item) -> Iterator[dict[str, str]]:
    yield from _pages(item.url, item.language, item.alternates)
    if item.external_url:
        yield {"rel": "via", "href": item.external_url}


class _Marks:
    """What RFC 5005 §2 and §4 put into a complete feed and into an archive."""

    def __init__(self, history: History) -> None:
        self._history = history

    def extend_ns(self) -> dict[str, str]:
        marked = self._history.current or self._history.is_complete
        return {"fh": _HISTORY} if marked else {}

    def extend_atom(self, root: Any) -> Any:
        if self._history.is_complete:
            xml_elem(f"{{{_HISTORY}}}complete", root)
        if self._history.current:
            xml_elem(f"{{{_HISTORY}}}archive", root)
        return root


class _Rest:
    """What feedgen cannot say of an entry.

    It knows no language but the feed's, and of an entry's links it writes the address only.
    """

    def __init__(self) -> None:
        self.language = ""
        self.links: list[dict[str, str]] = []

    def extend_atom(self, entry: Any) -> Any:
        if self.language:
            entry.set(_LANG, self.language)
        for link in self.links:
            xml_elem("link", entry, **link)
        return entry

"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from typing import Any

from publisher.render.feeds.item import Feed, Item, prepared

_VERSION = "https://jsonfeed.org/version/1.1"


def render(feed: Feed) -> bytes:
    """The feed as a JSON document: UTF-8 without a byte order mark (RFC 8259 §8.1)."""
    if not feed.json_url:
        raise ValueError(f"{feed.id}: a JSON feed needs an address")
    text = json.dumps(_document(prepared(feed)), ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def _document(feed: Feed) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": feed.json_url,
        **_given(
            description=feed.description,
            icon=feed.icon_url,
            authors=_authors(feed.authors),
            language=feed.language,
            hubs=[{"type": "WebSub", "url": feed.hub}] if feed.hub else None,
        ),
        "items": [_item(item) for item in feed.items],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.url,
        **_given(external_url=item.external_url),
        "title": item.title,
        "content_html": item.content_html,
        **_given(
            summary=item.summary,
            image=item.image_url,
            date_published=item.published.isoformat(),
            date_modified=item.updated.isoformat() if item.updated != item.published else None,
            authors=_authors(item.authors),
            tags=[label or slug for slug, label in item.tags],
            language=item.language,
        ),
    }


def _authors(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def _given(**fields: object) -> dict[str, object]:
    """The fields that have something to say: an empty one means "unknown" to no reader."""
    return {name: value for name, value in fields.items() if value}

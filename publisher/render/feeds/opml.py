"""OPML 2.0 (opml.org/spec2): a list of feeds that a reader imports at one go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from publisher.render.feeds.item import Feed, clean, titles


def render(title: str, feeds: Sequence[Feed]) -> bytes:
    """The feeds of an edition, in the order given; each by RSS, or by Atom where it has no RSS."""
    if not feeds:
        raise ValueError("a list of feeds needs a feed")
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = clean(title)
    modified = max(feed.updated for feed in feeds).astimezone(dt.UTC)
    ET.SubElement(head, "dateModified").text = format_datetime(modified, usegmt=True)
    body = ET.SubElement(root, "body")
    for feed in feeds:
        ET.SubElement(body, "outline", _outline(feed))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _outline(feed: Feed) -> dict[str, str]:
    # There is one for every tag, so it is not prepared as a feed is, of which more is shown.
    title, description = titles(feed)
    # Readers take "rss" for every kind of feed; the version is only known for RSS.
    outline = {
        "type": "rss",
        "text": title,
        "title": title,
        "xmlUrl": clean(feed.rss_url or feed.atom_url),
        "htmlUrl": clean(feed.page_url),
        "language": clean(feed.language),
        "description": description,
    }
    return outline | {"version": "RSS2"} if feed.rss_url else outline

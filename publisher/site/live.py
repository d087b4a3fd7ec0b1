"""Whether a page is live: its public address shows the revision that was written.

A CDN or a deployment may lag behind the write; readers of a mail would follow links to nowhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

NAME = "publisher:revision"
"""The name of the meta element that carries the mark (`publisher.render.head.revision_mark`)."""

_SECONDS = 10.0
_MOST_OCTETS = 256 * 1024
"""The mark stands in the head; no page needs so much before it."""
_MOST_REDIRECTS = 5
_SHOWN = 120
# Caches between us and the origin are to ask it (RFC 9111 section 5.2.1.4; the older Pragma).
_FRESH = {"cache-control": "no-cache", "pragma": "no-cache", "accept": "text/html"}


class Seen(NamedTuple):
    """What is at an address: the mark of the page there, or why there is none."""

    mark: str
    why: str = ""


Look = Callable[[str], Seen]
"""Asks an address for the page; nothing that goes wrong there is raised."""


def missing(urls: Iterable[str], mark: str, look: Look) -> str:
    """Which of the pages does not show a mark, and what there is instead; "" if all show it."""
    for url in urls:
        seen = look(url)
        if seen.mark != mark:
            other = "".join(filter(str.isprintable, seen.mark))[:_SHOWN]
            return f"{url}: {seen.why or f'another revision is there ({other})'}"
    return ""


def look(url: str) -> Seen:
    """Get the mark of a page; redirects are followed within its host, and to no other."""
    import httpx

    ends, host = time.monotonic() + _SECONDS, urlsplit(url).hostname
    try:
        with httpx.Client(headers=_FRESH, timeout=_SECONDS / 2) as client:
            for _ in range(_MOST_REDIRECTS):
                with client.stream("GET", url, follow_redirects=False) as response:
                    if response.has_redirect_location:
                        url = urljoin(url, response.headers["location"])
                        if urlsplit(url).hostname != host:
                            return Seen("", f"it leads to another host ({urlsplit(url).hostname})")
                        continue
                    if response.status_code != httpx.codes.OK:
                        return Seen("", f"the server answered {response.status_code}")
                    return _read(response.iter_bytes(), ends)
        return Seen("", "one redirect leads to the next")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Seen("", f"{type(error).__name__}: {error}".rstrip(": "))


def _read(parts: Iterable[bytes], ends: float) -> Seen:
    reader, octets = _Head(), 0
    for part in parts:
        octets += len(part)
        # A mark is ASCII, and so are the tags around it: a character may be cut in two.
        reader.feed(part.decode("latin-1"))
        if reader.mark or reader.is_over:
            break
        if octets > _MOST_OCTETS or time.monotonic() > ends:
            return Seen("", "no revision mark within the first part of the page")
    if reader.mark:
        return Seen(reader.mark)
    remedy = "a theme's web/_page.html has to print page.revision"
    return Seen("", f"the page has no revision mark ({remedy})")


class _Head(HTMLParser):
    """Reads a page until its mark is found, or its body begins."""

    def __init__(self) -> None:
        super().__init__()
        self.mark = ""
        self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "meta" and found.get("name") == NAME and not self.is_over:
            self.mark = self.mark or found.get("content") or ""
        self.is_over = self.is_over or tag == "body"

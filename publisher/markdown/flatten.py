"""Clean HTML, as `engine` makes it, back to plain text and links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_CLOSED = re.compile(r"[。！？；：，、…」』）】》]\Z")
_BLOCKS = frozenset(("p", "h3", "h4", "pre", "tr", "li", "hr"))


def plain(html: str) -> str:
    """Paragraphs with a blank line between, items of lists below one another, links in full."""
    out = ""
    for block in _read(html, keep_urls=True).blocks:
        separator = "\n" if block.is_tight else "\n\n"
        out += f"{separator}{block}" if out else str(block)
    return out


def strip(html: str) -> str:
    """All text on one line, without the addresses of links."""
    out = ""
    for block in _read(html, keep_urls=False).blocks:
        text = " ".join(block.text.split())
        out += text if not out or _CLOSED.search(out) else f" {text}"
    return out


def links(html: str) -> list[tuple[str, str]]:
    """(text, url) of each link, in order."""
    return [(text, url) for text, url in _read(html, keep_urls=False).links if url]


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, item, row or run of code, with what stands before its lines."""

    text: str
    first: str  # before the first line
    rest: str  # before the others
    is_tight: bool  # stands directly below the block before it

    def __str__(self) -> str:
        head, *others = self.text.split("\n")
        return "\n".join([self.first + head, *(f"{self.rest}{line}".rstrip() for line in others)])


def _read(html: str, *, keep_urls: bool) -> _Reader:
    reader = _Reader(keep_urls)
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader


class _Reader(HTMLParser):
    """Collects the blocks and the links."""

    def __init__(self, keep_urls: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.keep_urls = keep_urls
        self.blocks: list[_Block] = []
        self.links: list[tuple[str, str]] = []
        self.text = ""
        self.link: tuple[str, int] | None = None  # the open one: its url, where its text begins
        self.lists: list[int | None] = []  # of each open list the next number; None for bullets
        self.marker = ""
        self.quotes = 0
        self.in_code = False
        self.is_tight = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _BLOCKS:
            self.flush()
            self.in_code = tag == "pre"
            if tag == "li":
                self.begin_item()
        elif tag in ("ul", "ol"):
            self.flush()
            self.lists.append(_number(values.get("start")) if tag == "ol" else None)
            self.is_tight = len(self.lists) > 1
        elif tag == "blockquote":
            self.flush()
            self.quotes += 1
        elif tag == "br":
            self.text = f"{self.text.rstrip(' ')}\n"
        elif tag in ("td", "th") and self.text.strip():
            self.text = f"{self.text.strip()}{' | ' if self.keep_urls else ' '}"
        elif tag == "a":
            self.link = (values.get("href") or "", len(self.text))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush()
            self.in_code = False
            self.is_tight = tag in ("tr", "li")
        elif tag in ("ul", "ol"):
            self.flush()
            self.lists.pop()
            self.is_tight = bool(self.lists)
        elif tag == "blockquote":
            self.flush()
            self.quotes -= 1
            self.is_tight = False
        elif tag == "table":
            self.is_tight = False
        elif tag == "a":
            self.end_link()

    def handle_data(self, data: str) -> None:
        if not self.in_code:
            data = re.sub(r"[ \t\n]+", " ", data)
            if not self.text or self.text.endswith(("\n", " ")):
                data = data.lstrip(" ")
        self.text += data

    def begin_item(self) -> None:
        number = self.lists[-1] if self.lists else None
        self.marker = "- " if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1

    def end_link(self) -> None:
        url, start = self.link or ("", len(self.text))
        self.link = None
        text, address = self.text[start:].strip(), url.removeprefix("mailto:")
        self.links.append((text, url))
        if self.keep_urls and text != address and url:
            self.text += f" ({address})"
        elif not self.keep_urls and text == url:
            self.text = self.text[:start]

    def flush(self) -> None:
        """End the block that was being read."""
        text, self.text = self.text.rstrip() if self.in_code else self.text.strip(), ""
        if not text:
            return
        before = "> " * self.quotes + "  " * max(len(self.lists) - 1, 0)
        rest = " " * len(self.marker) if self.marker else "  " * bool(self.lists)
        if self.in_code:
            text = "\n".join(f"    {line}" for line in text.split("\n"))
        first, rest = f"{before}{self.marker or rest}", f"{before}{rest}"
        self.blocks.append(_Block(text, first, rest, self.is_tight))
        self.marker, self.is_tight = "", bool(self.lists)


def _number(start: str | None) -> int:
    return int(start) if start and start.isdecimal() else 1

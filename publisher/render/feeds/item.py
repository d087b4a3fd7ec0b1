"""What a feed consists of, whatever the format, and the rules that all formats share.

Identity is a `tag:` URI (RFC 4151), the same string in RSS, Atom and JSON, different per
language, never derived from a URL (RFC 4287 §4.2.6).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import is_
from typing import Any
from urllib.parse import urljoin

GENERATOR = "publisher"

# What XML 1.0 §2.2 forbids, and the C1 controls that it discourages (the W3C validator warns).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# The element and attribute names, dates, URLs and white space around one item, on average.
_BYTES_AROUND_AN_ITEM = 1_200


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same thing in another edition: the page there, and its language."""

    url: str
    language_tag: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed.  Title and summary are plain text, the content is HTML.

    `updated` changes only when the reader should look again (RFC 4287 §4.2.15).
    """

    id: str
    url: str
    title: str
    summary: str
    content_html: str
    published: dt.datetime
    updated: dt.datetime
    language: str
    authors: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    alternates: tuple[Alternate, ...] = ()
    external_url: str = ""
    image_url: str = ""

    def __post_init__(self) -> None:
        if self.published.tzinfo is None or self.updated.tzinfo is None:
            raise ValueError(f"{self.id}: the dates of a feed item need a time zone")


@dataclass(frozen=True, slots=True)
class History:
    """How a feed document and its archives hang together (RFC 5005, in Atom only).

    `current` is the feed that people subscribe to; a document that names it is an archive.
    `is_complete` says that no item exists beyond those in the document.
    """

    previous: str = ""
    next: str = ""
    current: str = ""
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed in one language: what stands above its items, and the items, newest first.

    `rss_url`, `atom_url` and `json_url` are where each format is published, "" where it is not.
    `created` dates a feed that has no items yet.  `tags_url` names the list of tags.
    """

    id: str
    rss_url: str
    atom_url: str
    json_url: str
    page_url: str
    title: str
    description: str
    language: str
    items: tuple[Item, ...]
    created: dt.datetime
    generator_version: str
    generator_url: str = ""
    authors: tuple[str, ...] = ()
    rights: str = ""
    alternates: tuple[Alternate, ...] = ()
    hub: str = ""
    tags_url: str = ""
    icon_url: str = ""
    logo_url: str = ""
    ttl_minutes: int = 60
    history: History | None = None

    def __post_init__(self) -> None:
        if self.created.tzinfo is None:
            raise ValueError(f"{self.id}: the date of a feed needs a time zone")
        if len({item.id for item in self.items}) < len(self.items):
            raise ValueError(f"{self.id}: two items of a feed have the same id")

    @property
    def updated(self) -> dt.datetime:
        """When an item last changed: never the time of the build (RFC 4287 §4.2.15)."""
        return max((item.updated for item in self.items), default=self.created)


def limit(
    items: Iterable[Item],
    max_items: int = 30,
    max_bytes: int = 240_000,
    *,
    least: int = 1,
    is_newest_first: bool = False,
) -> tuple[Item, ...]:
    """The newest items, as many as a feed can bear; ties in the order of their ids.

    Of items that come newest first, no more are made than are looked at.

    The bytes are an estimate: title, summary and content as XML escapes them, plus a constant
    for what stands around them.  The list ends before the first item that does not fit, for a
    hole would hide an item for ever; the newest item is always in, or so many as are the `least`.
    """
    if not is_newest_first:
        by_id = sorted(items, key=lambda item: item.id)
        items = sorted(by_id, key=lambda item: item.published, reverse=True)
    chosen: list[Item] = []
    for item in islice(items, max_items):
        max_bytes -= _estimated_bytes(item)
        if len(chosen) >= least and max_bytes < 0:
            break
        chosen.append(item)
    return tuple(chosen)


def _estimated_bytes(item: Item) -> int:
    # RSS has a summary as HTML, so there it is escaped twice.
    text = clean(item.title + html.escape(item.summary, quote=False) + item.content_html)
    return _BYTES_AROUND_AN_ITEM + len(html.escape(text, quote=False).encode())


def clean(text: str) -> str:
    """The text without characters that no XML 1.0 document may hold (§2.2).

    These are the C0 controls except tab, line feed and carriage return, lone surrogates, U+FFFE
    and U+FFFF.  DEL and the C1 controls go too: discouraged by the same section.
    """
    return _FORBIDDEN.sub("", text)


# A start tag; quoted values may hold ">".  An unquoted "<" ends the attempt, so time stays linear.
_START_TAG = re.compile(r"""<[a-zA-Z](?:[^"'<>]|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(r"""(?<=[\s"'/])([^\s=>"'/]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_URL_ATTRIBUTES = frozenset(
    {"action", "background", "cite", "data", "formaction", "href", "longdesc", "poster", "src"}
)


def absolute(content: str, base_url: str) -> str:
    """The HTML with every URL in it absolute: readers have no base to resolve against.

    Only attributes with a relative URL are rewritten; all other bytes stay as they are.
    """

    def rewrite(match: re.Match[str]) -> str:
        name, quoted = match.groups()
        resolve = _RESOLVERS.get(name.lower())
        if resolve is None:
            return match[0]
        value = html.unescape(quoted.strip("\"'")).strip()
        resolved = resolve(value, base_url)
        if resolved == value:
            return match[0]
        return f'{name}="{html.escape(resolved)}"'

    if _MAY_BE_RELATIVE.search(content) is None:
        return content
    return _START_TAG.sub(lambda tag: _ATTRIBUTE.sub(rewrite, tag[0]), content)


def _resolve(url: str, base_url: str) -> str:
    try:
        return urljoin(base_url, url)
    except ValueError:  # "http://[": nothing that could be made absolute
        return url


def _resolve_set(candidates: str, base_url: str) -> str:
    """Every URL of a `srcset`: "a.png 1x, b.png 2x"."""
    parts = (candidate.split(maxsplit=1) for candidate in re.split(r",\s+", candidates))
    return ", ".join(" ".join([_resolve(url, base_url), *rest]) for url, *rest in parts)


# Whatever may be such an attribute and has no whole address of the plain kind, which stays as it
# is: most content has no other, and is not looked through tag by tag.  It begins with a letter that
# is rare, and looks back from there: a search for any of the names stops at each letter of a text.
_ENDS = "|".join(f"(?<={name}=)" for name in sorted(_URL_ATTRIBUTES | {"srcset"}))
_MAY_BE_RELATIVE = re.compile(
    rf"""=(?:(?<=\s=)|{_ENDS})(?!"https?://[a-z0-9.-]+(?::[0-9]+)?/[\w./%~:@!$'()*+,=-]*")""",
    re.IGNORECASE | re.ASCII,
)
_RESOLVERS: dict[str, Callable[[str, str], str]] = {
    **dict.fromkeys(_URL_ATTRIBUTES, _resolve),
    "srcset": _resolve_set,
}


def prepared(feed: Feed) -> Feed:
    """The feed as every format writes it.

    Texts are clean, dates are in UTC, URLs in the content absolute; a blank title is replaced by
    the address, for no format does without one.
    """
    items = tuple(map(_prepared_item, feed.items))
    feed = _cleaned(dataclasses.replace(feed, items=()) if items else feed)
    title, description = titles(feed)
    if not items and (title, description) == (feed.title, feed.description):
        return feed  # as most of a list of feeds are
    return dataclasses.replace(feed, title=title, description=description, items=items)


def titles(feed: Feed) -> tuple[str, str]:
    """Title and description of a feed as every format writes them."""
    title = _or(clean(feed.title), clean(feed.page_url))
    return title, _or(clean(feed.description), title)


# An entry stands in the feeds of all its tags, and in each of their forms.
@lru_cache(maxsize=500)
def _prepared_item(item: Item) -> Item:
    item = _cleaned(item)
    title, content = _or(item.title, item.url), absolute(item.content_html, item.url)
    if title is item.title and content is item.content_html:
        return item
    return dataclasses.replace(item, title=title, content_html=content)


def _or(text: str, otherwise: str) -> str:
    return text if text.strip() else otherwise


def _cleaned(value: Any) -> Any:
    """Every text in a value cleaned, every date in UTC, however deep: none can be forgotten.

    What is so already stays the same object, which is most.
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dt.datetime):
        return value if value.tzinfo is dt.UTC else value.astimezone(dt.UTC)
    if isinstance(value, tuple):
        those = tuple(map(_cleaned, value))
        return value if all(map(is_, those, value)) else those
    kind: Any = type(value)
    if (names := _fields(kind)) is not None:
        found = {name: getattr(value, name) for name in names}
        cleaned = {name: _cleaned(each) for name, each in found.items()}
        changed = {name: each for name, each in cleaned.items() if each is not found[name]}
        return dataclasses.replace(value, **changed) if changed else value
    return value


@lru_cache(maxsize=100)
def _fields(kind: type) -> tuple[str, ...] | None:
    """The names of a dataclass's fields; None for another type."""
    is_one = dataclasses.is_dataclass(kind)
    return tuple(each.name for each in dataclasses.fields(kind)) if is_one else None

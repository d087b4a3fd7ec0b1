"""HTML as the editor of WeChat official accounts keeps it: few elements, inline styles, no links.

The editor takes out scripts, style sheets, ids and what moves an element out of the text, and
refuses to save an article with links to other hosts than its own.  So the words of a link stay,
with a number behind them, and its address is told in a note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from publisher.render.context_issue import NoteView

ELEMENTS = frozenset({
    "section", "p", "span", "strong", "b", "em", "del", "sup", "sub", "code", "br", "hr", "img",
    "h1", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre",
    "table", "thead", "tbody", "tr", "th", "td",
})  # fmt: skip
"""What an article consists of; of any other element the content stays."""

_SIDES = ("", "-top", "-right", "-bottom", "-left")
PROPERTIES = frozenset({
    "color", "background-color", "font-size", "font-weight", "font-style", "line-height",
    "letter-spacing", "text-align", "text-decoration", "text-indent", "vertical-align",
    "white-space", "word-break", "overflow-wrap", "line-break", "list-style-type",
    "display", "width", "max-width", "height", "border-collapse", "overflow-x",
    *(f"{name}{side}" for name in ("margin", "padding", "border") for side in _SIDES),
})  # fmt: skip
"""The CSS that stays: type, colour and space.  Nothing floats, moves or lies above the text."""

_DROPPED = {"script", "style", "title", "noscript", "template", "iframe", "object"}
_ATTRIBUTES = {
    "*": {"style", "lang", "dir"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# What the styles are chosen by, and what links and pictures tell; none of it stays to the end.
_BEFORE = {**_ATTRIBUTES, "*": {"style", "lang", "dir", "class"}} | {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_BY_HAND = re.compile(r"(?:mailto:|tel:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an article: WeChat shows only those that were uploaded to it."""

    url: str
    alt: str
    size: str  # such as 132 × 132 px, as it is shown; empty where the theme does not say


def tidied(html: str) -> str:
    """Well-formed HTML of the elements that WeChat keeps, and links; with classes, for styles."""
    return _cleaned(html, ELEMENTS | {"a"}, _BEFORE)


def final(html: str) -> str:
    """What goes to the editor: no link, no class, no id, no style but what PROPERTIES has."""
    return _cleaned(html, ELEMENTS, _ATTRIBUTES)


def _cleaned(html: str, elements: frozenset[str], attributes: dict[str, set[str]]) -> str:
    # Imported here: nobody needs it who renders pages or mail.
    import nh3

    return nh3.clean(
        html,
        tags=set(elements),
        clean_content_tags=_DROPPED,
        attributes=attributes,
        url_schemes=_SCHEMES,
        link_rel=None,
        filter_style_properties=set(PROPERTIES),
    )


def numbered(html: str, known: Sequence[NoteView] = ()) -> tuple[str, tuple[NoteView, ...]]:
    """Tidied HTML with numbers instead of links, and the addresses they stand for.

    An address has one number, wherever it stands; those of the notes that are `known` keep theirs.
    A place in the text itself has none, and neither has a mail address that is written out.
    """
    reader = _Numbering(known)
    reader.feed(html)
    reader.close()
    return "".join(reader.parts), tuple(reader.notes.values())


def pictures(html: str) -> tuple[Picture, ...]:
    """The pictures of tidied HTML, in the order in which they stand; each address once."""
    reader = _Pictures()
    reader.feed(html)
    reader.close()
    return tuple(reader.found.values())


def words(html: str) -> str:
    """The text alone, without white space at the ends of lines."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "\n".join(" ".join(line.split()) for line in "".join(reader.parts).splitlines())


@dataclass(slots=True)
class _Open:
    """A link that has begun: where it leads, and the place of its words among the parts."""

    address: str
    title: str
    begins: int


class _Numbering(HTMLParser):
    """Copies HTML as it is, but for links."""

    def __init__(self, known: Sequence[NoteView]) -> None:
        super().__init__(convert_charrefs=False)
        self.notes = {each.url: each for each in known}
        self.parts: list[str] = []
        self._open: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.parts.append(self.get_starttag_text() or "")
            return
        told = dict(attrs)
        href = (told.get("href") or "").strip()
        address = href if _ADDRESS.match(href) else ""
        self._open.append(_Open(address, told.get("title") or "", len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag != "a":
            self.parts.append(f"</{tag}>")
        elif self._open:
            self._end(self._open.pop())

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")

    def _end(self, link: _Open) -> None:
        said = " ".join(words("".join(self.parts[link.begins :])).split())
        address = _BY_HAND.sub("", link.address, count=1)
        if not link.address or (address != link.address and address in said):
            return
        title = " ".join(link.title.split()) or said
        note = NoteView(len(self.notes) + 1, "" if title == address else title, address)
        number = self.notes.setdefault(address, note).number
        self.parts.append(f'<sup class="mark">[{number}]</sup>')


class _Pictures(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Picture] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag != "img" or not (url := told.get("src", "")):
            return
        width, height = told.get("width", ""), told.get("height", "")
        size = f"{width} × {height} px" if width and height else ""
        self.found.setdefault(url, Picture(url, told.get("alt", ""), size))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

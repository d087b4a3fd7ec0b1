"""What mrml accepts in silence or refuses without saying where: the rules of MJML 4, checked here.

mrml passes unknown elements and wrong parents through, and for a tag that is not closed it names
no line.  https://documentation.mjml.io lists the elements; `_PARENTS` is that list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from html.parser import HTMLParser

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)
_CONTENT = ("mj-column", "mj-hero")
_HEAD = ("mj-head",)

# Element -> the elements it may stand in.
_PARENTS: dict[str, tuple[str, ...]] = {
    "mjml": (),
    "mj-head": ("mjml",),
    "mj-body": ("mjml",),
    "mj-attributes": _HEAD,
    "mj-breakpoint": _HEAD,
    "mj-preview": _HEAD,
    "mj-style": _HEAD,
    "mj-title": _HEAD,
    "mj-all": ("mj-attributes",),
    "mj-class": ("mj-attributes",),
    "mj-wrapper": ("mj-body",),
    "mj-section": ("mj-body", "mj-wrapper"),
    "mj-hero": ("mj-body", "mj-wrapper"),
    "mj-group": ("mj-section",),
    "mj-column": ("mj-section", "mj-group"),
    "mj-raw": ("mj-head", "mj-body", "mj-wrapper", "mj-section", "mj-group", *_CONTENT),
    "mj-accordion": _CONTENT,
    "mj-accordion-element": ("mj-accordion",),
    "mj-accordion-title": ("mj-accordion-element",),
    "mj-accordion-text": ("mj-accordion-element",),
    "mj-button": _CONTENT,
    "mj-carousel": _CONTENT,
    "mj-carousel-image": ("mj-carousel",),
    "mj-divider": _CONTENT,
    "mj-image": _CONTENT,
    "mj-navbar": _CONTENT,
    "mj-navbar-link": ("mj-navbar",),
    "mj-spacer": _CONTENT,
    "mj-table": _CONTENT,
    "mj-text": _CONTENT,
}
# Inside these stands HTML (or text), and no MJML.
_HTML = frozenset(
    ["mj-raw", "mj-text", "mj-table", "mj-button", "mj-style", "mj-title", "mj-preview",
     "mj-navbar-link", "mj-accordion-title", "mj-accordion-text"]
)  # fmt: skip
_REFUSED = {
    "mj-include": 'use {% include "email/…" %}: themes are read by Jinja2',
    "mj-font": "name fonts that readers have: a mail of ours loads nothing from elsewhere",
    "mj-social": "write plain links: its pictures would be loaded from elsewhere",
    "mj-social-element": "write plain links: its pictures would be loaded from elsewhere",
    "mj-html-attributes": "write the attribute where it belongs",
}
_UNQUOTED = re.compile(r"""<[^\s<>]+(?:\s+[^\s=<>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*\s*/?>""")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an MJML document, and at which of its characters."""

    offset: int
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    offset: int


def first_fault(mjml: str) -> Fault | None:
    """The first thing that mrml would refuse, or would lay out wrongly without a word."""
    reader = _Reader(mjml)
    try:
        reader.feed(mjml)
        reader.close()
        reader.finish()
    except _Found as found:
        return found.fault
    return _unexplained(mjml, reader.parts)


def to_html(mjml: str) -> str:
    """The HTML of an MJML document in which `first_fault` found none."""
    from mjml import mjml2html

    # No fonts: by default mrml links Google's for each family it knows by name.
    return str(mjml2html(mjml, fonts={}))


def _unexplained(mjml: str, parts: list[tuple[int, int]]) -> Fault | None:
    """What only mrml itself objects to, at the part of the body that it objects to."""
    try:
        to_html(mjml)
    except ValueError as error:
        guilty = (start for start, end in parts if not _is_accepted(mjml[start:end]))
        return Fault(
            next(guilty, 0), f"MJML cannot be read here: {error}", "look for a stray <, > or quote"
        )
    return None


def _is_accepted(part: str) -> bool:
    try:
        to_html(f"<mjml><mj-body>{part}</mj-body></mjml>")
    except ValueError:
        return False
    return True


class _Found(Exception):
    """Ends the reading; it never leaves this module."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


class _Reader(HTMLParser):
    """Reads MJML as it stands and stops at the first fault."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._open: list[_Open] = []
        self.parts: list[tuple[int, int]] = []

    @property
    def _offset(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _stop(self, what: str, remedy: str, offset: int | None = None) -> None:
        raise _Found(Fault(self._offset if offset is None else offset, what, remedy))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check_start(tag)
        if tag not in _VOID or tag.startswith("mj"):
            self._open.append(_Open(tag, self._offset))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check_start(tag)

    def _check_start(self, tag: str) -> None:
        written = self.get_starttag_text() or ""
        if not _UNQUOTED.fullmatch(written):
            self._stop(
                f"the attributes of <{tag}> cannot be read",
                'write each value between quotes, such as width="100%"',
            )
        if tag == "mjml" or tag.startswith("mj-"):
            self._check_element(tag)
        elif not self._inside_html:
            parent = self._open[-1].tag if self._open else "the document"
            self._stop(
                f"<{tag}> is no MJML, and cannot stand directly in {parent}",
                "put it into <mj-text>, or into <mj-raw>",
            )

    @property
    def _inside_html(self) -> bool:
        return any(each.tag in _HTML for each in self._open)

    def _check_element(self, tag: str) -> None:
        if tag in _REFUSED:
            self._stop(f"<{tag}> is not used here", _REFUSED[tag])
        if tag not in _PARENTS:
            near = get_close_matches(tag, _PARENTS, 1)
            remedy = f"did you mean <{near[0]}>?" if near else "see https://documentation.mjml.io"
            self._stop(f"MJML has no element <{tag}>", remedy)
        parent = self._open[-1].tag if self._open else ""
        if parent == "mj-attributes" and tag not in {"mjml", "mj-head", "mj-body"}:
            return
        if parent not in _PARENTS[tag] and (parent or tag != "mjml"):
            allowed = ", ".join(f"<{each}>" for each in _PARENTS[tag]) or "the document"
            self._stop(
                f"<{tag}> cannot stand in {f'<{parent}>' if parent else 'the document'}",
                f"put it into {allowed}",
            )

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            self._stop(f"</{tag}> closes nothing: <{tag}> has no end", "delete it")
        if not self._open:
            self._stop(f"</{tag}> closes nothing", "delete it, or open it before")
        last = self._open.pop()
        if last.tag != tag:
            if any(each.tag == tag for each in self._open):
                self._stop(f"<{last.tag}> is not closed", f"add </{last.tag}>", last.offset)
            self._stop(f"</{tag}> closes nothing", "delete it, or open it before")
        if self._open and self._open[-1].tag == "mj-body":
            self.parts.append((last.offset, self._offset + len(f"</{tag}>")))

    def handle_data(self, data: str) -> None:
        if "<" in data and not (self._open and self._open[-1].tag in {"style", "script"}):
            self._stop("a bare < stands in the text", "write &lt;", self._offset + data.index("<"))
        if data.strip() and not self._inside_html and not self._open:
            self._stop("text stands outside of <mjml>", "delete it")
        if data.strip() and self._open and not self._inside_html:
            self._stop(f"text stands directly in <{self._open[-1].tag}>", "put it into <mj-text>")

    def unknown_decl(self, data: str) -> None:
        self._stop(
            f"<![{data[:12]}…]> is not understood",
            "write the text itself, with &lt; for <; a condition for Outlook is <!--[if mso]>",
        )

    def handle_pi(self, data: str) -> None:
        self._stop("a processing instruction stands in the mail", "delete it")

    def handle_comment(self, data: str) -> None:
        if "--" in data.strip("-") and not data.startswith("["):
            self._stop("a comment holds --", "write a template comment instead: {# … #}")

    def finish(self) -> None:
        """Nothing may be left open at the end."""
        if self._open:
            last = self._open[-1]
            self._stop(f"<{last.tag}> is not closed", f"add </{last.tag}>", last.offset)

"""Python-Markdown and nh3, set up once for each thread.

Raw HTML is shown, not passed on: Python-Markdown is told to take none, and nh3 cleans what it
makes, so that neither alone has to be right.
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterable
from xml.etree.ElementTree import Element, ElementTree, SubElement

import nh3
from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, AtomicString

from publisher.markdown.joining import join_html

_TEXT_TAGS = ("p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a")
_OTHER_TAGS = ("h3", "h4", "hr", "sup", "sub", "table", "thead", "tbody", "tr", "th", "td")
TAGS = frozenset(_TEXT_TAGS + _OTHER_TAGS)
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_WEB_OR_MAIL = re.compile(r"https?://[^\s/]|mailto:[^\s@]+@", re.IGNORECASE)

# RFC 3986, section 2: other characters end an address.  Chinese text follows without a space.
_URL = r"(?<![A-Za-z0-9])(https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+)"
_TRAILING = ".,;:!?'*_~"

# In one paragraph.  The engine's time grows with the square of the number of these marks, and a
# stuck key must not stop the publishing of a day.
_MOST_MARKS = 500

_cleaner = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=None,
)
_local = threading.local()


def convert(text: str, *, is_inline: bool = False) -> str:
    """Markdown to clean HTML; what is too much for the engine is shown as it was written."""
    if any(part.count(mark) > _MOST_MARKS for part in text.split("\n\n") for mark in "[`"):
        return _as_written(text)
    name = "inline" if is_inline else "block"
    engine: Markdown | None = getattr(_local, name, None)
    if engine is None:
        engine = _build(is_inline)
        setattr(_local, name, engine)
    try:
        # Without reset, the link definitions of one text would hold for the next.
        made = engine.reset().convert(text)
    except RecursionError:
        # The state of an engine that was torn out of its work is not to be trusted.
        delattr(_local, name)
        return _as_written(text)
    return join_html(_cleaner.clean(made))


def _as_written(text: str) -> str:
    parts = (html.escape(part, quote=False) for part in text.split("\n\n") if part.strip())
    return join_html(_cleaner.clean("\n".join(f"<p>{part}</p>" for part in parts)))


def _build(is_inline: bool) -> Markdown:
    engine = Markdown(extensions=["sane_lists", "tables"], output_format="html")
    engine.preprocessors.deregister("html_block")
    engine.inlinePatterns.deregister("html")
    # Behind links and <…> (120), before emphasis (60): an underscore in an address is none.
    engine.inlinePatterns.register(_BareUrl(_URL, engine), "bare_url", 115)
    # Behind the treeprocessor that reads the inline marks (20).
    engine.treeprocessors.register(_Tame(engine), "tame", 15)
    if is_inline:
        engine.parser = _OneParagraph(engine)
    return engine


class _OneParagraph(BlockParser):
    """Takes the whole text for one paragraph: nothing in it begins a list or a heading."""

    def parseDocument(self, lines: Iterable[str]) -> ElementTree:  # noqa: N802  # the base's name
        self.root = Element(self.md.doc_tag)
        SubElement(self.root, "p").text = "\n".join(lines).strip()
        return ElementTree(self.root)


class _BareUrl(InlineProcessor):
    """An address in running text becomes a link; a full stop or bracket after it does not."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802  # the base's own name
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        url = _trim(m.group(1))
        if not _WEB_OR_MAIL.match(url):
            return None, None, None
        link = Element("a", href=url)
        link.text = AtomicString(url)
        return link, m.start(0), m.start(0) + len(url)


def _trim(url: str) -> str:
    """Without punctuation at the end, and without a bracket that was opened before it."""
    while url[-1] in _TRAILING or any(
        url[-1] == closing and url.count(closing) > url.count(opening)
        for opening, closing in ("()", "[]")
    ):
        url = url[:-1]
    return url


class _Tame(Treeprocessor):
    """Headings become h3 and h4, pictures their words, links elsewhere than the web their text."""

    def run(self, root: Element) -> None:
        headings = [element for element in root.iter() if re.fullmatch("h[1-6]", element.tag)]
        highest = min((element.tag for element in headings), default="h1")
        for element in headings:
            element.tag = "h3" if element.tag == highest else "h4"
        for element in root.iter("img"):
            element.tag, element.text = "span", AtomicString(element.get("alt") or "")
        for element in root.iter("a"):
            url = (element.get("href") or "").replace(AMP_SUBSTITUTE, "&")
            if not _WEB_OR_MAIL.match(html.unescape(url)):
                element.tag = "span"

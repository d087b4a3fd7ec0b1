"""Markdown to safe HTML, and to plain text for the places that show no HTML.

Text without any mark, which is most text, never meets the engine: escaping it is two hundred
times faster and gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from functools import lru_cache
from hashlib import blake2b

from publisher.markdown import flatten, joining, lines

FORMAT = "1"
"""Counts up when the same text comes to give other HTML; part of the key of a cached text."""

_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BLANK_LINE = re.compile(r"^[ \t]+$", re.MULTILINE)
# Characters that may mean something anywhere, and what does so at an end of a line.
_MARK = re.compile(r"[\\`*_\[\]<>&|~#\t\xa0]")
_EDGE = re.compile(r"^(?:[^\S\n]|[-+=]|\d+\.)|[^\S\n]$", re.MULTILINE)
_BLANK = re.compile(r"\n{2,}")


def join_lines(text: str) -> str:
    """Take out line breaks between two Han, kana, bopomofo or full-width characters.

    Hangul keeps them, and so does code.
    """
    return joining.join_lines(text)


class Renderer:
    """Markdown to clean HTML; each text is rendered once, as far as the cache remembers."""

    def __init__(self, cache: MutableMapping[str, str] | None = None) -> None:
        self._cache: MutableMapping[str, str] = {} if cache is None else cache

    def block(self, text: str) -> str:
        """Paragraphs, lists, quotations, tables."""
        text = _normal(text)
        if _is_plain(text):
            return _paragraphs(text)
        return self._remembered("block", text)

    def inline(self, text: str) -> str:
        """The same for a text that is one paragraph, without the ``<p>``."""
        text = _one_line(_normal(text))
        return text if _is_plain(text) else self._remembered("inline", text)

    def _remembered(self, form: str, text: str) -> str:
        digest = blake2b(text.encode(), digest_size=16).hexdigest()
        key = f"{FORMAT}:{form}:{digest}"
        made = self._cache.get(key)
        if made is None:
            made = self._cache[key] = _block(text) if form == "block" else _inline(text)
        return made


def plain(text: str) -> str:
    """Readable plain text: links as ``text (url)``, paragraphs with a blank line between."""
    text = _normal(text)
    if _is_plain(text):
        joined = joining.join_lines(text)
        return "\n\n".join(part.replace("\n", " ") for part in _BLANK.split(joined))
    return flatten.plain(_block(text))


# The same text is the description of a page, of its JSON-LD and of lists.
@lru_cache(maxsize=1024)
def strip(text: str) -> str:
    """One line without marks and addresses: for titles, descriptions and preheaders."""
    text = _normal(text)
    if _is_plain(text) and "\n" not in text:
        return text
    # A single line is a title, in which "1." begins no list.  One that begins with a letter is a
    # paragraph either way, and its page wants it as one.
    is_block = "\n" in text or text[:1].isalpha()
    return flatten.strip(_block(text) if is_block else _inline(text))


def links(text: str) -> list[tuple[str, str]]:
    """(text, url) of each link, in order."""
    text = _normal(text)
    return [] if _is_plain(text) else flatten.links(_block(text))


def _normal(text: str) -> str:
    text = _DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if "\n" in text:
        text = _BLANK_LINE.sub("", text)
    return text.strip("\n").rstrip()


def _one_line(text: str) -> str:
    joined = joining.join_lines(re.sub(r"\s*\n\s*", "\n", text.strip()))
    return joined.replace("\n", " ")


def _is_plain(text: str) -> bool:
    """Whether nothing in the text means anything to the engine."""
    return not (_MARK.search(text) or "://" in text or _EDGE.search(text))


def _paragraphs(text: str) -> str:
    if "\n" not in text:
        return text and f"<p>{text}</p>"
    parts = _BLANK.split(joining.join_lines(text))
    return "\n".join(f"<p>{part}</p>" for part in parts)


# A page is described by a text before it shows it.
@lru_cache(maxsize=256)
def _block(text: str) -> str:
    # Late: importing Python-Markdown takes as long as starting Python does.
    from publisher.markdown import engine

    return engine.convert(lines.for_engine(text))


def _inline(text: str) -> str:
    from publisher.markdown import engine

    return engine.convert(text, is_inline=True).removeprefix("<p>").removesuffix("</p>")

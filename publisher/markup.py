"""Markdown to safe HTML, and to plain text for the places that show no HTML.

Text without any mark, which is most text, never meets the engine: escaping it is two hundred
times faster and gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from hashlib import blake2b

from publisher.markdown import flatten, joining, lines
from publisher.memo import Memo

Remember = Callable[[str, Callable[[], str]], str]
"""Gives what a key stands for, and makes it where it does not remember it."""

_REMEMBERED = 16_384  # texts: those of some months

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
    """Markdown to clean HTML, and to a line; a text is converted once, as far as is remembered."""

    def __init__(self, remember: Remember | None = None) -> None:
        self._remember: Remember = remember or Memo(_REMEMBERED)

    def block(self, text: str) -> str:
        """Paragraphs, lists, quotations, tables."""
        text, is_plain = _read(text)
        return _paragraphs(text) if is_plain else self._made("block", _block, text)

    def inline(self, text: str) -> str:
        """The same for a text that is one paragraph, without the ``<p>``."""
        text = _one_line(_normal(text))
        return text if _is_plain(text) else self._made("inline", _inline, text)

    def line(self, text: str) -> str:
        """One line without marks and addresses: for titles, descriptions and preheaders."""
        text, is_plain = _read(text)
        if is_plain and "\n" not in text:
            return text
        return self._made("line", _line, text)

    def _made(self, form: str, make: Callable[[str], str], text: str) -> str:
        digest = blake2b(text.encode(), digest_size=16).hexdigest()
        return self._remember(f"{form}:{digest}", partial(make, text))


def plain(text: str) -> str:
    """Readable plain text: links as ``text (url)``, paragraphs with a blank line between."""
    text, is_plain = _read(text)
    if is_plain:
        joined = joining.join_lines(text)
        return "\n\n".join(part.replace("\n", " ") for part in _BLANK.split(joined))
    return flatten.plain(_block(text))


def links(text: str) -> list[tuple[str, str]]:
    """(text, url) of each link, in order."""
    text, is_plain = _read(text)
    return [] if is_plain else flatten.links(_block(text))


# The same text is the description of a page, of its JSON-LD and of lists.
@lru_cache(maxsize=1024)
def _read(text: str) -> tuple[str, bool]:
    """A text as it is converted, and whether nothing in it means anything to the engine."""
    text = _normal(text)
    return text, _is_plain(text)


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


def _line(text: str) -> str:
    # A single line is a title, in which "1." begins no list.  One that begins with a letter is a
    # paragraph either way, and its page wants it as one.
    is_block = "\n" in text or text[:1].isalpha()
    return flatten.strip(_block(text) if is_block else _inline(text))

"""What YAML silently takes away: lines folded into a text, and the rest after a ``#``."""

from __future__ import annotations

import re
from typing import Any

from publisher import cjk
from publisher.yaml12.mistakes import Mistake

_TIGHT_COMMENT = re.compile(r"[ ]+#(?=[^\s#!])")
_ITEM = re.compile(r"[ ]*-[ ]+\S")


def unfold(text: str, event: Any, found: list[Mistake]) -> str:
    """A text over several lines, with the lines joined as its script wants it."""
    start, end = event.start_mark, event.end_mark
    lines = text[start.index : end.index].split("\n")
    if event.style == ">":
        return cjk.unfold(event.value, lines[1:])
    if event.style:
        lines[0], lines[-1] = lines[0][1:], lines[-1][:-1]
    else:
        found += _items(lines, start.line)
    return cjk.unfold(event.value, lines)


def _items(lines: list[str], first: int) -> list[Mistake]:
    """Lines that look like items of a list, but became part of the text above them."""
    what = "this list item became part of the text above"
    remedy = "indent it like the other items; if it is text, put the whole text between quotes"
    return [
        Mistake(number + 1, len(line) - len(line.lstrip()) + 1, what, remedy, "list")
        for number, line in enumerate(lines[1:], first + 1)
        if _ITEM.match(line)
    ]


def has_comment(text: str) -> bool:
    """Whether ``#`` stands anywhere between a space and a word."""
    return bool(_TIGHT_COMMENT.search(text))


def comments(text: str, index: int) -> list[Mistake]:
    """``title: We are #1``: all from the ``#`` on is a comment, and lost."""
    match = _TIGHT_COMMENT.match(text, index)
    if not match:
        return []
    place = match.end() - 1
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    what = 'everything from this "#" on is a comment and appears nowhere'
    remedy = 'put the text between quotes; if it is a comment, write a space after "#"'
    return [Mistake(line, column, what, remedy, "comment", is_warning=True)]

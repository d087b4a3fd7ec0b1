"""Which line of which template wrote a piece of the output.

Jinja2 knows this only while it renders.  To find out afterwards, the template is rendered once
more with an invisible mark before each line of its text and each expression; through includes,
macros and inherited blocks the marks travel with the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from publisher.render.theme import Theme

# Private use characters: no template and no text holds them in this order.
_OPEN, _CLOSE = "\uf8f0\uf8f1", "\uf8f1\uf8f0"
_MARK = re.compile(f"{_OPEN}(.*?):(\\d+){_CLOSE}")


class _Marks(Extension):
    """Puts a mark before each line of a template's text, and before each expression."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        name = stream.name or ""
        for token in stream:
            if token.type == "data":
                lines = token.value.split("\n")
                marked = (_mark(name, token.lineno + at) + line for at, line in enumerate(lines))
                yield Token(token.lineno, "data", "\n".join(marked))
                continue
            if token.type == "variable_begin":
                yield Token(token.lineno, "data", _mark(name, token.lineno))
            yield token


def _mark(name: str, line: int) -> str:
    return f"{_OPEN}{name}:{line}{_CLOSE}"


@dataclass(frozen=True, slots=True)
class Trace:
    """An output, and where each of its parts came from."""

    text: str
    offsets: tuple[int, ...]
    places: tuple[tuple[str, int], ...]

    def place(self, offset: int) -> tuple[str, int] | None:
        """The template and line that wrote the character at `offset`."""
        at = bisect_right(self.offsets, offset) - 1
        return self.places[at] if at >= 0 else None


def trace(theme: Theme, template: str, variables: Mapping[str, Any]) -> Trace:
    """Render a template and remember what came from where."""
    marking = replace(theme, environment=theme.environment.overlay(extensions=[_Marks]))
    marked = marking.render(template, **variables)
    offsets, places, length, end = [], [], 0, 0
    for mark in _MARK.finditer(marked):
        length += mark.start() - end
        end = mark.end()
        offsets.append(length)
        places.append((mark[1], int(mark[2])))
    return Trace(_MARK.sub("", marked), tuple(offsets), tuple(places))

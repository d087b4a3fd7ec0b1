"""Draws without V8: the size and the words of a specification, and a white picture."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 600, 300
_LINE = 14  # px


class FakeDrawing:
    """Keeps what it was asked in `specs` and `svgs`; draws nothing that `refuses` says true of.

    With ``can_draw=False`` it stands for an installation without the extra.  An `App` takes it for
    its `drawings`, too: then `troubles` are what a run tells of.
    """

    def __init__(
        self, *, can_draw: bool = True, refuses: Callable[[str], bool] = lambda asked: False
    ) -> None:
        self.can_draw = can_draw
        self.refuses = refuses
        self.specs: list[str] = []
        self.svgs: list[str] = []
        self.troubles: tuple[str, ...] = ()

    @property
    def was_asked(self) -> bool:
        """Whether anything was to be drawn."""
        return bool(self.specs or self.svgs)

    def faults(self) -> tuple[str, ...]:
        """What a run tells of."""
        return self.troubles

    def close(self) -> None:
        """Nothing was opened."""

    def svg(self, spec: str) -> str | None:
        """An SVG of the specification's size with each of its words, once, as a text."""
        self.specs.append(spec)
        if not self.can_draw or self.refuses(spec):
            return None
        read = json.loads(spec)
        width, height = _side(read, "width", _WIDTH), _side(read, "height", _HEIGHT)
        lines = "".join(
            f'<text x="0" y="{_LINE * number}">{escape(word)}</text>'
            for number, word in enumerate(dict.fromkeys(_words(read)), start=1)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}">{lines}</svg>'
        )

    def png(self, svg: str) -> bytes | None:
        """A white PNG of twice the SVG's size."""
        self.svgs.append(svg)
        if not self.can_draw or self.refuses(svg):
            return None
        found = re.match(r'<svg [^>]*?\bwidth="(\d+)[^>]*? height="(\d+)', svg)
        width, height = map(int, found.groups()) if found else (_WIDTH, _HEIGHT)
        return white_png(2 * width, 2 * height)


def white_png(width: int, height: int) -> bytes:
    """A white picture of so many pixels, one bit each (PNG, third edition, sections 5 and 11)."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = (b"\x00" + b"\xff" * ((width + 7) // 8)) * height
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def _side(spec: Any, name: str, otherwise: int) -> int:
    found = spec.get(name) if isinstance(spec, dict) else None
    return int(found) if isinstance(found, int | float) else otherwise


def _words(part: Any, name: str = "") -> Iterator[str]:
    """Titles, the values of the data, and texts."""
    if isinstance(part, dict):
        for key, each in part.items():
            yield from _words(each, name if name in ("values", "datasets") else key)
    elif isinstance(part, list):
        for each in part:
            yield from _words(each, name)
    elif part is not None and name in ("title", "text", "subtitle", "values", "datasets"):
        yield str(part)

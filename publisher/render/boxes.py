"""Texts set into a box: the largest type in which all of it fits, and where each line stands.

Lengths are in px of the picture, from the top left corner of the box.  Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.render import line_breaking
from publisher.render.context import Passage, Texts
from publisher.render.context_cover import Box, BoxLine
from publisher.render.pictographs import without_pictographs
from publisher.render.words import is_cjk


@dataclass(frozen=True, slots=True)
class Setting:
    """How texts are set, in parts of the type size.

    `second` is the size of the languages after the first; `leading` is from line to line, `gap`
    between two texts.
    """

    second: float = 0.68
    leading: float = 1.3
    gap: float = 0.6


def fit(
    texts: Sequence[Texts],
    room: tuple[int, int],
    sizes: Sequence[int],
    most: int = 2,
    setting: Setting = Setting(),
) -> Box:
    """The texts in a box of so much width and height, in the first of the sizes that fits.

    A language of a text has at most `most` lines.  What does not fit in the last size is cut,
    and in the end left out.
    """
    width, height = room
    texts = [each for each in texts if each]
    for lines in range(1, most + 1):
        # One line of smaller type reads better than two of larger, but not of the smallest.
        for size in sizes if lines == most else sizes[: len(sizes) * 2 // 3 or 1]:
            found = _set(texts, width, size, lines, setting)
            if found.height <= height and not found.is_cut:
                return found
    for count in range(len(texts), 0, -1):
        for lines in range(most, 0, -1):
            found = _set(texts[:count], width, sizes[-1], lines, setting)
            if found.height <= height:
                return found
    return Box((), 0, sizes[-1], is_cut=bool(texts))


def _set(texts: Sequence[Texts], width: int, size: int, most: int, setting: Setting) -> Box:
    lines, down, is_cut = list[BoxLine](), 0.0, False
    for block, text in enumerate(texts):
        down += setting.gap * size if block else 0
        for passage in text:
            own = size if passage is text[0] else round(size * setting.second)
            words = without_pictographs(passage.line)
            found = line_breaking.lines(words, width / own, most, is_cjk=is_cjk(passage.lang))
            is_cut = is_cut or line_breaking.is_cut(words, found)
            for at, line in enumerate(found):
                down += own * setting.leading
                # Half of the leading is below the line, and a font's own depth.
                y = round(down - own * (setting.leading - 1) / 2 - own * _DEPTH)
                is_first = at == 0 and passage is text[0]
                lines.append(_line(line, passage, own, y, block, is_first=is_first))
    return Box(tuple(lines), round(down), size, is_cut)


_DEPTH = 0.14  # of the size: what a Han character reaches below the line


def _line(line: str, passage: Passage, size: int, y: int, block: int, *, is_first: bool) -> BoxLine:
    return BoxLine(line, passage.lang, passage.dir, passage.rank, size, y, block, is_first)

"""Where a line break stands for a space and where it stands for nothing.

Han, kana and bopomofo are written without spaces, so a line that an editor wrapped between two
of them is joined without one (CSS Text 3, section 4.1.3, has the same rule).  Hangul is written
with spaces and keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

# Radicals and Kangxi, CJK punctuation, kana, bopomofo, enclosed and squared forms, Han with its
# extensions and compatibility forms, vertical and small forms, full-width ASCII with half-width
# katakana, full-width signs.  Hangul (U+1100, U+3130, U+3200, U+AC00, U+FFA0) stays out.
WIDE = (
    "\u2e80-\u2fdf\u2ff0-\u303f\u3041-\u312f\u3190-\u31ff\u3220-\u325f\u3280-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff9f\uffe0-\uffe6"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""The characters, as the inside of a regular expression's character class."""

AMBIGUOUS = "“”‘’—…·"
"""Punctuation that is full-width beside Han and narrow beside Latin (UAX #11: ambiguous)."""

_WIDE = re.compile(f"[{WIDE}]")
_AMBIGUOUS = re.compile(f"[{AMBIGUOUS}]")


def joins(left: str, right: str) -> bool:
    """Whether a line that ends with `left` and one that begins with `right` meet without space."""
    wide_left, wide_right = _WIDE.match(left[-1:]), _WIDE.match(right[:1])
    if wide_left and wide_right:
        return True
    return bool(
        (wide_left and _AMBIGUOUS.match(right[:1])) or (wide_right and _AMBIGUOUS.match(left[-1:]))
    )


def unfold(value: str, lines: Iterable[str]) -> str:
    """Take out the spaces that YAML put for line breaks where `joins` wants none.

    `lines` are the lines of the source, from which `value` was folded: a space that the editor
    typed inside a line stays.
    """
    written = [line.strip() for line in lines]
    done = 0
    for left, right in pairwise(written):
        # A dozen characters before the seam tell it from a space typed between the same two.
        tail = left[-12:]
        seam = value.find(f"{tail} {right[:1]}", done) if joins(left, right) else -1
        if seam >= 0:
            done = seam + len(tail)
            value = value[:done] + value[done + 1 :]
    return value

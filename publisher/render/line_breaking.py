"""Lines of text for a box of a given width, where nothing else breaks them (SVG 1.1 does not).

Han and kana break between any two characters, but no line begins or ends with a mark that belongs
to its neighbour (W3C, Requirements for Chinese Text Layout, section 3.1.3; JIS X 4051 calls it
kinsoku).  Latin breaks between words.  A text may get longer lines than it needs, never wider ones:
widths are those of the widest of the fonts that the themes name for paper.

Widths are in em: parts of the font size.  Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from unicodedata import category, east_asian_width, normalize

ELLIPSIS = "…"

# Bold letters of Noto Sans, Noto Serif, Noto Sans CJK SC and Noto Serif CJK SC, measured with
# Pillow: of each the widest, rounded up to a twentieth.
_WIDTHS = {
    0.30: " \u00a0",
    0.35: "',.:;j",
    0.40: "!()-il",
    0.45: "/I[\\]ft{}°",
    0.50: "s",
    0.55: "*?rz",
    0.60: '"$0123456789J_cey|€£¥–',
    0.65: "#+<=>FS^`agoqvx~",
    0.70: "ELPTZbdhknpu",
    0.75: "BCVXY",
    0.80: "ADGKOQR",
    0.85: "&NU",
    0.90: "Hw",
    1.05: "@Mm",
    1.10: "W",
}
_WIDTH_OF = {each: width for width, letters in _WIDTHS.items() for each in letters}
# Quotation marks and the like: as wide as a Han character in its fonts, half of it in Latin ones.
_LATIN_WIDTH_OF = dict.fromkeys("“”‘’·•", 0.55)
_WIDEST_LETTER = 1.15  # of those that are not in the table: Ж and Œ come near
_JOINED_LETTER = 0.8  # of scripts without capitals, such as Arabic: as wide as a line's average

_MARKS = frozenset({"Mn", "Me", "Cf"})  # what takes no room of its own (Unicode, general category)

_NEVER_FIRST = frozenset(
    "、。，．：；！？）〕】〗』」》〉〙〛］｝”’…—–·・‧～ー％‰°℃々"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
    ",.:;!?)]}%"
)
_NEVER_LAST = frozenset("（〔【〖『「《〈〘〚［｛“‘￥＄#$([{")
_PAUSE = re.compile(r"[，：；。！？｜”》](?![，：；。！？”》])|[,:;|](?= )")
_UNEVEN = 0.66  # of the whole: the longer of two lines
# What a number counts stays with it: 400亿 and 2026年 are read as one.
_UNITS = frozenset("年月日号期周天时分秒点万亿千百十个家人名次倍元美欧日英%％℃度级")


def width(text: str, *, is_cjk: bool) -> float:
    """How wide a line gets at most, in em; `is_cjk`: it is set in a font of Han or kana."""
    return sum(_width(each, is_cjk) for each in text)


@lru_cache(maxsize=8192)
def _width(character: str, is_cjk: bool) -> float:
    if (found := _WIDTH_OF.get(character)) is not None:
        return found
    kind = east_asian_width(character)
    if kind in "WF":
        return 1.0
    if not is_cjk and character in _LATIN_WIDTH_OF:
        return _LATIN_WIDTH_OF[character]
    base = normalize("NFD", character)[0]
    if base != character:
        return max(_width(base, is_cjk), 0.45)  # an accent may be wider than its letter
    return _width_of_kind(category(character), is_ambiguous=kind == "A")


def _width_of_kind(kind: str, *, is_ambiguous: bool) -> float:
    """The width of a character of which no more is known than its category."""
    if kind in _MARKS:
        return 0.0
    if kind == "Lo":
        return _JOINED_LETTER
    return 1.0 if is_ambiguous and not kind.startswith("L") else _WIDEST_LETTER


def lines(text: str, room: float, most: int, *, is_cjk: bool) -> tuple[str, ...]:
    """The text in at most so many lines of equal length, none wider than `room` (em).

    What does not fit is cut, and an ellipsis says so.
    """
    words = " ".join(text.split())
    found = _filled(words, room, is_cjk)
    if len(found) > most:
        return _cut(found, room, most, is_cjk)
    if len(found) == 2 and (paused := _at_a_pause(words, room, is_cjk)):
        return paused
    return _balanced(words, found, room, is_cjk)


def is_cut(text: str, found: Sequence[str]) -> bool:
    """Whether the lines of a text are not all of it."""
    return "".join("".join(found).split()) != "".join(text.split())


def _at_a_pause(words: str, room: float, is_cjk: bool) -> tuple[str, ...]:
    """Two lines, of which the first ends where the text itself pauses; nothing where none can."""
    whole, found = width(words, is_cjk=is_cjk), list[tuple[float, tuple[str, str]]]()
    for pause in _PAUSE.finditer(words):
        pair = words[: pause.end()].rstrip(), words[pause.end() :]
        longer = max(width(each, is_cjk=is_cjk) for each in pair)
        if longer <= min(room, whole * _UNEVEN):
            found.append((longer, pair))
    return min(found)[1] if found else ()


def _balanced(words: str, found: tuple[str, ...], room: float, is_cjk: bool) -> tuple[str, ...]:
    """As many lines, as narrow as they can be: no word is left alone in the last one."""
    longest = max((width(each.rstrip(), is_cjk=is_cjk) for each in _pieces(words)), default=0)
    narrow, wide = max(room / 2, longest), room  # narrower lines would break words
    while len(found) > 1 and wide - narrow > 0.25:
        middle = (narrow + wide) / 2
        tried = _filled(words, middle, is_cjk)
        if len(tried) > len(found):
            narrow = middle
        else:
            found, wide = tried, middle
    return found


def _cut(found: tuple[str, ...], room: float, most: int, is_cjk: bool) -> tuple[str, ...]:
    kept, last = found[: most - 1], found[most - 1]
    left = room - _width(ELLIPSIS, is_cjk)
    (fitting, *_) = _filled(last, left, is_cjk) or ("",)
    return (*kept, fitting.rstrip(" ,.:;、，。：；·—–|｜(（“‘《「") + ELLIPSIS)


def _filled(words: str, room: float, is_cjk: bool) -> tuple[str, ...]:
    """Each line as long as it can be."""
    done, line = list[str](), ""
    for piece in _pieces(words):
        if line and width((line + piece).rstrip(), is_cjk=is_cjk) > room:
            done.append(line.rstrip())
            line = ""
        line += piece
        while width(line.rstrip(), is_cjk=is_cjk) > room:  # a word that is wider than the box
            fitting = _fitting(line, room, is_cjk)
            done.append(line[:fitting].rstrip())
            line = line[fitting:].lstrip()
    return (*done, line.rstrip()) if line.strip() else tuple(done)


def _fitting(line: str, room: float, is_cjk: bool) -> int:
    """How many characters of the line fit: at least one, or it would never end."""
    taken = 0.0
    for at, each in enumerate(line):
        taken += _width(each, is_cjk)
        if taken > room:
            return max(at, 1)
    return len(line)


_WORD = re.compile(r"\S+\s*")


def _pieces(words: str) -> Iterator[str]:
    """What is never broken: a word with the space after it, a Han character with its marks."""
    for word in _WORD.findall(words):
        start = 0
        for at, (before, after) in enumerate(pairwise(word), 1):
            if not after.isspace() and _may_break(before, after):
                yield word[start:at]
                start = at
        yield word[start:]


def _may_break(before: str, after: str) -> bool:
    if after in _NEVER_FIRST or before in _NEVER_LAST or category(after) in _MARKS:
        return False
    if before.isdigit() and after in _UNITS:
        return False
    return _is_wide(before) or _is_wide(after)


@lru_cache(maxsize=8192)
def _is_wide(character: str) -> bool:
    return east_asian_width(character) in "WF" and not "\uac00" <= character <= "\ud7a3"

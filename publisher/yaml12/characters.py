"""From the bytes of a file to its text: encodings, and characters that no text may hold."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator

from publisher.yaml12.mistakes import Mistake

_MOST = 10

_CONTROL_NAMES = {
    "\0": "NUL",
    "\a": "BELL",
    "\b": "BACKSPACE",
    "\v": "VERTICAL TAB",
    "\f": "FORM FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}

# What YAML 1.2 (section 5.1) and XML 1.0 (section 2.2) do not allow, and what those who read the
# file as YAML 1.1 would take for the end of a line (U+0085, U+2028, U+2029).
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff"
# UAX #9: these turn the direction of all that follows, and so can hide what a link or name says.
_BIDI = "\u202a-\u202e\u2066-\u2069"

_FORBIDDEN = re.compile(f"[{_CONTROLS}{_BIDI}]")
_TURNS = re.compile(f"[{_BIDI}]")
_TAB = re.compile(r"^\t[ \t]*(?=\S)", re.MULTILINE)


def place_of(text: str, index: int) -> tuple[int, int]:
    """The 1-based line and column of a character."""
    start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, start) + 1, index - start + 1


def decode(raw: bytes) -> str | Mistake:
    """The text of a file with LF line ends, or why it is no UTF-8."""
    if raw.startswith(codecs.BOM_UTF8):
        what, remedy = "the file is saved with a byte order mark", 'save it as "UTF-8" without BOM'
        return Mistake(1, 1, what, remedy, "encoding")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _looks_like_utf16(raw):
        return _not_utf8(1, 1, "UTF-16")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _undecodable(raw, error.start)
    return text.replace("\r\n", "\n") if "\r" in text else text


def refused(text: str) -> Iterator[Mistake]:
    """Every character of a file that may not stand in it; after the tenth only their number."""
    found = list(_FORBIDDEN.finditer(text))
    for match in found[:_MOST]:
        yield _refuse(match.group(), *place_of(text, match.start()))
    if len(found) > _MOST:
        place = place_of(text, found[_MOST].start())
        what = f"there are {len(found) - _MOST} more such characters from here on"
        yield Mistake(*place, what, "save the file as plain text", "character")


def refused_in(value: str, line: int, column: int) -> Mistake | None:
    r"""The same for a text that was written with escapes (``"\u202e"``), at its place."""
    match = _FORBIDDEN.search(value)
    return _refuse(match.group(), line, column) if match else None


def blank(text: str) -> str:
    """The text with a space for every refused character, so that the rest can be looked at."""
    return _FORBIDDEN.sub(" ", text)


def tabs(text: str) -> Mistake | None:
    """The first line that is indented with a tab, and how many more there are."""
    found = list(_TAB.finditer(text))
    if not found:
        return None
    others = len(found) - 1
    more = f" (and {others} more line{'s' * (others > 1)})" if others else ""
    what = f"this line is indented with a tab{more}"
    remedy = "indent with spaces, two for each level"
    return Mistake(*place_of(text, found[0].start()), what, remedy, "tab")


def name_of(char: str) -> str:
    """A character by number and name: ``U+202E RIGHT-TO-LEFT OVERRIDE``."""
    name = _CONTROL_NAMES.get(char) or unicodedata.name(char, "")
    if "\ud800" <= char <= "\udfff":
        name = "half of a surrogate pair"
    return f"U+{ord(char):04X} {name or 'control character'}"


def _refuse(char: str, line: int, column: int) -> Mistake:
    what = f"the invisible character {name_of(char)} may not stand in a text"
    remedy = "delete it (such characters come along when text is pasted)"
    if _TURNS.match(char):
        what = f"the invisible character {name_of(char)} turns the direction of the text around it"
        remedy = "delete it; right-to-left languages need none"
    elif char == "\r":
        what = f"the line ends with {name_of(char)} alone"
        remedy = "save the file with LF line ends"
    return Mistake(line, column, what, remedy, "character")


def _looks_like_utf16(raw: bytes) -> bool:
    """Whether every other byte is often zero, as in UTF-16 of Latin letters without a mark."""
    start = raw[:400]
    return len(start) > 3 and max(start[::2].count(0), start[1::2].count(0)) * 4 > len(start)


def _undecodable(raw: bytes, index: int) -> Mistake:
    before = raw[:index].decode("utf-8")
    place = place_of(before, len(before))
    if re.match(rb"\xed[\xa0-\xbf][\x80-\xbf]", raw[index:]):
        half = raw[index : index + 3].decode("utf-8", "surrogatepass")
        what = f"{name_of(half)} is no character"
        return Mistake(*place, what, "delete it and type it again", "character")
    return _not_utf8(*place, _guess(raw))


def _not_utf8(line: int, column: int, guess: str) -> Mistake:
    what = f"this file is not UTF-8 (it looks like {guess})"
    remedy = "save it as UTF-8"
    if not guess:
        what = "this is not UTF-8 (a damaged character, or the file is no text)"
        remedy = "type it again, and save the file as UTF-8"
    return Mistake(line, column, what, remedy, "encoding")


def _guess(raw: bytes) -> str:
    """The encoding that a file which is not UTF-8 was most likely saved in, or ""."""
    if _is_damaged_utf8(raw) or 0 in raw:
        return ""
    if _is_chinese(raw):
        return "GB18030"
    # Bytes that stand for nothing there, and control characters: no text at all.
    is_text = not re.search(rb"[\x00-\x08\x0e-\x1f\x81\x8d\x8f\x90\x9d]", raw)
    return "Latin-1 or Windows-1252" if is_text else ""


def _is_damaged_utf8(raw: bytes) -> bool:
    """Whether most of it is UTF-8 that is more than ASCII."""
    text = raw.decode("utf-8", "replace")
    return text.count("\ufffd") * 4 < sum(char > "\x7f" for char in text)


def _is_chinese(raw: bytes) -> bool:
    """Whether it decodes as GB18030 and most of it gives the Han characters in daily use.

    Letters of Latin-1 stand alone between ASCII letters, bytes of GB18030 come in pairs.
    """
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    usual = len(re.findall("[\u3000-\u303f\u4e00-\u9fff\uff00-\uff60]", text))
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", raw)]
    paired = sum(length for length in runs if length > 1)
    return usual * 2 > sum(char > "\x7f" for char in text) and paired * 2 > sum(runs)

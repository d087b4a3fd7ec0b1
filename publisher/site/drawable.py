"""What may be drawn: nothing that is somewhere else, and nothing huge.

vl-convert 1.9 follows the addresses of images in an SVG to the network and to the disk: what has
one is refused before it gets there.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from xml.parsers import expat

LONGEST = 4_000_000
"""Characters of a specification, or of an SVG: a table of 2,000 rows has a tenth."""
LARGEST = 4_000_000
"""Square px of a picture, before it is scaled: at twice the size its pixels take 64 MB."""

_DATA_IMAGE = re.compile(r"data:image/(?:png|jpeg|webp);base64,")
_ROWS = ("values", "datasets")
_A_FEW = 4
_CJK = {"BOPOMOFO", "CJK", "HANGUL", "HIRAGANA", "KATAKANA"}


class Refused(Exception):
    """Something that cannot be drawn here, and what helps."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.remedy = remedy


class LacksFont(Refused):
    """No font here has the letters: it may be drawn where there is one."""


class Hindered(Refused):
    """The process that draws failed: it may be drawn another time."""


def examine_spec(text: str) -> None:
    """Refuse a specification that is none, is huge, or names data or pictures by an address."""
    _refuse_length(text)
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError) as error:
        raise Refused(f"it is no JSON: {error}") from None
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            if isinstance(each.get("url"), str):
                raise Refused("it names data by an address: only what stands in it is drawn")
            if "image" in (each.get("mark"), each.get("type")):
                raise Refused("it has a picture in it: only shapes and text are drawn")
            waiting += (part for name, part in each.items() if name not in _ROWS)


def examine_svg(svg: str) -> str:
    """The text of an SVG; refuses one that is broken or huge, has scripts or names an address."""
    _refuse_length(svg)
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = _Elements()
    parser.CharacterDataHandler = found.append
    try:
        parser.Parse(svg, True)
    except (expat.ExpatError, UnicodeError) as error:
        raise Refused(f"it is no SVG: {error}") from None
    return "".join(found)


def _refuse_length(text: str) -> None:
    if len(text) > LONGEST:
        raise Refused(f"it has {len(text):,} characters; up to {LONGEST:,} are drawn")


def _refuse_doctype(*_: object) -> None:
    raise Refused("it has a document type, which may name files")


class _Elements:
    """Looks at each element; the first one says how large the picture is."""

    def __init__(self) -> None:
        self._is_first = True

    def __call__(self, name: str, attributes: Mapping[str, str]) -> None:
        name = name.rpartition(":")[2]
        if self._is_first:
            self._is_first = False
            _refuse_size(name, attributes)
        if name in ("script", "foreignObject"):
            raise Refused(f"it has a <{name}> in it: only shapes and text are drawn")
        for key, value in attributes.items():
            is_address = key.rpartition(":")[2] in ("href", "src")
            if is_address and not (value.startswith("#") or _DATA_IMAGE.match(value)):
                raise Refused(f"its <{name}> names an address: only what stands in it is drawn")
            if key.startswith("on"):
                raise Refused(f"its <{name}> has a script")


def _refuse_size(name: str, attributes: Mapping[str, str]) -> None:
    if name != "svg":
        raise Refused(f"it is no SVG: it begins with <{name}>")
    box = attributes.get("viewBox", "").replace(",", " ").split()
    sides = (attributes.get("width"), attributes.get("height"))
    try:
        width, height = (
            float((side or box[2 + at]).removesuffix("px")) for at, side in enumerate(sides)
        )
    except (IndexError, ValueError):
        raise Refused("it does not say how large it is, in px") from None
    if not (width >= 1 and height >= 1 and width * height <= LARGEST):
        what = f"it is {width:g} × {height:g} px; up to {LARGEST:,} square px are drawn"
        raise Refused(what)


# Letters ------------------------------------------------------------------------------------------


def by_script(text: str) -> dict[str, str]:
    """A few letters of each script of a text, by the name that Unicode gives them.

    ASCII is left out: vl-convert brings a font that has it.
    """
    found: dict[str, str] = {}
    for each in dict.fromkeys(text):
        if each.isascii() or not each.isalpha():
            continue
        script = re.split(r"[ -]", unicodedata.name(each, "UNKNOWN"))[0]
        if len(found.setdefault(script, "")) < _A_FEW:
            found[script] += each
    return found


def lacks_font(script: str) -> LacksFont:
    """What is said where no font has the letters of a script."""
    is_cjk = script in _CJK
    called = "Chinese, Japanese or Korean" if is_cjk else script.title()
    package = "fonts-noto-cjk" if is_cjk else "fonts-noto-core"
    return LacksFont(
        f"no font here has {called} letters: readers would see boxes",
        f"install one, on Debian or Ubuntu with `apt-get install {package}`",
    )

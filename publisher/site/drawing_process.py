"""What draws: a program of its own, for V8 takes 0.5 s and 100 MB, and must never be forked.

It is run as a file, with nothing of ours imported.  Each line of its standard input is a request,
each line of its standard output the answer, as JSON: ``{"svg": <specification>}`` is answered with
``{"svg": …}``, ``{"png": <SVG>}`` with ``{"png": <base 64>}``, and what cannot be drawn with
``{"fault": <what is wrong>, "remedy": …}``.  It ends with its input.

vl-convert follows the addresses in a specification and in an SVG, to the network and to the disk:
what has one is refused before it gets there.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import signal
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

VEGA_LITE = "5.21"
SCALE = 2
LIGHT = 40_000
"""Bytes: what mail programs load without a thought."""
COLOURS = (64, 32, 16, 8)
LONGEST = 4_000_000
"""Characters of a specification, or of an SVG: a table of 2,000 rows has a tenth."""
LARGEST = 4_000_000
"""Square px of a picture, before it is scaled: four times 4 bytes for each are 64 MB."""

_DATA_IMAGE = re.compile(r"data:image/(?:png|jpeg|webp);base64,")
_IN_DATA = {"values", "datasets"}
_CJK = {"BOPOMOFO", "CJK", "HANGUL", "HIRAGANA", "KATAKANA"}
_UNASSIGNED = "\u0378"
"""No font has it: what is drawn in its place stands for all that is missing."""


class Refused(Exception):
    """Something that cannot be drawn here, and what helps."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.remedy = remedy


class Painter:
    """Draws with vl-convert; the same request gives the same bytes on the same machine."""

    def __init__(self) -> None:
        self._scripts: dict[str, bool] = {}

    def svg(self, text: str) -> dict[str, str]:
        """A Vega-Lite specification as SVG."""
        import vl_convert

        refuse_addresses(read_spec(text))
        try:
            made = vl_convert.vegalite_to_svg(text, vl_version=VEGA_LITE, allowed_base_urls=[])
        except Exception as error:  # noqa: BLE001 - it raises what it likes
            raise Refused(f"Vega-Lite refuses it: {_reason(error)}") from None
        self._refuse_unwritable("".join(examine(made)))
        return {"svg": made}

    def png(self, svg: str) -> dict[str, str]:
        """An SVG as a PNG of twice its size."""
        self._refuse_unwritable("".join(examine(svg)))
        return {"png": base64.b64encode(palettised(_pixels(svg, SCALE))).decode()}

    def _refuse_unwritable(self, text: str) -> None:
        """Refuse letters that no font here has: readers would see boxes."""
        for script, letters in by_script(text).items():
            if script not in self._scripts:
                self._scripts[script] = any(map(has_glyph, letters))
            if not self._scripts[script]:
                package = "fonts-noto-cjk" if script in _CJK else "fonts-noto-core"
                raise Refused(
                    f"no font here has {script.title() if script != 'CJK' else 'Chinese'} letters",
                    f"install one: `apt-get install {package}` on Debian or Ubuntu",
                )


# What must not be in it ---------------------------------------------------------------------------


def read_spec(text: str) -> object:
    """A specification, read; raises Refused."""
    if len(text) > LONGEST:
        raise Refused(f"it has {len(text):,} characters, and {LONGEST:,} may be drawn")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(f"it is no JSON: {error}") from None


def refuse_addresses(spec: object) -> None:
    """Refuse data and pictures that are somewhere else; raises Refused."""
    waiting = [spec]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            if isinstance(each.get("url"), str):
                raise Refused("it names data by an address: only what stands in it is drawn")
            if "image" in (each.get("mark"), each.get("type")):
                raise Refused("it has a picture in it: only shapes and text are drawn")
            waiting += (part for name, part in each.items() if name not in _IN_DATA)


def examine(svg: str) -> Iterator[str]:
    """The texts of an SVG; raises Refused for one that is broken, too large or not by itself."""
    if len(svg) > LONGEST:
        raise Refused(f"it has {len(svg):,} characters, and {LONGEST:,} may be drawn")
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = _Element()
    parser.CharacterDataHandler = found.append
    try:
        parser.Parse(svg, True)
    except expat.ExpatError as error:
        raise Refused(f"it is no SVG: {error}") from None
    return iter(found)


def _refuse_doctype(*_: object) -> None:
    raise Refused("it has a document type, which may name files")


class _Element:
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
                raise Refused(f"<{name}> names an address: only what stands in it is drawn")
            if key.startswith("on"):
                raise Refused(f"<{name}> has a script in it")


def _refuse_size(name: str, attributes: Mapping[str, str]) -> None:
    if name != "svg":
        raise Refused(f"it is no SVG: it begins with <{name}>")
    box = attributes.get("viewBox", "").replace(",", " ").split()
    sides = [attributes.get("width"), attributes.get("height")]
    try:
        width, height = (
            float((side or box[2 + at]).removesuffix("px")) for at, side in enumerate(sides)
        )
    except (IndexError, ValueError):
        raise Refused("it does not say how large it is, in px") from None
    if not (width >= 1 and height >= 1 and width * height <= LARGEST):
        what = f"it is {width:g} × {height:g} px, and {LARGEST:,} square px may be drawn"
        raise Refused(what)


# Letters ------------------------------------------------------------------------------------------


def by_script(text: str) -> dict[str, list[str]]:
    """A few letters of each script of a text, by the name that Unicode gives them."""
    found: dict[str, list[str]] = {}
    for each in dict.fromkeys(text):
        if not each.isascii() and each.isalpha():
            letters = found.setdefault(
                unicodedata.name(each, "UNKNOWN").split("-")[0].split()[0], []
            )
            if len(letters) < 4:
                letters.append(each)
    return found


def has_glyph(letter: str) -> bool:
    """Whether a font has a letter: it looks like nothing and like no box."""
    seen = _drawn(letter)
    return seen.getbbox() is not None and seen.tobytes() != _drawn(_UNASSIGNED).tobytes()


def _drawn(letter: str) -> Picture:
    return _opened(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
        f'<text x="4" y="30" font-size="24" font-family="sans-serif">{letter}</text></svg>'
    )


# Pixels -------------------------------------------------------------------------------------------


def _pixels(svg: str, scale: int) -> Picture:
    return _opened(svg, scale)


def _opened(svg: str, scale: int = 1) -> Picture:
    import vl_convert
    from PIL import Image

    try:
        return Image.open(io.BytesIO(vl_convert.svg_to_png(svg, scale=scale)))
    except Exception as error:  # noqa: BLE001 - it raises what it likes
        raise Refused(f"resvg refuses it: {_reason(error)}") from None


def palettised(picture: Picture) -> bytes:
    """A picture as a light PNG: with the most colours that keep it below the limit."""
    from PIL import Image

    drawn = picture.convert("RGBA")
    if drawn.getchannel("A").getextrema() == (255, 255):
        drawn = drawn.convert("RGB")
    made = b""
    for count in COLOURS:
        file = io.BytesIO()
        drawn.quantize(count, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        made = file.getvalue()
        if len(made) <= LIGHT:
            break
    return made


def _reason(error: Exception) -> str:
    """What a library says, without its heading and its stack."""
    lines = [each.strip() for each in str(error).splitlines() if each.strip()]
    told = lines[1] if len(lines) > 1 and lines[0].endswith(":") else " ".join(lines[:1])
    return told[:300] or type(error).__name__


# The conversation ---------------------------------------------------------------------------------


def answer(painter: Painter, line: bytes) -> dict[str, str]:
    """What is said to one request."""
    ways: dict[str, Callable[[str], dict[str, str]]] = {"svg": painter.svg, "png": painter.png}
    try:
        request: dict[str, Any] = json.loads(line)
        ((what, given),) = request.items()
        return ways[what](given)
    except Refused as error:
        return {"fault": str(error), "remedy": error.remedy}
    except Exception as error:  # noqa: BLE001 - whatever it is, the next one may be drawn
        return {"fault": f"{type(error).__name__}: {str(error)[:300]}", "remedy": ""}


def main(seconds: int) -> None:
    """Answer until there is nothing more to read; who takes longer for one is ended."""
    # Libraries may print; what they print is no answer.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    painter = Painter()
    for line in sys.stdin.buffer:
        # The kernel sees to it, also where whoever asked is gone, and V8 goes round in circles.
        signal.alarm(seconds)
        said = answer(painter, line)
        signal.alarm(0)
        out.write(json.dumps(said).encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""What draws: a program of its own, for V8 takes 0.5 s and 100 MB, and must never be forked.

It is run as a file, and imports nothing of ours.  Each line of its standard input is a request,
each line of its standard output the answer, as JSON:

- ``{"svg": <Vega-Lite>}`` → ``{"svg": …}``
- ``{"png": <SVG>}`` → ``{"png": <base 64>}``, of twice the size, palettised
- ``{"lacks": <letters>}`` → ``{"lacks": <those that no font has>}``
- anything that fails → ``{"fault": <why>}``

It ends with its input.  What may be drawn is decided by `publisher.site.drawable`.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

VEGA_LITE = "5.21"
SCALE = 2
LIGHT = 40_000
"""Bytes: a picture for mail has fewer, if few colours suffice for that."""
COLOURS = (64, 32, 16, 8)

_FAMILIES = re.compile(r'(?<=font-family=")[^"]*')
_SANS = "Noto Sans CJK SC"
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
_UNASSIGNED = "\u0378"
"""No font has it: what is drawn in its place stands for all that is missing."""


def svg(spec: str) -> str:
    """A Vega-Lite specification as SVG; nothing is fetched."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]))


def png(given: str) -> str:
    """An SVG as a PNG, in base 64."""
    if _HAN.search(given):
        given = _FAMILIES.sub(lambda found: _han_first(found[0]), given)
    return base64.b64encode(palettised(_picture(given, SCALE))).decode()


def _han_first(families: str) -> str:
    """The same fonts, first those that have Han.

    Where the first one lacks a letter, resvg asks none of the others: it takes any that has it.
    """
    names = [each.strip() for each in families.split(",")]
    having = [each for each in names if "CJK" in each] or [_SANS]
    return ", ".join([*having, *(each for each in names if each not in having)])


def lacks(letters: str) -> str:
    """Those of some letters that no font here has: they look like nothing, or like a box."""
    box = _glyph(_UNASSIGNED).tobytes()
    looks = {each: _glyph(each) for each in letters}
    return "".join(
        each for each, seen in looks.items() if seen.getbbox() is None or seen.tobytes() == box
    )


def _glyph(letter: str) -> Picture:
    return _picture(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
        f'<text x="4" y="30" font-size="24" font-family="sans-serif">{letter}</text></svg>'
    )


def _picture(given: str, scale: int = 1) -> Picture:
    import vl_convert
    from PIL import Image

    return Image.open(io.BytesIO(vl_convert.svg_to_png(given, scale=scale)))


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


_WAYS = {"svg": svg, "png": png, "lacks": lacks}


def answer(line: bytes) -> dict[str, str]:
    """What is said to one request."""
    try:
        ((what, given),) = json.loads(line).items()
        return {what: _WAYS[what](given)}
    except Exception as error:  # noqa: BLE001 - whatever it is, the next one may be drawn
        return {"fault": _reason(error)}


def _reason(error: Exception) -> str:
    """What a library says, without its heading and its stack."""
    lines = [each.strip() for each in str(error).splitlines() if each.strip()]
    told = lines[1:2] if lines and lines[0].endswith(":") else lines[:1]
    return "".join(told)[:300] or type(error).__name__


def main(seconds: int) -> None:
    """Answer until there is nothing more to read; one answer may take so long."""
    # Libraries may print; what they print is no answer.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        # The kernel ends us, also where whoever asked is gone and V8 goes round in circles.
        signal.alarm(seconds)
        said = answer(line)
        signal.alarm(0)
        out.write(json.dumps(said).encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))

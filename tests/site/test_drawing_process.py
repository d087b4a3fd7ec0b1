"""The process that draws: what of it needs no V8."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from publisher.site.drawing_process import COLOURS, LIGHT, _han_first, _reason, answer, palettised


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_a_picture_of_few_colours_keeps_them() -> None:
    """Type and lines stay as sharp as they were drawn."""
    picture = Image.new("RGB", (40, 40), "#ffffff")
    picture.paste("#0b57d0", (10, 10, 20, 20))
    again = opened(palettised(picture))
    assert again.mode == "P"
    assert again.convert("RGB").tobytes() == picture.tobytes()


def test_what_can_be_looked_through_stays_so() -> None:
    """An SVG without a background, on the ground of a mail."""
    picture = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    picture.paste("#0b57d0", (10, 10, 20, 20))
    again = opened(palettised(picture)).convert("RGBA")
    assert again.getpixel((0, 0))[3] == 0
    assert again.getpixel((15, 15)) == (11, 87, 208, 255)


@pytest.mark.parametrize(("size", "is_light"), [(150, True), (600, False)])
def test_colours_are_given_up_until_it_is_light(size: int, is_light: bool) -> None:
    """And where the fewest do not suffice, it has these."""
    noise = Image.effect_noise((size, size), 90).convert("RGB")
    made = palettised(noise)
    colours = len(opened(made).getcolors() or [])
    assert (len(made) <= LIGHT) == is_light
    assert colours <= (COLOURS[0] if is_light else COLOURS[-1])
    assert palettised(noise) == made


@pytest.mark.parametrize(
    ("families", "then"),
    [
        ("sans-serif", "Noto Sans CJK SC, sans-serif"),
        ("'Noto Sans', 'Noto Sans CJK KR', serif", "'Noto Sans CJK KR', 'Noto Sans', serif"),
        ("'Noto Serif CJK SC', serif", "'Noto Serif CJK SC', serif"),
    ],
)
def test_fonts_that_have_han_come_first(families: str, then: str) -> None:
    """resvg asks the first font only."""
    assert _han_first(families) == then


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"{}", b'{"pdf": ""}', b'{"png": 1}'])
def test_nonsense_is_answered_too(line: bytes) -> None:
    """The next request may be a good one."""
    assert list(answer(line)) == ["fault"]
    json.dumps(answer(line))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Vega-Lite to SVG conversion failed:\nError: no mark\n    at x (y:1)\n", "Error: no mark"),
        (" Failed to parse vl_spec: EOF\n", "Failed to parse vl_spec: EOF"),
        ("failed:", ""),
        ("", "ValueError"),
        ("x" * 1000, "x" * 300),
    ],
)
def test_a_reason_is_one_line(said: str, told: str) -> None:
    """Without the heading of the library, and without its stack."""
    assert _reason(ValueError(said)) == (told or "ValueError")

"""What may be drawn."""

from __future__ import annotations

import json
from typing import Any

import pytest

from publisher.site.drawable import (
    LONGEST,
    Refused,
    by_script,
    examine_spec,
    examine_svg,
    lacks_font,
)

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" %s>%s</svg>'
)


def svg(inside: str, size: str = 'width="10" height="10"') -> str:
    return SVG % (size, inside)


@pytest.mark.parametrize(
    "part",
    [
        {"data": {"url": "data.csv"}},
        {"data": {"name": "a", "url": "file:///etc/passwd"}},
        {"layer": [{"transform": [{"lookup": "a", "from": {"data": {"url": "//x.test/"}}}]}]},
        {"mark": "image"},
        {"layer": [{"mark": {"type": "image", "width": 9}}]},
    ],
)
def test_what_is_somewhere_else_is_refused(part: dict[str, Any]) -> None:
    """Data and pictures, however deep they stand."""
    with pytest.raises(Refused, match="only"):
        examine_spec(json.dumps({"width": 9, **part}))


def test_a_row_may_have_a_field_of_any_name() -> None:
    """Words of editors are data, and never followed."""
    examine_spec(json.dumps({"mark": "bar", "data": {"values": [{"url": "x", "type": "image"}]}}))
    examine_spec(json.dumps({"mark": "bar", "datasets": {"a": [{"url": "x"}]}}))


@pytest.mark.parametrize(
    ("text", "why"),
    [('{"mark"', "no JSON"), ("[" * 100_000, "no JSON"), (" " * (LONGEST + 1), "characters")],
)
def test_what_is_no_specification_is_refused(text: str, why: str) -> None:
    """Or a huge one: nothing of it gets to V8."""
    with pytest.raises(Refused, match=why):
        examine_spec(text)


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="http://127.0.0.1/a.png"/>',
        '<image xlink:href="/etc/passwd"/>',
        '<image href="a.svg"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<filter id="f"><feImage href="file:///a.png"/></filter>',
        '<use href="other.svg#a"/>',
        '<a href="https://example.com/"><path/></a>',
        "<script>1</script>",
        "<foreignObject/>",
        '<path onclick="x()"/>',
    ],
)
def test_an_svg_that_is_not_by_itself_is_refused(inside: str) -> None:
    """resvg would follow some of these, and a browser all."""
    with pytest.raises(Refused, match=r"^its? "):
        examine_svg(svg(inside))


def test_an_svg_may_point_to_itself_and_bring_pictures_along() -> None:
    """Its text is what its letters are looked up for."""
    inside = '<use href="#a"/><image href="data:image/png;base64,AA"/><text>Mai &amp; 五月</text>'
    assert examine_svg(svg(inside)) == "Mai & 五月"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("<svg", "no SVG"),
        ("<p/>", "begins with <p>"),
        ('<!DOCTYPE svg [<!ENTITY x SYSTEM "a">]><svg width="9" height="9">&x;</svg>', "type"),
        (svg("", 'width="100000" height="2000"'), "square px"),
        (svg("", 'width="nan" height="9"'), "square px"),
        (svg("", 'width="50%" height="9"'), "how large"),
        (svg("", ""), "how large"),
        (svg("\ud800"), "no SVG"),
        (" " * (LONGEST + 1), "characters"),
    ],
)
def test_an_svg_that_cannot_be_drawn_is_refused(given: str, why: str) -> None:
    """Before it takes the memory of the machine."""
    with pytest.raises(Refused, match=why):
        examine_svg(given)


@pytest.mark.parametrize("size", ['viewBox="0 0 10 10"', 'width="10px" height="10"'])
def test_the_size_may_be_said_in_other_ways(size: str) -> None:
    """A view box says it, too."""
    assert examine_svg(svg("<text>a</text>", size)) == "a"


def test_letters_are_looked_at_by_script() -> None:
    """A few of each; numbers, marks and ASCII are everywhere."""
    assert by_script("Été 2026: 一二三四五六，ひ한글 → 5 %") == {
        "LATIN": "Éé", "CJK": "一二三四", "HIRAGANA": "ひ", "HANGUL": "한글",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("script", "package"), [("HANGUL", "fonts-noto-cjk"), ("THAI", "fonts-noto-core")]
)
def test_a_missing_font_is_told_with_its_package(script: str, package: str) -> None:
    """So that it can be typed."""
    assert lacks_font(script).remedy.endswith(f"`apt-get install {package}`")

"""Drawings made fit for a page: nothing but shapes and text, in the theme's colours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.render.charts.colours import NAMES
from publisher.render.charts.svg import Unfit, for_picture, on_page, size_of

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="20.4" height="10" '
    'viewBox="0 0 20 10">'
)
COLOURS = dict.fromkeys(NAMES, "#abcdef")


def drawn(inside: str) -> str:
    """An SVG as Vega writes it."""
    return f"{HEAD}{inside}</svg>"


def page(inside: str) -> str:
    """What of it stands in a page, within the outermost element."""
    return (
        on_page(drawn(inside), COLOURS, "alt", "chart-wide")
        .partition(">")[2]
        .removesuffix("</svg>")
    )


def test_colours_become_classes_on_a_page():
    """They follow light and dark, and need no style that a policy forbids.

    Paper knows no classes there: it takes the colours.
    """
    assert page('<path d="M0,0h1" fill="#100004" stroke="#100011"/>') == (
        '<path d="M0,0h1" fill="#abcdef" stroke="#abcdef" class="f-accent s-series-2" />'
    )


def test_a_picture_has_a_ground():
    """A mail program in dark mode would else put dark words on black."""
    found = for_picture(drawn('<text fill="#100001">a</text>'), COLOURS)
    assert '<rect width="100%" height="100%" fill="#abcdef" /><text' in found


def test_a_drawing_has_words_for_those_who_do_not_see_it():
    """And is one picture to them, not a heap of numbers."""
    found = on_page(
        drawn('<g role="x" aria-label="y"><text>1</text></g>'), COLOURS, 'a "b" & <c>', "n"
    )
    assert 'role="img" aria-label="a &#34;b&#34; &amp; &lt;c&gt;"' in found
    assert 'aria-label="y"' not in found


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<image href="https://example.com/a.png"/>',
        '<a href="javascript:alert(1)"><text>a</text></a>',
        "<foreignObject><p>a</p></foreignObject>",
        '<style>@import "x"</style>',
        '<use href="#a"/>',
    ],
)
def test_what_is_neither_shape_nor_text_is_left_out(inside: str):
    """Vega writes none of it; a page never gets it."""
    assert page(inside) == ""


def test_styles_and_events_are_left_out():
    """Attributes are those of shapes and of text."""
    found = page('<text style="fill:red" onclick="x()" x="1" href="y">a</text>')
    assert found == '<text x="1">a</text>'


def test_long_numbers_are_cut():
    """A hundredth of a pixel is enough."""
    assert page('<path d="M0.123456,10.5h12.000001" fill="#100001"/>') == (
        '<path d="M0.12,10.5h12" fill="#abcdef" class="f-ink" />'
    )


def test_groups_that_say_nothing_are_left_out():
    """So are grounds without a colour: a drawing of Vega's becomes a third as long."""
    inside = '<g transform="translate(0,0)"><g><path d="M0,0"/><text>a</text></g></g>'
    assert page(inside) == "<text>a</text>"


def test_lines_stay_unfilled():
    """The outermost group says so for all."""
    inside = '<g fill="none" transform="translate(1,2)"><path d="M0,0h1" stroke="#100004"/></g>'
    assert page(inside).startswith('<g fill="none" transform="translate(1,2)"><path')


def test_the_type_of_a_page_is_its_own():
    """The face that was measured stands at the root, for paper."""
    inside = '<text font-family="Noto Sans" font-size="13px">a</text>'
    assert page(inside) == '<text font-size="13">a</text>'
    root = on_page(drawn(inside), COLOURS, "alt", "n").partition(">")[0]
    assert root.endswith('class="n" font-family="Noto Sans"')


def test_the_size_is_in_whole_pixels():
    """As an <img> wants it."""
    assert size_of(drawn("")) == (20, 10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<svg",
        "<p/>",
        "<svg/>",
        '<!DOCTYPE a [<!ENTITY b "c">]><svg/>',
        HEAD.replace("20.4", "x") + "</svg>",
    ],
)
def test_what_is_no_drawing_is_refused(text: str):
    """No entity is ever expanded."""
    with pytest.raises(Unfit):
        on_page(text, COLOURS, "alt", "n")


@given(st.text())
def test_any_text_is_cleaned_or_refused(text: str):
    """And nothing else happens."""
    try:
        found = on_page(text, COLOURS, "alt", "n")
    except Unfit:
        return
    assert found.startswith("<svg ")

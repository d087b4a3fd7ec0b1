"""Specifications: what Vega-Lite is told; tests/integration/test_charts.py lets it draw them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.content.chart import ChartKind
from publisher.content.table import Column
from publisher.language import Localized
from publisher.render.charts.drawer import MAIL, NARROW, WIDE, text_width
from publisher.render.charts.lines import sparkline_spec
from publisher.render.charts.points import Plot, Point
from publisher.render.charts.spec import spec_of

COLUMN = Column(id="n", label=Localized({"en": "N"}), type="number")


def plot(kind: ChartKind, *values: str | None, series: int = 1, **changes: Any) -> Plot:
    """A plot of numbers, one series after the other."""
    each = len(values) // series
    points = tuple(
        Point(n % each, n // each, 0, None if value is None else Decimal(value), value or "")
        for n, value in enumerate(values)
    )
    names = tuple(f"s{n}" for n in range(series))
    data = {
        "kind": kind, "column": COLUMN, "along": tuple(f"a{n}" for n in range(each)),
        "series": names, "panels": (), "points": points,
    } | changes  # fmt: skip
    return Plot(**data)


def spec(found: Plot, size: Any = WIDE) -> Any:
    """The specification, read."""
    return json.loads(spec_of(found, size, "en", "sans-serif"))


def rows(found: Plot) -> list[dict[str, Any]]:
    """The data of its specification."""
    values: list[dict[str, Any]] = spec(found)["data"]["values"]
    return values


def test_the_longest_bar_leaves_room_for_its_number():
    """Bars begin at zero, which is the edge where nothing is below it."""
    found = rows(plot("bar", "10", "5"))
    assert [each["zero"] for each in found] == [0, 0]
    assert found[0]["value"] < 1
    assert found[1]["value"] == pytest.approx(found[0]["value"] / 2)


def test_bars_below_zero_go_the_other_way():
    """Zero is then between the two, and the numbers of the lower ones stand at their left."""
    above, below = rows(plot("bar", "10", "-10"))
    assert 0 < below["value"] < below["zero"] == above["zero"] < above["value"] < 1
    assert (above["below"], below["below"]) == (False, True)


def test_bars_that_are_all_below_zero_begin_at_the_right():
    """Zero is on the scale whatever is drawn."""
    found = rows(plot("bar", "-3", "-1"))
    assert all(each["value"] < each["zero"] <= 1 for each in found)


def test_nothing_but_zeros_can_be_drawn():
    """No scale is of no length."""
    assert all(0 <= each["value"] <= 1 for each in rows(plot("bar", "0", "0")))


def test_a_gap_stays_a_gap():
    """It is neither zero nor left out."""
    assert [each["value"] for each in rows(plot("line", "1", None, "3"))] == [1, None, 3]


def test_panels_that_measure_different_things_fill_their_width():
    """A panel of small numbers is drawn as large as one of great ones."""
    points = (Point(0, 0, 0, Decimal(1000), "1,000"), Point(0, 0, 1, Decimal("0.5"), "1,000"))
    found = plot("bar", "1", points=points, panels=("a", "b"), has_own_scales=True)
    large, small = rows(found)
    assert large["value"] == pytest.approx(small["value"])


@pytest.mark.parametrize(("size", "bars", "lines"), [(WIDE, 3, 3), (MAIL, 2, 2), (NARROW, 1, 2)])
def test_panels_stand_beside_each_other_where_they_can_be_read(size: Any, bars: int, lines: int):
    """Bars take their names along, and more room."""
    panels = ("a", "b", "c", "d")
    assert spec(plot("bar", "1", panels=panels), size)["columns"] == bars
    assert spec(plot("line", "1", panels=panels), size)["columns"] == lines


def test_series_are_told_apart_by_more_than_colour():
    """Lines have dashes of their own, and a legend that shows them."""
    found = spec(plot("line", "1", "2", "3", "4", series=2))
    line = found["layer"][-1]["encoding"]
    assert line["strokeDash"]["scale"]["range"] == [[], [6, 3]]
    assert line["color"]["legend"]["symbolType"] == "stroke"


def test_one_series_has_no_legend():
    """Its name is the caption."""
    assert spec(plot("line", "1", "2"))["layer"][-1]["encoding"]["color"] == {"value": "#100004"}


def test_a_percentage_beside_a_scale_has_its_sign():
    """The numbers of the column are per cent already."""
    column = Column(id="n", label=Localized({"en": "N"}), type="percent")
    axis = spec(plot("line", "1", "2", column=column))["encoding"]["y"]["axis"]
    assert axis["labelExpr"] == "datum.label + '%'"


def test_numbers_beside_a_scale_are_those_of_the_language():
    """Decimals and thousands of German are not those of English."""
    found = plot("line", "1", "2")
    german = json.loads(spec_of(found, WIDE, "de", "sans-serif"))["config"]["locale"]["number"]
    assert (german["decimal"], german["thousands"]) == (",", ".")


@given(st.text(min_size=1))
def test_a_word_is_never_an_expression(word: str):
    """What an editor writes is quoted: it can end no string of Vega's."""
    found = spec(plot("bar", "1", along=(word,)))
    quoted = found["encoding"]["y"]["axis"]["labelExpr"].removesuffix("[datum.value]")
    assert quoted.isascii()
    assert json.loads(quoted) == [word]


def test_nothing_in_a_specification_is_an_address():
    """It has its data within it, and no picture, link or font from elsewhere."""
    said = spec_of(plot("line", "1", "2", "3", "4", series=2), WIDE, "en", "sans-serif")
    keys = {key for part in _parts(json.loads(said)) for key in part}
    assert not keys & {"url", "href", "image", "loader", "format"}


def _parts(part: Any) -> Any:
    if isinstance(part, dict):
        yield part
        for each in part.values():
            yield from _parts(each)
    elif isinstance(part, list):
        for each in part:
            yield from _parts(each)


def test_han_characters_are_as_wide_as_they_are_high():
    """Latin letters are about half as wide."""
    assert text_width("豆包", 10) == 20
    assert text_width("ab", 10) == pytest.approx(11.6)


def test_a_sparkline_marks_its_last_number():
    """That is the one of today."""
    found = json.loads(sparkline_spec(["3", "1", "2.5"], 96, 22))
    assert found["layer"][1]["data"]["values"] == [{"x": 2, "y": 2.5}]

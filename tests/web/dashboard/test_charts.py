"""Charts as text."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.dashboard.charts import Series, bar, colour, lines, nice_ceiling

NUMBERS = st.integers(0, 10**9)


@given(st.lists(st.lists(NUMBERS, min_size=1, max_size=30), max_size=9))
def test_every_point_lies_inside(values: list[list[int]]) -> None:
    """Whatever the numbers are."""
    chart = ET.fromstring(lines([Series(str(n), each) for n, each in enumerate(values)], [], "x"))
    _, _, width, height = map(float, chart.attrib["viewBox"].split())
    drawn = [each for each in chart if each.tag == "polyline"]
    points = [point.split(",") for each in drawn for point in each.attrib["points"].split()]
    assert len(points) == sum(map(len, values))
    assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in points)


@given(st.lists(st.tuples(st.sampled_from(["sent", "failed"]), NUMBERS), max_size=8), NUMBERS)
def test_a_bar_stays_in_its_cell(parts: list[tuple[str, int]], more: int) -> None:
    """And everything that is there is seen."""
    whole = sum(number for _, number in parts) + more
    shapes = list(ET.fromstring(bar(parts, whole)))
    assert len(shapes) == sum(1 for _, number in parts if number)
    assert all(float(each.attrib["width"]) >= 0 for each in shapes)
    ends = [float(each.attrib["x"]) + float(each.attrib["width"]) for each in shapes]
    assert max(ends, default=0) <= 100.02


def test_a_bar_is_as_long_as_its_share() -> None:
    """Of the whole that all bars are drawn against."""
    (shape,) = ET.fromstring(bar([("sent", 25), ("failed", 0)], 50))
    assert shape.attrib == {"class": "sent", "x": "0.00", "width": "50.00", "height": "8"}


@pytest.mark.parametrize(
    ("value", "ceiling"), [(0, 2), (1, 2), (3, 4), (7, 8), (9, 10), (101, 200), (999_999, 10**6)]
)
def test_an_axis_ends_at_a_round_number(value: int, ceiling: int) -> None:
    """The middle of it is whole."""
    assert nice_ceiling(value) == ceiling
    assert ceiling % 2 == 0


def test_a_label_is_no_markup() -> None:
    """Names come from content."""
    chart = lines([Series("a", [1])], ['<a href="x">'], 'say "<b>"')
    assert "<b>" not in chart
    assert "<a " not in chart


def test_many_series_are_told_apart() -> None:
    """By a dash, where the colours begin again."""
    assert len({colour(number) for number in range(18)}) == 18

"""Charts as Vega-Lite really draws them: every kind, and numbers that nobody foresaw."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from builders import both, table, theme, views
from PIL import Image

from publisher.content.chart import Chart
from publisher.content.table import Cell, Column, Table
from publisher.render.charts.view import chart_view, picture_of, sparkline_view
from publisher.render.context_issue import ChartView
from publisher.site.drawings import Drawings

LIMIT = 40 * 1024
"""Bytes of a picture for mail."""

NAMES = ["豆包", "Kimi", "A name that is much too long for the place that it has beside the bars"]
SITE = {"id": "site", "label": both("Site")}
VISITS = {"id": "a", "label": both("Visits"), "type": "number"}
USERS = {"id": "b", "label": both("Users"), "type": "number"}
CHANGE = {"id": "c", "label": both("Change"), "type": "percent", "change": True, "decimals": 1}
STAY = {"id": "d", "label": both("Stay"), "type": "duration"}


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drawings]:
    """One drawing process for all."""
    made = Drawings(tmp_path_factory.mktemp("state"))
    yield made
    made.close()


def numbers(*rows: tuple[str | None, ...], names: list[str] | None = None) -> Table:
    """A table of numbers, each row with a name."""
    named = names or NAMES
    cells: list[list[Any]] = [
        [{"value": named[at % len(named)]}, *({"value": n} if n is not None else {} for n in row)]
        for at, row in enumerate(rows)
    ]
    columns = [SITE, VISITS, USERS, CHANGE, STAY][: len(rows[0]) + 1]
    return table(columns=columns, rows=cells)


def chart(
    drawing: Drawings, found: Table, edition: str = "bilingual", **settings: Any
) -> ChartView:
    """The chart of a table."""
    declared = Chart(**{"kind": "bar", "along": "site", "values": ["a"]} | settings)
    made = views(edition, drawing=drawing)
    return chart_view(made, found, declared, theme("report").tokens, "/a.png")


THREE = numbers(("1289", "3", "1.5", "90"), ("0.02", "4", "-10.48", "3700"), ("30", None, "0", "0"))
DAYS = ["2026-03-30", "2026-03-31", "2026-04-09", "2026-05-01"]
DATED = numbers(("1", "5"), (None, "7"), ("-3", "6"), ("2", "1"), names=DAYS)

CHARTS = {
    "bar": (THREE, {}),
    "below-zero": (THREE, {"values": ["c"]}),
    "grouped": (THREE, {"kind": "grouped-bar", "values": ["a", "b"]}),
    "panels": (THREE, {"values": ["a", "b", "c", "d"], "panels": True}),
    "line": (DATED, {"kind": "line", "values": ["a", "b"]}),
    "area": (DATED, {"kind": "area", "values": ["b"]}),
    "durations": (THREE, {"kind": "line", "values": ["d"]}),
    "small-multiples": (DATED, {"kind": "line", "values": ["a", "b"], "panels": True}),
    "one-row": (numbers(("5",)), {}),
    "zeros": (numbers(("0",), ("0",)), {}),
    "huge": (numbers(("9" * 24,), ("0." + "0" * 22 + "1",)), {}),
    "one-point": (numbers(("5",)), {"kind": "line"}),
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_drawn_for_every_place(drawing: Drawings, name: str):
    """About as wide as asked, with no number that is none, and small enough for mail."""
    found, settings = CHARTS[name]
    made = chart(drawing, found, **settings)
    for svg, width in ((made.wide, 640), (made.narrow, 340)):
        said = re.search(r'width="(\d+)" height="(\d+)"', svg)
        assert said is not None, drawing
        assert width - 40 <= int(said[1]) <= width + 12
        assert int(said[2]) < 1200
        assert not re.search(r"NaN|Infinity|undefined|null", svg)
    picture = picture_of(made)
    assert picture is not None
    assert len(picture.data) <= LIMIT
    image = Image.open(io.BytesIO(picture.data))
    assert image.mode == "P"
    assert image.size == (2 * made.width, 2 * made.height)


def test_text_stays_text(drawing: Drawings):
    """Han characters, too; a name that is too long ends in an ellipsis, and the table has all."""
    svg = chart(drawing, THREE, "zh").wide
    said = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert {"豆包", "Kimi", "1,289"} <= set(said)
    assert any(each.startswith("A name that") and each.endswith("…") for each in said)


def test_no_stand_in_is_left(drawing: Drawings):
    """Every colour is the theme's own, which is what paper shows."""
    for settings in ({}, {"kind": "grouped-bar", "values": ["a", "b"]}):
        made = chart(drawing, THREE, **settings)
        assert "#1000" not in made.wide
        assert theme("report").tokens["light"]["ink"] in made.wide


def test_a_gap_breaks_a_line(drawing: Drawings):
    """A line over a missing number would say that there was one."""
    whole = numbers(("1",), ("2",), ("3",), ("4",), names=DAYS)
    broken = numbers(("1",), (None,), ("3",), ("4",), names=DAYS)
    moves = [
        sum(path.count("M") for path in re.findall(r'<path d="([^"]*)"[^>]*class="s-', made.wide))
        for made in (chart(drawing, each, kind="line") for each in (whole, broken))
    ]
    assert moves[1] == moves[0] + 1


def test_a_sparkline_is_as_high_as_a_line_of_text(drawing: Drawings):
    """It stands in a cell of a table."""
    column = Column.model_validate({"id": "t", "label": both("T"), "type": "sparkline"})
    made = sparkline_view(
        views(drawing=drawing), column, Cell(value="3 1 9 2.5"), theme("report").tokens, "/a.png"
    )
    assert 'width="96" height="22"' in made.wide
    assert (made.width, made.height) == (96, 22)
    assert picture_of(made) is not None

"""Tables for plain text: every line has what stands above it."""

from __future__ import annotations

import builders
from builders import both

from publisher.render.context_issue import TableView
from publisher.render.flat import flat
from publisher.render.tables import Spot, table_view

COLUMNS = [
    {"id": "site", "label": both("Site")},
    {"id": "a", "label": both("A"), "type": "number"},
    {"id": "b", "label": both("B"), "type": "number"},
    {"id": "c", "label": both("C")},
]
GROUPS = [{"label": both("G"), "start": 1, "count": 2}]


def view(rows: list[list[dict[str, object] | None]]) -> TableView:
    """A table whose second and third column share a header, with rows of its own."""
    table = builders.table(columns=COLUMNS, groups=GROUPS, rows=rows, mail={"rows": 2})
    return table_view(builders.views("en"), table, Spot("t-traffic"))


def cells(table: TableView) -> list[list[str]]:
    """The words of every row."""
    return [[cell.text.text for cell in row] for row in table.rows]


def test_a_cell_that_reaches_over_others_is_said_again() -> None:
    """Down, to the right, or both; also where mail has the first rows alone."""
    found = flat(
        view(
            [
                [{"value": "x"}, {"value": "1", "rows": 3}, {"value": "2"}, {"value": "p"}],
                [{"value": "y", "rows": 2}, None, {"value": "3", "columns": 2, "rows": 2}, None],
                [None, None, None, None],
            ]
        )
    )
    expected = [["x", "1", "2", "p"], ["y", "1", "3", "3"], ["y", "1", "3", "3"]]
    assert cells(found) == expected
    assert found.in_mail is not None
    assert cells(found.in_mail) == expected[:2]


def test_what_stands_above_several_columns_is_said_of_each() -> None:
    """In one row of headers."""
    (header,) = flat(view([[{"value": each} for each in "x12p"]])).header
    assert [each.label.text for each in header] == [
        "Site (en)", "G (en) A (en)", "G (en) B (en)", "C (en)",
    ]  # fmt: skip

"""Tables as templates get them: header, cells in the edition's words, what stands in mail."""

from __future__ import annotations

from typing import Any

import builders
import pytest
from builders import both
from hypothesis import given
from hypothesis import strategies as st

from publisher.content.table import Cell, Table
from publisher.render.context_issue import CellView, TableView
from publisher.render.tables import Spot, table_view

SPOT = Spot("t-traffic", "图1", "/zh/weekly/2026-W17/traffic.csv")


def column(name: str, kind: str = "number", **settings: Any) -> dict[str, Any]:
    """A column with its name as its label."""
    if kind == "currency":
        settings = {"currency": "HKD"} | settings
    return {"id": name, "label": both(name), "type": kind} | settings


def view(table: Table, edition: str = "en") -> TableView:
    return table_view(builders.views(edition), table, SPOT)


def one_cell(
    value: str, kind: str = "number", edition: str = "en", currency: str = "", **settings: Any
) -> CellView:
    """The cell of a table that has no other."""
    cell = {"value": value, "currency": currency or None}
    columns = [column("site", "text"), column("x", kind, **settings)]
    made = builders.table(columns=columns, rows=[[{"text": both("Row")}, cell]])
    return view(made, edition).rows[0][1]


def grid(found: TableView) -> list[list[str]]:
    return [[cell.text.text for cell in row] for row in found.rows]


# What stands around a table ----------------------------------------------------------------------


def test_says_what_it_shows_and_when() -> None:
    """Caption, period and day of the data, in each language of a stacked edition."""
    table = builders.table(
        title=both("Traffic"),
        period={"from": "2026-04-16", "to": "2026-04-22"},
        as_of="2026-04-24",
        note=both("Source: [site](https://example.org)"),
    )

    found = view(table, "bilingual")

    assert (found.anchor, found.label, found.csv_url) == (SPOT.anchor, SPOT.label, SPOT.csv_url)
    assert [each.text for each in found.title] == ["Traffic（中）", "Traffic (en)"]
    assert found.period.text == "2026年4月16日至22日"
    assert found.period[1].text == "April 16 – 22, 2026"
    assert [each.text for each in found.as_of] == ["2026年4月24日", "April 24, 2026"]
    assert '<a href="https://example.org">site</a>' in found.note[0].html


def test_what_it_does_not_say_is_empty() -> None:
    """Not every table has a title, a period or a note."""
    found = view(builders.table())

    assert [*found.title, *found.period, *found.as_of, *found.note] == []


# The header --------------------------------------------------------------------------------------


def test_header_is_one_row() -> None:
    """Where no columns are grouped."""
    (row,) = view(builders.table()).header

    assert [(each.label.text, each.is_number) for each in row] == [
        ("Site (en)", False),
        ("Visits (en)", True),
    ]


def test_groups_stand_above_their_columns() -> None:
    """What is in no group reaches over both rows."""
    table = builders.table(
        columns=[column("site", "text"), column("eps"), column("pe_25"), column("pe_26")],
        groups=[{"label": both("P/E"), "start": 2, "count": 2}],
        rows=[[{"text": both("A")}, {"value": "1"}, {"value": "2"}, {"value": "3"}]],
    )

    above, below = view(table).header

    assert [(each.label.text, each.columns, each.rows) for each in above] == [
        ("site (en)", 1, 2),
        ("eps (en)", 1, 2),
        ("P/E (en)", 2, 1),
    ]
    assert [each.label.text for each in below] == ["pe_25 (en)", "pe_26 (en)"]


# Cells -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "settings", "shown"),
    [
        ("1289.5", "number", {"decimals": 2}, "1,289.50"),
        ("4502570", "number", {}, "4,502,570"),
        ("3.41", "percent", {"decimals": 2}, "3.41%"),
        ("3.4", "percent", {}, "3.4%"),
        ("493.4", "currency", {"decimals": 2}, "HK$493.40"),
        ("350", "duration", {}, "5m 50s"),
    ],
)
def test_number_is_written_as_its_column_says(
    value: str, kind: str, settings: dict[str, Any], shown: str
) -> None:
    """With the decimals that it asks for, else as written."""
    cell = one_cell(value, kind, currency="HKD", **settings)

    assert cell.text.text == shown
    assert cell.is_number


def test_number_stands_once_in_a_stacked_edition() -> None:
    """It says the same in each language; it is written as the first one has it."""
    assert [each.lang for each in one_cell("1200", edition="bilingual").text] == ["zh-CN"]


@pytest.mark.parametrize(
    ("value", "shown", "direction", "word"),
    [
        ("-0.44", "-0.44%", "down", "down"),
        ("3.4", "+3.40%", "up", "up"),
        ("0.001", "0.00%", "flat", "unchanged"),
    ],
)
def test_change_says_its_direction(value: str, shown: str, direction: str, word: str) -> None:
    """In a word for those who see no arrow; as it is shown, not as it was before rounding."""
    cell = one_cell(value, "percent", decimals=2, change=True)

    assert (cell.text.text, cell.direction, cell.word) == (shown, direction, word)


def test_number_that_is_no_change_has_no_direction() -> None:
    """A share of 3% is neither up nor down."""
    assert one_cell("3", "percent").direction == ""


def test_duration_has_words_to_be_heard() -> None:
    """Of the page's language."""
    assert one_cell("350", "duration").spoken == "5 minutes, 50 seconds"
    assert one_cell("350", "duration", "zh").spoken == "5分钟50秒钟"


def test_no_data_is_no_text_and_a_word() -> None:
    """A template shows a dash, and says the word to those who do not see it."""
    cell = view(builders.table()).rows[1][1]

    assert (bool(cell.text), cell.is_number, cell.word) == (False, True, "no data")


def test_text_cell_is_markdown_in_each_language() -> None:
    """Unless both say the same."""
    cells = [{"text": both("**Bold**")}, {"text": {"zh": "CNN", "en": "CNN"}}, {"value": "Tele2"}]
    columns = [column(name, "text") for name in ("a", "b", "c")]

    bold, same, plain = view(builders.table(columns=columns, rows=[cells]), "bilingual").rows[0]

    assert [each.html for each in bold.text] == [
        "<strong>Bold</strong>（中）",
        "<strong>Bold</strong> (en)",
    ]
    assert [each.text for each in same.text] == ["CNN"]
    assert plain.text.text == "Tele2"


def test_first_column_names_its_row() -> None:
    """For screen readers, which repeat it before each cell."""
    assert [cell.is_header for cell in view(builders.table()).rows[0]] == [True, False]


def test_merged_cells_stand_once() -> None:
    """What another cell reaches over is left out."""
    columns = [column(name, "text") for name in ("a", "b", "c")]
    rows = [
        [{"text": both("A"), "rows": 2}, {"text": both("B"), "columns": 2}, None],
        [None, {"text": both("C")}, {"text": both("D")}],
    ]

    first, second = view(builders.table(columns=columns, rows=rows)).rows

    assert [(each.text.text, each.rows, each.columns) for each in first] == [
        ("A (en)", 2, 1),
        ("B (en)", 1, 2),
    ]
    assert [each.text.text for each in second] == ["C (en)", "D (en)"]


# In mail -----------------------------------------------------------------------------------------


def wide(**mail: Any) -> TableView:
    """What of a table of five columns and three rows stands in mail."""
    columns = [column("site", "text"), *(column(name) for name in "abcd")]
    rows = [[{"text": both(name)}, *({"value": str(n)} for n in range(4))] for name in "xyz"]
    groups = [{"label": both("G"), "start": 1, "count": 3}]
    found = view(builders.table(columns=columns, rows=rows, groups=groups, mail=mail)).in_mail
    assert found is not None
    return found


def test_mail_has_the_columns_and_rows_that_the_table_names() -> None:
    """The first column always: it says what a row is about."""
    found = wide(columns=["d", "b"], rows=2)

    assert grid(found) == [["x (en)", "1", "3"], ["y (en)", "1", "3"]]
    assert [each.label.text for each in found.header[0]] == ["site (en)", "G (en)", "d (en)"]
    assert [each.label.text for each in found.header[1]] == ["b (en)"]
    assert (found.rows_left_out, found.columns_left_out) == (1, 2)


def test_mail_has_four_columns_of_a_table_that_names_none() -> None:
    """So many fit on a telephone."""
    found = wide()

    assert len(found.rows[0]) == 4
    assert (found.rows_left_out, found.columns_left_out) == (0, 1)


def test_small_table_stands_in_mail_whole() -> None:
    """Nothing is left out, and nothing says so."""
    whole = view(builders.table())

    assert whole.in_mail is not None
    assert whole.in_mail.rows == whole.rows
    assert (whole.in_mail.rows_left_out, whole.in_mail.columns_left_out) == (0, 0)


# Whatever a table holds --------------------------------------------------------------------------


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Tables of any size, with merged cells, groups and a part for mail."""
    width, height = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    kinds = st.sampled_from(["text", "number", "percent", "currency", "duration"])
    columns = [column(f"c{at}", draw(kinds)) for at in range(width)]
    cells: list[list[Any]] = [[() for _ in range(width)] for _ in range(height)]
    for row in range(height):
        for at in range(width):
            if cells[row][at] == ():
                reach = draw(st.integers(1, height - row)), draw(st.integers(1, width - at))
                _put(cells, row, at, *reach, draw(_values(columns[at]["type"])))
    start = draw(st.integers(0, width - 1))
    group = {"label": both("G"), "start": start, "count": draw(st.integers(1, width - start))}
    mail = {
        "columns": draw(st.lists(st.sampled_from([each["id"] for each in columns]))),
        "rows": draw(st.integers(1, 8)),
    }
    return builders.table(columns=columns, groups=[group], rows=cells, mail=mail)


def _values(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    if kind == "text":
        return st.just({"text": both("T")})
    numbers = st.integers(-(10**6), 10**6)
    return st.one_of(
        st.just({}), st.builds(lambda n: {"value": str(n), "currency": "USD"}, numbers)
    )


def _put(cells: list[list[Any]], row: int, at: int, down: int, right: int, cell: Any) -> None:
    """A cell with its reach, or as much of it as is free."""
    while any(cells[r][c] != () for r in range(row, row + down) for c in range(at, at + right)):
        down, right = 1, right - 1
    for r in range(row, row + down):
        for c in range(at, at + right):
            cells[r][c] = None
    cells[row][at] = cell | {"rows": down, "columns": right}


def covered(found: TableView) -> list[list[int]]:
    """How many cells stand at each place, as a browser lays them out."""
    width = max(sum(each.columns for each in found.header[0]), 1)
    places = [[0] * width for _ in found.rows]
    for at, row in enumerate(found.rows):
        place = 0
        for cell in row:
            while places[at][place]:
                place += 1
            for down in range(cell.rows):
                for right in range(cell.columns):
                    places[at + down][place + right] += 1
    return places


@given(tables())
def test_every_place_has_one_cell(table: Table) -> None:
    """On the page and in mail: no row is short, no cell lies over another, the header fits."""
    found = view(table)

    for part in (found, found.in_mail):
        assert part is not None
        assert all(count == 1 for row in covered(part) for count in row)
        first, *others = part.header
        grouped = sum(each.columns for each in first if each.rows == 1)
        assert sum(len(row) for row in others) == (grouped if others else 0)


def test_a_place_that_nothing_reaches_is_empty() -> None:
    """A frozen table is shown as it is, whatever made it."""
    table = builders.table(rows=[[Cell(text=None), None], [Cell(), Cell()]])

    assert grid(view(table)) == [["", ""], ["", ""]]

"""Charts: what an editor declares over a table, and what is said where it cannot be drawn."""

from __future__ import annotations

import pytest
from builders import publication

from publisher.content.chart import MOST_BARS, MOST_PANELS
from publisher.content.read_table import parse_table
from publisher.content.sheet import read_sheet
from publisher.content.table import Table
from publisher.document import parse

COLUMNS = """
columns:
  - {id: site, label: {zh: 站, en: Site}}
  - {id: group, label: {zh: 组, en: Group}}
  - {id: visits, label: {zh: 访问, en: Visits}, type: number}
  - {id: users, label: {zh: 用户, en: Users}, type: number}
  - {id: change, label: {zh: 变动, en: Change}, type: percent, change: true}
  - {id: price, label: {zh: 价格, en: Price}, type: currency, currency: money}
  - {id: trend, label: {zh: 走势, en: Trend}, type: sparkline}
mail: {columns: [site, visits]}
rows: t.csv
"""
ROWS = """site,group,visits,users,change,price,money,trend
One,first,12,3,1.5,10,USD,1 2 3
Two,first,9,4,-2.5,11,USD,3 2
Three,second,30,,0,12,CNY,1 1 5 1
"""


def read(chart: str, rows: str = ROWS, columns: str = COLUMNS) -> tuple[Table | None, list[str]]:
    """A table with a chart, and its problems."""
    document, found = parse(f"{chart}{columns}".encode(), "t.yaml")
    assert document is not None, found
    sheet, problems = read_sheet(rows.encode(), "t.csv")
    table, more = parse_table(document, "t", publication(), sheet)
    return table, [str(each) for each in sorted({*problems, *more})]


@pytest.mark.parametrize(
    "chart",
    [
        "{kind: bar, along: site, values: [visits]}",
        "{kind: bar, along: site, values: [change]}",
        "{kind: bar, along: site, values: [visits, change], panels: true}",
        "{kind: bar, along: site, values: [visits], panels: group}",
        "{kind: grouped-bar, along: site, values: [visits, users]}",
        "{kind: grouped-bar, along: site, values: [visits], series: group}",
        "{kind: line, along: site, values: [visits, users]}",
        "{kind: area, along: site, values: [visits], first: 2}",
    ],
)
def test_a_chart_that_can_be_drawn_is_part_of_the_table(chart: str):
    """Each kind is read without a word, and the table is numbered as a figure."""
    table, said = read(f"chart: {chart}")
    assert said == []
    assert table is not None
    assert table.chart is not None
    assert table.label == "figure"


def test_a_label_that_is_written_stays():
    """An editor may call a chart a table."""
    table, _ = read("label: table\nchart: {kind: bar, along: site, values: [visits]}")
    assert table is not None
    assert table.label == "table"


@pytest.mark.parametrize(
    ("chart", "expected"),
    [
        (
            "{kind: bar, along: site, values: [visit]}",
            (
                't.yaml:1:42: there is no column "visit"; did you mean "visits"? (columns: site, '
                "group, visits, users, change, price, trend)"
            ),
        ),
        (
            "{kind: bar, along: name, values: [visits]}",
            (
                't.yaml:1:20: there is no column "name"; columns: site, group, visits, '
                "users, change, "
                "price, trend"
            ),
        ),
        (
            "{kind: bar, along: site, values: [group]}",
            (
                't.yaml:1:42: the column "group" holds text, and only numbers can be drawn; name a '
                "column of numbers (visits, users, change, price)"
            ),
        ),
        (
            "{kind: bar, along: site, values: [trend]}",
            (
                't.yaml:1:42: the column "trend" holds sparkline, and only numbers can be '
                "drawn; name "
                "a column of numbers (visits, users, change, price)"
            ),
        ),
        (
            "{kind: bar, along: visits, values: [users]}",
            (
                't.yaml:1:20: the column "visits" holds numbers, and cannot say what is '
                "drawn; name a "
                "column of type text"
            ),
        ),
        (
            "{kind: line, along: site, values: [visits, visits]}",
            't.yaml:1:51: "visits" is named twice; delete one of the two',
        ),
        (
            "{kind: bar, along: site, values: [visits, users]}",
            (
                "t.yaml:1:9: a chart of kind bar draws one series; write kind: grouped-bar, "
                "or give "
                "each a panel of its own: panels: true"
            ),
        ),
        (
            "{kind: area, along: site, values: [visits], series: group}",
            (
                "t.yaml:1:9: a chart of kind area draws one series; write kind: line, or "
                "give each a "
                "panel of its own: panels: true"
            ),
        ),
        (
            "{kind: grouped-bar, along: site, values: [visits]}",
            (
                "t.yaml:1:9: a grouped bar chart compares at least two series; name more columns "
                "under values:, or write kind: bar"
            ),
        ),
        (
            "{kind: line, along: site, values: [visits, change]}",
            (
                "t.yaml:1:34: these columns hold different things, which one scale cannot "
                "show; give "
                "each a panel of its own: panels: true"
            ),
        ),
        (
            "{kind: line, along: site, values: [visits, users], series: group}",
            (
                "t.yaml:1:59: a chart takes its lines from several columns, or from the "
                "words of one: "
                "not both; keep one of values: and delete the others, or delete series:"
            ),
        ),
        (
            "{kind: bar, along: site, values: [visits], panels: true}",
            (
                "t.yaml:1:51: there is one column of values, so there would be one panel; name the "
                "column whose words have a panel each, or more columns under values:"
            ),
        ),
        (
            "{kind: pie, along: site, values: [visits]}",
            't.yaml:1:15: "kind" may not be "pie"; possible: bar, grouped-bar, line, area',
        ),
        (
            "{kind: bar, along: site, values: []}",
            't.yaml:1:41: "values" is empty; write at least one item, or leave it out',
        ),
        (
            "{kind: bar, along: site, values: [price]}",
            (
                't.yaml:1:42: the amounts in "price" are in CNY and USD; draw a column that '
                "is in one "
                "currency, or choose rows with only:"
            ),
        ),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_told_at_its_place(chart: str, expected: str):
    """What does not fit is named where it stands, with what would be right."""
    table, said = read(f"chart: {chart}")
    assert table is None
    assert said == [expected]


def test_an_empty_series_is_told():
    """A column without a number in the rows that are drawn would be a chart of nothing."""
    rows = many(2).replace(",0,3", ",,3").replace(",1,3", ",,3")
    table, said = read("chart: {kind: bar, along: site, values: [visits]}", rows)
    assert table is None
    assert said == [
        (
            't.yaml:1:42: the column "visits" has no number in the rows that are drawn; '
            "fill it in, "
            "or take it out of values:"
        )
    ]


def test_a_text_among_the_numbers_is_told_in_the_csv():
    """The cell is named as a spreadsheet names it."""
    rows = ROWS.replace("Two,first,9", "Two,first,nine")
    _, said = read("chart: {kind: bar, along: site, values: [visits]}", rows)
    assert said == [
        (
            't.csv:3:11: "nine" is no number (cell C3); write it plainly, such as '
            "4502570 or -0.44; a "
            "unit belongs into the column's label"
        )
    ]


def many(count: int) -> str:
    """So many rows."""
    rows = "".join(f"Site {n},g{n},{n},3,1,1,USD,1 2\n" for n in range(count))
    return "site,group,visits,users,change,price,money,trend\n" + rows


def test_more_bars_than_anybody_reads_are_told():
    """A line has room for them; the first of them, too."""
    rows = many(MOST_BARS + 1)
    _, said = read("chart: {kind: bar, along: site, values: [visits]}", rows)
    assert said[0].startswith("t.yaml:1:15: there are 61 bars; nobody reads more than 60")
    for chart in (
        "{kind: line, along: site, values: [visits]}",
        "{kind: bar, along: site, values: [visits], first: 60}",
    ):
        assert read(f"chart: {chart}", rows)[1] == []


def test_more_series_than_colours_are_told():
    """Nine lines cannot be told apart."""
    _, said = read("chart: {kind: line, along: site, values: [visits], series: group}", many(9))
    assert said[0].startswith("t.yaml:1:60: there are 9 series; 8 are the most")


def test_more_panels_than_fit_are_told():
    """A page of thumbnails says nothing."""
    rows = many(MOST_PANELS + 1)
    _, said = read("chart: {kind: line, along: site, values: [visits], panels: group}", rows)
    assert said[0].startswith("t.yaml:1:60: there are 25 panels; 24 are the most")


def test_a_hundred_thousand_rows_are_told_in_a_moment():
    """They are no table; the place is that of the first that is too many."""
    _, said = read("chart: {kind: line, along: site, values: [visits]}", many(100_000))
    assert said[0].startswith("t.csv:2002:1: the table has 100000 rows; 2000 are the most")


def test_two_numbers_for_one_place_are_told():
    """Where a column tells series apart, a word along the scale comes once in each."""
    rows = ROWS.replace("Two,first", "One,first")
    _, said = read("chart: {kind: grouped-bar, along: site, values: [visits], series: group}", rows)
    assert said[0].startswith('t.yaml:1:35: two rows are "One / first", and a chart has one place')


def test_two_bars_may_have_the_same_name():
    """Without series each row is a bar of its own."""
    rows = ROWS.replace("Two,first", "One,first")
    assert read("chart: {kind: bar, along: site, values: [visits]}", rows)[1] == []


# Some of the rows --------------------------------------------------------------------------------


def test_a_table_may_take_some_rows_of_a_csv():
    """Several tables and figures share one file."""
    table, said = read("only: {group: first}")
    assert said == []
    assert table is not None
    assert [row[0].value for row in table.rows if row[0]] == ["One", "Two"]


def test_a_table_may_take_rows_with_one_of_several_words():
    """In the order of the CSV, not of the words."""
    table, _ = read("only: {site: [Three, One], group: [first, second]}")
    assert table is not None
    assert [row[0].value for row in table.rows if row[0]] == ["One", "Three"]


def test_rows_may_be_taken_by_a_column_that_is_not_shown():
    """It needs no column of the table, and is not called unused."""
    columns = COLUMNS.replace("  - {id: group, label: {zh: 组, en: Group}}\n", "")
    table, said = read("only: {group: second}", columns=columns)
    assert said == []
    assert table is not None
    assert len(table.rows) == 1


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (
            "{group: frist}",
            (
                't.yaml:1:15: no row has "frist" in the column "group"; did you mean '
                '"first"? (words '
                "there: first, second)"
            ),
        ),
        ("{grup: first}", 't.yaml:1:14: there is no column "grup" to choose rows by;'),
        (
            "{group: first, site: Three}",
            "t.yaml:1:7: no row has all of these words, so the table is empty; ask for fewer",
        ),
    ],
)
def test_words_that_no_row_has_are_told(only: str, expected: str):
    """A table without rows is never published."""
    table, said = read(f"only: {only}")
    assert table is None
    assert said[0].startswith(expected)


# Sparklines --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12", '"12" is one number, and a line needs more (cell H2); write them with spaces'),
        ("1;2;3", '"1;2;3" is no list of numbers (cell H2); write them with spaces between them'),
        ("1 two", '"two" is no number (cell H2); write it plainly'),
        ("1 " * 121, "there are 121 numbers in this cell; 120 are the most (cell H2); leave the"),
    ],
)
def test_a_cell_that_is_no_line_is_told(cell: str, expected: str):
    """A sparkline has numbers with spaces between them."""
    _, said = read("", ROWS.replace("1 2 3", cell))
    assert said[0].startswith(f"t.csv:2:27: {expected}")


def test_a_sparkline_keeps_its_numbers_as_they_are_written():
    """No float ever holds one."""
    table, said = read("", ROWS.replace("1 2 3", "1.10  2 -3"))
    assert said == []
    assert table is not None
    assert table.rows[0][-1] is not None
    assert table.rows[0][-1].value == "1.10 2 -3"

"""Tables for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import Any

import builders
from builders import both
from hypothesis import given
from hypothesis import strategies as st

from publisher.content.table import Table
from publisher.render.csv_file import csv_file


def column(name: str, kind: str = "text", **settings: Any) -> dict[str, Any]:
    return {"id": name, "label": both(name), "type": kind} | settings


def read(table: Table, edition: str = "en") -> list[list[str]]:
    """The rows as a program reads them."""
    text = csv_file(builders.views(edition), table).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_words_are_those_of_the_first_language() -> None:
    """Header and cells alike."""
    assert read(builders.table(), "bilingual") == [
        ["Site（中）", "Visits（中）"],
        ["One（中）", "1200"],
        ["Two（中）", ""],
    ]


def test_bytes_are_as_rfc_4180_wants_them() -> None:
    """Lines end with CRLF, quotes are doubled; and no byte order mark."""
    cell = {"text": {"zh": "甲", "en": 'Say "a, b"'}}
    table = builders.table(rows=[[cell, {"value": "1"}]])

    found = csv_file(builders.views("en"), table)

    assert found == b'Site (en),Visits (en)\r\n"Say ""a, b""",1\r\n'


def test_numbers_are_plain() -> None:
    """With a point and no separators, as they were written; the header says what they count."""
    columns = [
        column("visits", "number", decimals=0),
        column("share", "percent", decimals=1),
        column("close", "currency", currency="HKD"),
        column("stay", "duration"),
    ]
    cells = [{"value": "4502570"}, {"value": "-0.44"}, {"value": "493.40", "currency": "HKD"},
             {"value": "3950"}]  # fmt: skip

    assert read(builders.table(columns=columns, rows=[cells])) == [
        ["visits (en)", "share (en) (%)", "close (en) (HKD)", "stay (en)"],
        ["4502570", "-0.44", "493.40", "1:05:50"],
    ]


def test_column_is_called_by_its_group_too() -> None:
    """There is one row of headers, and two columns may be called 2025E."""
    columns = [column("a"), column("b"), column("c")]
    groups = [{"label": both("G"), "start": 1, "count": 2}]
    cells = [{"text": both(each)} for each in "xyz"]

    header, _ = read(builders.table(columns=columns, groups=groups, rows=[cells]))

    assert header == ["a (en)", "G (en) b (en)", "G (en) c (en)"]


def test_merged_cells_stand_in_each_row_they_reach() -> None:
    """Each row can be read alone; what reaches over columns stands in the first."""
    columns = [column("a"), column("b"), column("c", "number")]
    rows: list[list[Any]] = [
        [{"text": both("A"), "rows": 2}, {"text": both("B")}, {"value": "1"}],
        [None, {"text": both("C"), "columns": 2}, None],
    ]

    assert read(builders.table(columns=columns, rows=rows))[1:] == [
        ["A (en)", "B (en)", "1"],
        ["A (en)", "C (en)", ""],
    ]


def test_marks_of_markdown_are_gone() -> None:
    """A spreadsheet shows none of them."""
    cells = [{"text": {"en": "**Bold** [link](https://example.org)"}}, {"value": "1"}]

    assert read(builders.table(rows=[cells]))[1][0] == "Bold link"


@given(
    st.lists(
        st.tuples(st.text(min_size=1).filter(str.strip), st.integers()), min_size=1, max_size=5
    )
)
def test_whatever_stands_in_a_cell_every_row_is_whole(rows: list[tuple[str, int]]) -> None:
    """Commas, quotes and line breaks do not tear a table apart."""
    cells = [[{"text": {"en": text}}, {"value": str(number)}] for text, number in rows]

    found = read(builders.table(rows=cells))

    assert [len(each) for each in found] == [2] * (len(rows) + 1)
    assert [each[1] for each in found[1:]] == [str(number) for _, number in rows]

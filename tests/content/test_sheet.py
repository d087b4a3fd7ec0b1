"""CSV files: every cell with its place, and every way in which a file can be no CSV."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.content.sheet import Sheet, read_sheet
from publisher.document import Problem


def read(text: str | bytes) -> Sheet:
    """The sheet of a right file."""
    raw = text.encode() if isinstance(text, str) else text
    sheet, problems = read_sheet(raw, "x.csv")
    assert sheet is not None, problems
    assert problems == ()
    return sheet


def told(text: str | bytes) -> list[str]:
    """The problems of a broken one."""
    raw = text.encode() if isinstance(text, str) else text
    sheet, problems = read_sheet(raw, "x.csv")
    assert sheet is None
    return [str(each).removeprefix("x.csv:") for each in problems]


def test_the_first_line_stands_apart():
    """It has the ids of the columns; spaces around a cell mean nothing."""
    sheet = read("a, b\n1 ,2\n")
    assert sheet.header.cells == ("a", "b")
    assert [row.cells for row in sheet.rows] == [("1", "2")]


def test_quotes_keep_commas_lines_and_quotes_together():
    """As RFC 4180 has it."""
    (row,) = read('a,b\n"1, 2","x\ny ""z"""\n').rows
    assert row.cells == ("1, 2", 'x\ny "z"')


@pytest.mark.parametrize("text", ["a\n1\n", "a\r\n1\r\n", "a\n1", "\ufeffa\n1\n", "\n\na\n\n1\n"])
def test_ends_of_lines_and_a_mark_at_the_start_make_no_difference(text: str):
    """Excel writes both; blank lines are left out."""
    assert [row.cells for row in read(text).rows] == [("1",)]


def test_a_place_is_found_in_an_editor_and_in_a_spreadsheet():
    """The line and column of the file, and the cell as a spreadsheet calls it."""
    sheet = read('a,b\n"x\ny",1\n\n2,3\n')
    first, second = sheet.rows
    assert str(sheet.problem(first, 1, "no", "so")) == "x.csv:3:4: no (cell B2); so"
    assert str(sheet.problem(second, 0, "no", "so")) == "x.csv:5:1: no (cell A4); so"


def test_columns_beyond_z_have_two_letters():
    """As spreadsheets count."""
    sheet = read(",".join("a" * 60) + "\n" + ",".join("1" * 60) + "\n")
    names = [sheet.problem(sheet.rows[0], at, "", "").what for at in (25, 26, 51, 52)]
    assert names == [" (cell Z2)", " (cell AA2)", " (cell AZ2)", " (cell BA2)"]


CHINESE = "name,n\n豆包聊天机器人,1\n"
BROKEN = {
    "gb18030": (CHINESE.encode("gb18030"), "2:1: this file is not UTF-8 (it looks like GB18030)"),
    "utf-16": (CHINESE.encode("utf-16"), "1:1: this file is not UTF-8 (it looks like UTF-16)"),
    "empty": (b"", "1:1: the file is empty"),
    "blank": (b" \n\n".replace(b" ", b""), "1:1: the file is empty"),
    "a first line without ids": (b",,\na,b,c\n", "1:1: the first line is empty: it says which"),
    "a line for Excel": (b"sep=,\na,b\n", "1:1: this line is for Excel alone; delete it"),
    "semicolons": (b"a;b\n1;2\n", "1:2: the columns are separated by semicolons"),
    "tabs": (b"a\tb\n1\t2\n", "1:2: the columns are separated by tabs"),
    "full-width commas": ("a，b\n".encode(), "1:2: the columns are separated by full-width commas"),
    "an open quote": (b'a,b\n1,"2\n3,4\n', "2:3: the quotation mark that begins this cell"),
    "text after a quote": (b'a,b\n1,"2"3\n', "2:3: after the quotation mark that ends this cell"),
    "a control character": (b"a\n\x07\n", "2:1: the invisible character U+0007 BELL"),
    "old ends of lines": (b"a\r1\r", "1:2: the line ends with U+000D CARRIAGE RETURN alone"),
    "a cell without end": (b"a\n" + b"x" * 140_000, "2:1: this row has a cell that is too long"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_csv_is_told_with_its_place(name: str):
    """The message names the cause, not a symptom further down."""
    raw, expected = BROKEN[name]
    first, *_ = told(raw)
    assert first.startswith(expected)


def test_how_excel_saves_it_is_told():
    """Most who meet this use Excel."""
    (problem,) = told(CHINESE.encode("gb18030"))
    assert problem.endswith('save it as UTF-8 (Excel: "CSV UTF-8 (Comma delimited)")')


# Properties --------------------------------------------------------------------------------------


def _is_placed(problem: Problem, raw: bytes) -> bool:
    lines = raw.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if not 1 <= problem.line <= len(lines):
        return False
    return 1 <= problem.column <= len(lines[problem.line - 1]) + 1


PIECES = st.sampled_from(
    ['"', '""', ",", "\n", "\r\n", "\r", "a", "中", " ", ";", "\t", "\x00", "^", "1,2", "\ufeff"]
)


@given(
    st.binary(max_size=80) | st.lists(PIECES, max_size=30).map(lambda each: "".join(each).encode())
)
@example(b'a\n"')
@example(b'"\n,"x')
@example(b'a,b\n"1"2,"3')
def test_any_bytes_are_read_or_told_where_they_are_wrong(raw: bytes):
    """Nothing is ever raised, and every problem has a place that exists and a remedy."""
    sheet, problems = read_sheet(raw, "x.csv")
    assert (sheet is None) == bool(problems)
    for problem in problems:
        assert problem.remedy
        assert problem.code
        assert _is_placed(problem, raw), problem
    for row in (sheet.header, *sheet.rows) if sheet else ():
        places = [row.place(at) for at in range(len(row.cells))]
        assert places == sorted(set(places))


CELLS = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from('," \n'), max_size=8)
SHEETS = (
    st.integers(2, 4)
    .flatmap(
        lambda width: st.lists(
            st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6
        )
    )
    .filter(lambda rows: any(map(str.strip, rows[0])))
)


@given(SHEETS)
def test_what_a_spreadsheet_writes_is_read_as_it_was(rows: list[list[str]]):
    """Through the writer of the standard library and back, but for spaces around cells."""
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    sheet = read(file.getvalue())
    found = [sheet.header.cells, *(row.cells for row in sheet.rows)]
    assert found == [tuple(cell.strip() for cell in row) for row in rows]

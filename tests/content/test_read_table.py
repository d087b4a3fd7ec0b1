"""Tables: what their cells mean, and what is said about mistakes in them.

tests/content/test_invalid.py has one file for each mistake; here is what several make together.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from builders import publication
from hypothesis import given
from hypothesis import strategies as st

from publisher.content.read_table import parse_table
from publisher.content.sheet import read_sheet
from publisher.content.table import Cell, Table
from publisher.document import dump, parse
from publisher.language import Localized

LABEL = {"zh": "列", "en": "Column"}
SITE = {"id": "site", "label": LABEL}
VISITS = {"id": "visits", "label": LABEL, "type": "number"}
CHANGE = {"id": "change", "label": LABEL, "type": "percent", "change": True}
STAY = {"id": "stay", "label": LABEL, "type": "duration"}
CLOSE = {"id": "close", "label": LABEL, "type": "currency", "currency": "money"}


def read(text: str, sheet: str | bytes | None = None) -> tuple[Table | None, list[str]]:
    """A table from its file, and from a CSV if there is one; and its problems."""
    document, found = parse(text.encode(), "t.yaml")
    assert document is not None, found
    made, problems = None, ()
    if sheet is not None:
        raw = sheet.encode() if isinstance(sheet, str) else sheet
        made, problems = read_sheet(raw, "t.csv")
    table, more = parse_table(document, "t", publication(), made)
    return table, [str(each) for each in sorted({*problems, *more})]


def from_csv(columns: list[object], sheet: str | bytes) -> tuple[Table | None, list[str]]:
    """A table of some columns, from a CSV."""
    mail = {"columns": ["site"]} if len(columns) > 4 else {}
    return read(dump({"columns": columns, "rows": "t.csv", "mail": mail}), sheet)


def right(columns: list[object], sheet: str) -> Table:
    """The same, where nothing is wrong."""
    table, problems = from_csv(columns, sheet)
    assert problems == []
    assert table is not None
    return table


def test_each_cell_is_what_its_column_says():
    """Numbers as written, lengths of time in seconds, money with its currency."""
    table = right(
        [SITE, VISITS, CHANGE, STAY, CLOSE],
        "site,visits,change,stay,close,money\nChatGPT,1289.00,-0.44%,0:05:50,493.4,HKD\n",
    )
    assert table.rows == [
        [
            Cell(value="ChatGPT"),
            Cell(value="1289.00"),
            Cell(value="-0.44"),
            Cell(value="350"),
            Cell(value="493.4", currency="HKD"),
        ]
    ]


def test_a_text_may_have_a_column_for_each_language():
    """In any order of columns, and beside texts that hold for all."""
    table = right([SITE, VISITS], "visits,site.en,site.zh\n1,Doubao,豆包\n")
    assert table.rows[0][0] == Cell(text=Localized({"en": "Doubao", "zh": "豆包"}))


def test_an_empty_cell_is_no_data():
    """Of whatever type it is."""
    table = right(
        [SITE, VISITS, CHANGE, STAY, CLOSE], "site,visits,change,stay,close,money\nA,,,,,\n"
    )
    assert table.rows[0][1:] == [Cell()] * 4


def test_columns_may_share_a_header():
    """Each group knows where it begins and how many columns it has."""
    table = right(
        [SITE, {"group": LABEL, "columns": [VISITS, CHANGE]}], "site,visits,change\nA,1,2\n"
    )
    (group,) = table.groups
    assert (group.start, group.count) == (1, 2)
    assert [column.id for column in table.columns] == ["site", "visits", "change"]


def test_merged_cells_reach_over_others():
    """None stands where another cell reaches to."""
    table = right([SITE, {**SITE, "id": "more"}], "site,more\nA,<\n^,^\nB,C\n")
    assert table.rows == [
        [Cell(value="A", rows=2, columns=2), None],
        [None, None],
        [Cell(value="B"), Cell(value="C")],
    ]


def test_a_text_is_merged_in_all_its_languages_at_once():
    """The mark stands in each of its columns."""
    table = right([SITE], "site.zh,site.en\n甲,A\n^,^\n")
    assert table.rows == [[Cell(text=Localized({"zh": "甲", "en": "A"}), rows=2)], [None]]


def test_a_text_that_is_merged_in_one_language_alone_is_told():
    """Readers of that language would see the mark."""
    table, found = from_csv([SITE, VISITS], "site.zh,site.en,visits\n豆包,Doubao,1\n^,Metro,2\n")
    assert table is None
    (problem,) = found
    assert problem == (
        't.csv:3:1: "^" merges a cell in all its languages or in none (cell A3); '
        "write it in each, or a text"
    )


def test_a_header_that_is_nearly_an_id_is_told_which():
    """In capitals, or the label that readers see."""
    columns = [SITE, VISITS | {"label": {"zh": "访问量", "en": "Weekly visits"}}]
    _, found = from_csv(columns, "Site.ZH,site.en,访问量\n豆包,Doubao,1\n")
    assert [each for each in found if "warning" not in each] == [
        't.csv:1:1: there is no column "Site.ZH" (cell A1); write site.zh',
        't.csv:1:17: there is no column "访问量" (cell C1); write visits',
    ]


def test_a_currency_that_is_merged_with_the_one_above_holds_on():
    """As it does for the eye."""
    money = {**SITE, "id": "money"}
    table = right([money, CLOSE], "money,close\nUSD,1\n^,2\n")
    assert [row[1] and row[1].currency for row in table.rows] == ["USD", "USD"]


def test_the_currency_of_a_column_holds_for_all_its_cells():
    """An ISO code in place of the id of a column."""
    table = right([{**CLOSE, "currency": "CNY"}], "close\n1\n2\n")
    assert [row[0] and row[0].currency for row in table.rows] == ["CNY", "CNY"]


INLINE = """
columns:
  - {id: site, label: {zh: 列, en: Column}}
  - {id: visits, label: {zh: 列, en: Column}, type: number}
rows:
"""


def test_rows_may_stand_in_the_file():
    """With numbers as they are written there, not as a computer would keep them."""
    table, problems = read(
        INLINE + "  - {site: {zh: 豆包, en: Doubao}, visits: 1289.00}\n"
        "  - {site: Grok, visits: -0.10}\n  - {site: ^, visits: '5'}\n  - {site: Pi}\n"
    )
    assert problems == []
    assert table is not None
    assert [row[1] and row[1].value for row in table.rows] == ["1289.00", "-0.10", "5", None]
    assert table.rows[1][0] == Cell(value="Grok", rows=2)


def test_every_mistake_is_told_in_one_run():
    """In the first line and below it, each at its place."""
    _, found = from_csv(
        [SITE, VISITS, CHANGE, CLOSE],
        'site,visit,change,close,money,extra\nA,"4,502",↑ 3.41%,x,USD,z\n'
        "B,1,2,3,RMB,z\nC,1,2,3,,z\n",
    )
    assert [each.split(": ", 1)[0] for each in found] == [
        "t.csv:1:6",
        "t.csv:1:31",
        "t.csv:2:11",
        "t.csv:2:19",
        "t.csv:3:9",
        "t.csv:4:7",
    ]


def test_many_of_one_kind_are_counted():
    """An editor who sees ten knows how to mend the others."""
    _, found = from_csv([SITE, VISITS], "site,visits\n" + "A,x\n" * 30 + "B,1:2\n")
    assert len(found) == 11
    assert found[-1] == (
        't.csv:12:3: there are 21 more such cells in "visits" from here on (cell B12); '
        "mend them in the same way"
    )


def test_a_spreadsheet_may_leave_empty_columns_behind():
    """What has neither a name nor anything in it means nothing."""
    right([SITE], "site,,\nA,,\n")


MISTAKES = {
    "rows: [{site: A, site.zh: B, visits: 1}]": (
        '3:18: there is no column "site.zh"; write site: {zh: …}'
    ),
    "rows: [{sit: A, visits: 1}]": (
        '3:9: there is no column "sit"; did you mean "site"? (columns: site, visits)'
    ),
    "rows: [{site: yes, visits: true}]": (
        '3:28: "true" is no number; '
        "write it plainly, such as 4502570 or -0.44; a unit belongs into the column's label"
    ),
    "rows: [{site: 5, visits: 1}]": '3:15: "5" is no text to YAML; put it between quotes: "5"',
    "rows: [{site: {zh: a}, visits: 1}]": (
        '3:15: warning: "site" has no text in en here; write it; until then readers get it in zh'
    ),
    "rows: [{site: {de: a}, visits: 1}]": (
        '3:16: the publication has no language "de"; it declares zh, en'
    ),
    "rows: 5": '3:7: "rows" is read as a number; put it between quotes: "5"',
    "rows: [A]": '3:8: item 1 of "rows" must be fields (name: value), not "A"',
}


@pytest.mark.parametrize(("rows", "expected"), MISTAKES.items())
def test_a_mistake_in_the_file_is_told_at_its_place(rows: str, expected: str):
    """One mistake gives one message: where it is, what is wrong, what would be right."""
    text = f"# a\ncolumns: [{_flow(SITE)}, {_flow(VISITS)}]\n{rows}\n"
    assert read(text)[1] == [f"t.yaml:{expected}"]


def _flow(column: dict[str, object]) -> str:
    parts = ", ".join(f"{key}: {value}" for key, value in column.items() if key != "label")
    return f"{{{parts}, label: {{zh: 列, en: Column}}}}"


def test_a_currency_that_nobody_says_is_told_once():
    """Not again for each row."""
    _, found = from_csv([SITE, {**CLOSE, "currency": "usd"}], "site,close\nA,1\nB,2\n")
    (problem,) = found
    assert problem == (
        't.yaml:11:15: there is no column "usd" that says the currency; '
        "write USD for the currency itself; columns: site"
    )


def test_a_frozen_table_is_read_again():
    """Issues keep their tables as JSON; the same table comes back."""
    table, _ = read(
        INLINE.replace("rows:\n", "period: {from: 2026-04-16, to: 2026-04-22}\nrows:\n")
        + "  - {site: {zh: 豆包, en: Doubao}, visits: 1289.00}\n"
    )
    assert table is not None
    frozen = table.model_dump_json(by_alias=True, exclude_none=True)
    assert Table.model_validate_json(frozen) == table


# Properties --------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "site",
        "visits",
        ",",
        "\n",
        '"',
        "1",
        "-",
        "%",
        "^",
        "<",
        "万",
        "site.zh",
        "site.en",
        ".",
        " ",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
def test_any_csv_is_read_or_told_where_it_is_wrong(text: str):
    """Nothing is ever raised, and every problem has a place and a remedy."""
    raw = text.encode("utf-8", "replace")
    document, _ = parse(dump({"columns": [SITE, VISITS], "rows": "t.csv"}).encode(), "t.yaml")
    assert document is not None
    sheet, problems = read_sheet(raw, "t.csv")
    table, more = parse_table(document, "t", publication(), sheet)
    errors = [each for each in (*problems, *more) if each.severity == "error"]
    assert (table is None) == bool(errors)
    for problem in (*problems, *more):
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.remedy
        assert problem.code


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(0, 6)), min_size=1, max_size=9))
def test_the_numbers_of_a_sheet_come_back_as_they_were(numbers: list[tuple[int, int]]):
    """Every digit, from the file of a spreadsheet to the frozen table."""
    values = [Decimal(whole).scaleb(-places) for whole, places in numbers]
    file = io.StringIO()
    csv.writer(file).writerows([["visits"], *([format(each, "f")] for each in values)])
    table = right([VISITS], file.getvalue())
    assert [Decimal(row[0].value) for row in table.rows if row[0] and row[0].value] == values

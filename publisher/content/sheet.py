"""A CSV file as rows of cells, each with its place (RFC 4180), and what is wrong with its form."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.document import Problem, Severity
from publisher.yaml12 import characters
from publisher.yaml12.mistakes import Mistake

# A cell between quotes up to what must follow it, a bare one, or an empty one.
_CELL = re.compile(r'"(?:[^"]|"")*"(?=[,\n]|\Z)|[^",\n][^,\n]*|(?=[,\n]|\Z)')
# LF alone ends a line: Python knows other ends, which mean nothing in a CSV.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", "，": "full-width commas"}
_SAVE = 'save it as UTF-8 (Excel: "CSV UTF-8 (Comma delimited)")'


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number as a spreadsheet counts, its first line in the file, its cells."""

    number: int
    line: int
    cells: tuple[str, ...]
    text: str

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a cell; of the last one where there are not so many."""
        starts = list(_starts(self.text))
        line, column = characters.place_of(self.text, starts[min(at, len(starts) - 1)])
        return self.line + line - 1, column


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a CSV file; blank lines are left out."""

    path: str
    header: Row
    rows: tuple[Row, ...]

    def problem(
        self,
        row: Row,
        at: int,
        what: str,
        remedy: str,
        severity: Severity = "error",
        code: str = "",
    ) -> Problem:
        """A problem with a cell, which is named as spreadsheets name it, too."""
        what = f"{what} (cell {_letters(at)}{row.number})"
        return Problem(self.path, *row.place(at), what, remedy, severity, code)


def read_sheet(raw: bytes, path: str) -> tuple[Sheet | None, tuple[Problem, ...]]:
    """Read the bytes of a CSV file; None where its form is broken, with every reason."""
    text = characters.decode(raw.removeprefix(codecs.BOM_UTF8))
    if isinstance(text, Mistake):
        remedy = _SAVE if text.code == "encoding" else text.remedy
        return None, (Problem(path, text.line, text.column, text.what, remedy, code=text.code),)
    found = [
        Problem(path, one.line, one.column, one.what, one.remedy, code=one.code)
        for one in characters.refused(text)
    ]
    text = characters.blank(text)
    try:
        rows = _rows(text)
    except _Broken as error:
        return None, (*found, Problem(path, *error.place, error.what, error.remedy, code="csv"))
    if not rows:
        what, remedy = "the file is empty", "write the ids of the columns, and the rows below them"
        return None, (*found, Problem(path, 1, 1, what, remedy, code="csv"))
    if problem := _no_header(rows[0], path) or _other_separator(rows[0], path):
        return None, (*found, problem)
    return (None if found else Sheet(path, rows[0], tuple(rows[1:]))), tuple(found)


class _Broken(Exception):
    """A row that cannot be told from what follows it."""

    def __init__(self, place: tuple[int, int], what: str, remedy: str) -> None:
        super().__init__(what)
        self.place, self.what, self.remedy = place, what, remedy


def _rows(text: str) -> list[Row]:
    lines = _LINE.findall(text)
    reader = csv.reader(lines, strict=True)
    found: list[Row] = []
    number = 0
    while True:
        before, number = reader.line_num, number + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise _broken("".join(lines[before:]), before + 1) from None
        if cells is None:
            return found
        if cells:
            whole = "".join(lines[before : reader.line_num])
            found.append(Row(number, before + 1, tuple(each.strip() for each in cells), whole))


def _starts(text: str) -> Iterator[int]:
    """Where the cells of a row begin; after one that is broken there are no more."""
    at = 0
    while True:
        yield at
        match = _CELL.match(text, at)
        if match is None or text[match.end() : match.end() + 1] != ",":
            return
        at = match.end() + 1


def _broken(text: str, line: int) -> _Broken:
    """Quotes that do not match, at the cell in which they begin."""
    *_, start = _starts(text)
    below, column = characters.place_of(text, start)
    place = (line + below - 1, column)
    if re.compile(r'"(?:[^"]|"")*\Z').match(text, start):
        what = "the quotation mark that begins this cell is never closed"
        return _Broken(place, what, 'add " at the end of the cell, or write "" for each " in it')
    if text.startswith('"', start):
        what = "after the quotation mark that ends this cell comes more text"
        return _Broken(
            place, what, 'put the whole cell between quotes, and write "" for each in it'
        )
    what = "this row has a cell that is too long to be one"
    return _Broken(place, what, "look for a quotation mark that is not closed")


def _no_header(header: Row, path: str) -> Problem | None:
    """A first line that has no names of columns."""
    what = ""
    if not any(header.cells):
        what = "the first line is empty: it says which columns there are"
    elif header.text.lower().startswith("sep="):
        what = "this line is for Excel alone"
    remedy = "delete it, so that the ids of the columns come first"
    return Problem(path, header.line, 1, what, remedy, code="csv") if what else None


def _other_separator(header: Row, path: str) -> Problem | None:
    """Cells that are separated by something else than commas."""
    line = header.text.rstrip("\n")
    given = next((each for each in _SEPARATORS if each in line), None)
    if len(header.cells) > 1 or given is None:
        return None
    what = f"the columns are separated by {_SEPARATORS[given]}"
    remedy = 'save it with commas (Excel: "CSV UTF-8 (Comma delimited)")'
    if given == ";":
        remedy = "put commas in their place (Excel writes semicolons where 3,5 is a number)"
    # A name between quotes may go on in the next line.
    before = line[: line.index(given)]
    at = (header.line + before.count("\n"), len(before) - before.rfind("\n"))
    return Problem(path, *at, what, remedy, code="csv")


def _letters(at: int) -> str:
    """How a spreadsheet calls a column: A to Z, then AA, AB and so on."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

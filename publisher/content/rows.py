"""The rows of a table as they are written, in the file itself or in a CSV: one form for both.

Which cell belongs to which column is settled here; what a cell means is `read_table`'s part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Protocol

from publisher.config.refusal import nearest
from publisher.content.cell import is_currency
from publisher.content.merge import LEFT, UP
from publisher.content.remedy import at_name
from publisher.content.sheet import Row, Sheet
from publisher.content.table import Column, TableFile
from publisher.document import Document, Problem, Severity
from publisher.language import Localized

MAX_ROWS = 2000


class Spot(Protocol):
    """Where a cell is; the place is looked up only where there is a problem with it."""

    def problem(
        self, what: str, remedy: str, severity: Severity = "error", code: str = ""
    ) -> Problem:
        """A problem with the cell."""
        ...


@dataclass(frozen=True, slots=True)
class _InFile:
    document: Document
    keys: tuple[str | int, ...]

    def problem(
        self, what: str, remedy: str, severity: Severity = "error", code: str = ""
    ) -> Problem:
        return self.document.problem(self.keys, what, remedy, severity, code)


@dataclass(frozen=True, slots=True)
class _InSheet:
    sheet: Sheet
    row: Row
    at: int

    def problem(
        self, what: str, remedy: str, severity: Severity = "error", code: str = ""
    ) -> Problem:
        return self.sheet.problem(self.row, self.at, what, remedy, severity, code)


@dataclass(frozen=True, slots=True)
class Written:
    """A cell as it is written: a word for all languages, or a text for each.

    `wanted` are the languages that it should have, `bare` a number or such without quotes.
    """

    spot: Spot
    word: str = ""
    texts: Localized | None = None
    wanted: tuple[str, ...] = ()
    is_bare: bool = False

    @property
    def mark(self) -> str:
        """`^` or `<` where the cell is merged with another; "" for any other."""
        words = {self.word} if self.texts is None else set(self.texts.values())
        return next((mark for mark in (UP, LEFT) if words == {mark}), "")


@dataclass(slots=True)
class Rows:
    """The cells of each row by the id of their column, and what is wrong with the columns."""

    rows: list[Mapping[str, Written]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)  # ids of columns that are nowhere


def rows_of(
    document: Document, file: TableFile, sheet: Sheet | None, languages: Sequence[str]
) -> Rows:
    """The rows of a table: those of the sheet where there is one, else those of the file."""
    if sheet is not None:
        rows = _Sheet(document, file, sheet, languages).read()
    else:
        rows = _Inline(document, file, languages).read()
    if len(rows.rows) > MAX_ROWS:
        what = f"the table has {len(rows.rows)} rows; {MAX_ROWS} are the most that is shown"
        spot = next(iter(rows.rows[MAX_ROWS].values())).spot
        rows.problems.append(spot.problem(what, "split it", code="table-rows"))
        del rows.rows[MAX_ROWS:]
    return rows


@dataclass(slots=True)
class _Source:
    document: Document
    file: TableFile

    @property
    def columns(self) -> dict[str, Column]:
        return {column.id: column for _, column in self.file.placed()}

    def known(self) -> list[str]:
        """The ids that a row may have: those of columns, and of where their currencies stand."""
        named = (column.currency_column for column in self.columns.values())
        return list(dict.fromkeys([*self.columns, *(each for each in named if each)]))

    def no_currency(self, found: Sequence[str]) -> Iterator[Problem]:
        """Columns that a currency is looked for in, and that are nowhere."""
        for place, column in self.file.placed():
            name = column.currency_column
            if name and name not in self.columns and name not in found:
                known = list(dict.fromkeys([*self.columns, *found]))
                what = f'there is no column "{name}" that says the currency'
                remedy = nearest(name, [each for each in known if each != column.id], "columns")
                if is_currency(name.upper()):
                    remedy = f"write {name.upper()} for the currency itself; {remedy}"
                at = (*place, "currency")
                yield self.document.problem(at, what, remedy, code="table-column")


# In the file -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Inline(_Source):
    languages: Sequence[str]

    def read(self) -> Rows:
        data = self.file.rows if isinstance(self.file.rows, list) else []
        rows, known = Rows(), self.known()
        found = dict.fromkeys(name for row in data for name in row)
        for at, row in enumerate(data):
            rows.rows.append(
                {name: self._cell(at, name, row[name]) for name in known if name in row}
            )
            rows.problems += (self._unknown(at, name) for name in row if name not in known)
        for place, column in self.file.placed():
            others = [name for name in found if name not in known]
            if column.id not in found and not get_close_matches(column.id, others, n=1):
                what, remedy = f'no row has the column "{column.id}"', "write it, or delete it here"
                problem = self.document.problem((*place, "id"), what, remedy, code="table-column")
                rows.problems.append(problem)
        rows.problems += self.no_currency(list(found))
        rows.absent.update(name for name in known if name not in found)
        return rows

    def _unknown(self, at: int, name: str) -> Problem:
        what = f'there is no column "{name}"'
        remedy = nearest(name, self.known(), "columns")
        base, _, language = name.partition(".")
        if base in self.known() and language:
            remedy = f"write {base}: {{{language}: …}}"
        return at_name(self.document, ("rows", at, name), what, remedy, "table-column")

    def _cell(self, at: int, name: str, value: object) -> Written:
        spot = _InFile(self.document, ("rows", at, name))
        if isinstance(value, Localized):
            return Written(spot, texts=value, wanted=tuple(self.languages))
        if value is None or isinstance(value, str):
            return Written(spot, (value or "").strip())
        # As it was written: no number is ever held as a float.
        return Written(spot, self.document.written("rows", at, name), is_bare=True)


# In a CSV ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sheet(_Source):
    sheet: Sheet
    languages: Sequence[str]

    def read(self) -> Rows:
        rows = Rows()
        places = self._places(rows)
        width = max((at + 1 for at, name in enumerate(self.sheet.header.cells) if name), default=0)
        if not self.sheet.rows:
            what, remedy = "the table has no rows", "write them below this line"
            rows.problems.append(self._header_problem(0, what, remedy, code="table-rows"))
        for row in self.sheet.rows:
            if not any(row.cells):
                what, remedy = "this row is empty", "delete it"
                rows.problems.append(self.sheet.problem(row, 0, what, remedy, "warning", "csv"))
            elif problem := self._bad_length(row, width):
                rows.problems.append(problem)
            else:
                rows.rows.append({name: self._cell(row, at) for name, at in places.items()})
        return rows

    def _bad_length(self, row: Row, width: int) -> Problem | None:
        many = max((at + 1 for at, cell in enumerate(row.cells) if cell), default=0)
        count = len(row.cells)
        if many > len(self.sheet.header.cells):
            what = f"this row has {many} cells, and the first line {width}"
            remedy = "put a cell that contains a comma between quotes, or name the column above"
            return self.sheet.problem(row, len(self.sheet.header.cells), what, remedy, code="csv")
        if count < width:
            what = f"this row has {count} cell{'s' * (count > 1)}, and the first line {width}"
            remedy = "write a comma for each cell that is empty"
            return self.sheet.problem(row, count - 1, what, remedy, code="csv")
        return None

    def _cell(self, row: Row, at: Mapping[str, int]) -> Written:
        first = next(iter(at.values()))
        if "" in at:
            return Written(_InSheet(self.sheet, row, at[""]), row.cells[at[""]])
        texts = Localized((key, row.cells[n]) for key, n in at.items() if row.cells[n])
        empty = next((n for n in at.values() if not row.cells[n]), first)
        spot = _InSheet(self.sheet, row, empty if texts else first)
        return Written(spot, texts=texts or None, wanted=tuple(at))

    def _places(self, rows: Rows) -> dict[str, dict[str, int]]:
        """Where the cells of each column are, by language; "" stands for all languages."""
        places: dict[str, dict[str, int]] = {}
        unknown: dict[int, str] = {}
        faulty: set[str] = set()
        known, columns = self.known(), self.columns
        for at, name in enumerate(self.sheet.header.cells):
            base, dot, language = name.partition(".")
            if base not in known:
                unknown[at] = base
            elif problem := self._bad_header(at, places.get(base, {}), columns.get(base)):
                rows.problems.append(problem)
                faulty.add(base)
            else:
                places.setdefault(base, {})[language if dot else ""] = at
        self._missing(rows, {*places, *faulty}, unknown)
        whole = {name: at for name, at in places.items() if name not in faulty}
        rows.problems += self._untranslated(whole)
        return places

    def _bad_header(
        self, at: int, before: Mapping[str, int], column: Column | None
    ) -> Problem | None:
        name = self.sheet.header.cells[at]
        base, dot, language = name.partition(".")
        if dot and (column is None or column.is_number):
            what, remedy = f'the column "{base}" is the same in every language', f"write {base}"
        elif dot and language not in self.languages:
            what = f'the publication has no language "{language}"'
            remedy = nearest(language, self.languages, "languages")
        elif language in before:
            what, remedy = f'the column "{name}" is there twice', "delete one of the two"
        elif before and ("" in before or not dot):
            what = f'the column "{base}" is there for all languages, and for some of them'
            remedy = f"keep {base}, or {' and '.join(f'{base}.{key}' for key in self.languages)}"
        else:
            return None
        return self._header_problem(at, what, remedy)

    def _missing(self, rows: Rows, places: set[str], unknown: Mapping[int, str]) -> None:
        """Columns that are declared and not there, and those that are there and not declared."""
        gone = [name for name in self.columns if name not in places]
        for at, name in unknown.items():
            if near := get_close_matches(name.lower(), gone, n=1):
                what, listed = f'there is no column "{name}"', ", ".join(self.known())
                remedy = f'did you mean "{near[0]}"? (columns: {listed})'
                rows.problems.append(self._header_problem(at, what, remedy))
                gone.remove(near[0])
            elif name:
                what = f'the column "{name}" is not used'
                remedy = "declare it under columns:, or delete it"
                rows.problems.append(self._header_problem(at, what, remedy, "warning"))
            elif any(at < len(row.cells) and row.cells[at] for row in self.sheet.rows):
                what, remedy = "this column has no name", "write its id here"
                rows.problems.append(self._header_problem(at, what, remedy))
        for name in gone:
            what = f'the column "{name}" is missing'
            remedy = "add it here, or delete it from columns:"
            rows.problems.append(self._header_problem(0, what, remedy))
        rows.problems += self.no_currency([*places, *unknown.values()])
        rows.absent.update(name for name in self.known() if name not in places)

    def _untranslated(self, places: Mapping[str, Mapping[str, int]]) -> Iterator[Problem]:
        for name, at in places.items():
            absent = [key for key in self.languages if key not in at]
            if absent and "" not in at:
                columns = " and ".join(f"{name}.{key}" for key in absent)
                what = f'"{name}" has no column in {" and ".join(absent)}'
                remedy = f"add {columns}; until then readers get it in {next(iter(at))}"
                at_first = next(iter(at.values()))
                yield self._header_problem(at_first, what, remedy, "warning", "missing-translation")

    def _header_problem(
        self,
        at: int,
        what: str,
        remedy: str,
        severity: Severity = "error",
        code: str = "table-column",
    ) -> Problem:
        return self.sheet.problem(self.sheet.header, at, what, remedy, severity, code)

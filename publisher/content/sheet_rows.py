"""The rows of a table whose cells stand in a CSV: a header names the columns, and languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from publisher.config.refusal import nearest
from publisher.content.sheet import Row, Sheet
from publisher.content.table import Column
from publisher.content.written import Rows, Source, Written
from publisher.document import Problem, Severity
from publisher.language import Localized


@dataclass(frozen=True, slots=True)
class _InSheet:
    sheet: Sheet
    row: Row
    at: int

    def problem(
        self, what: str, remedy: str, severity: Severity = "error", code: str = ""
    ) -> Problem:
        return self.sheet.problem(self.row, self.at, what, remedy, severity, code)


@dataclass(slots=True)
class SheetRows(Source):
    """Reads the rows of a sheet."""

    sheet: Sheet
    languages: Sequence[str]

    def read(self) -> Rows:
        """The rows, and what is wrong with the sheet."""
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
                unknown[at] = name
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
            remedy = f"keep {base}, or {' and '.join(self._by_language(base))}"
        else:
            return None
        return self._header_problem(at, what, remedy)

    def _missing(self, rows: Rows, places: set[str], unknown: Mapping[int, str]) -> None:
        """Columns that are declared and not there, and those that are there and not declared."""
        gone = [name for name in self.columns if name not in places]
        meant = self._meant()
        for at, name in unknown.items():
            if name.lower() in meant:
                what, remedy = f'there is no column "{name}"', f"write {meant[name.lower()]}"
                rows.problems.append(self._header_problem(at, what, remedy))
                gone = [each for each in gone if each != meant[name.lower()].partition(".")[0]]
            elif near := get_close_matches(name.partition(".")[0].lower(), gone, n=1):
                what, listed = f'there is no column "{name}"', ", ".join(self.known())
                remedy = f'did you mean "{near[0]}"? (columns: {listed})'
                rows.problems.append(self._header_problem(at, what, remedy))
                gone.remove(near[0])
            elif name and (self.file.only or self.file.chart):
                continue  # a part of a CSV that other tables share
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
        bases = (each.partition(".")[0] for each in unknown.values())
        rows.problems += self.no_currency([*places, *bases])
        rows.absent.update(name for name in self.known() if name not in places)

    def _meant(self) -> dict[str, str]:
        """The header that was meant, by what else is written: its label, or in capitals."""
        meant: dict[str, str] = {}
        for name, column in self.columns.items():
            for key, label in column.label.items():
                meant[label.lower()] = name if column.is_number else f"{name}.{key}"
        for name in self.known():
            meant |= {each.lower(): each for each in (name, *self._by_language(name))}
        return meant

    def _by_language(self, name: str) -> list[str]:
        return [f"{name}.{key}" for key in self.languages]

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

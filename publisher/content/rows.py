"""The rows of a table as they are written, in the file itself or in a CSV: one form for both.

Which cell belongs to which column is settled here; what a cell means is `read_table`'s part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from publisher.config.refusal import nearest
from publisher.content.remedy import at_name
from publisher.content.sheet import Sheet
from publisher.content.sheet_rows import SheetRows
from publisher.content.table import TableFile
from publisher.content.written import Rows, Source, Written
from publisher.document import Document, Problem, Severity
from publisher.language import Localized

MAX_ROWS = 2000


def rows_of(
    document: Document, file: TableFile, sheet: Sheet | None, languages: Sequence[str]
) -> Rows:
    """The rows of a table: those of the sheet where there is one, else those of the file."""
    if sheet is not None:
        rows = SheetRows(document, file, sheet, languages).read()
    else:
        rows = _InFileRows(document, file, languages).read()
    if len(rows.rows) > MAX_ROWS:
        what = f"the table has {len(rows.rows)} rows; {MAX_ROWS} are the most that is shown"
        spot = next(iter(rows.rows[MAX_ROWS].values())).spot
        rows.problems.append(spot.problem(what, "split it", code="table-rows"))
        del rows.rows[MAX_ROWS:]
    return rows


@dataclass(frozen=True, slots=True)
class _InFile:
    document: Document
    keys: tuple[str | int, ...]

    def problem(
        self, what: str, remedy: str, severity: Severity = "error", code: str = ""
    ) -> Problem:
        return self.document.problem(self.keys, what, remedy, severity, code)


@dataclass(slots=True)
class _InFileRows(Source):
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

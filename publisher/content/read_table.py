"""From a document and the rows of a CSV to a table: what each cell means, and what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic_core import PydanticCustomError

from publisher.config.publication import Publication
from publisher.content import cell
from publisher.content.merge import LEFT, UP, merge
from publisher.content.remedy import is_placeholder, missing_translations, unfinished
from publisher.content.rows import rows_of
from publisher.content.sheet import Sheet
from publisher.content.table import About, Cell, Column, Group, Span, Table, TableFile
from publisher.content.taken import take, undrawable
from publisher.content.written import Spot, Written
from publisher.document import Document, Problem, Severity
from publisher.validation import fit
from publisher.yaml12.mistakes import quoted

# Of problems of one column that are all alike, so many are told one by one.
_MOST = 10
# What stands in mail where the table does not say it.
_IN_MAIL = 4

_READ: Mapping[str, Callable[[str], str]] = {
    "number": cell.number,
    "percent": cell.percent,
    "currency": cell.number,
    "duration": cell.duration,
    "sparkline": cell.series,
}


def parse_table(
    document: Document, name: str, publication: Publication, sheet: Sheet | None = None
) -> tuple[Table | None, tuple[Problem, ...]]:
    """Read a table; None where it has an error, and every problem with its place.

    `sheet` are the rows of the CSV that the document names.  Where the document itself is broken,
    nothing is said about cells.
    """
    languages = list(publication.languages)
    file, found = fit(document, TableFile, context={"languages": languages})
    if file is None or (isinstance(file.rows, str) and sheet is None):
        return None, found
    reading = _Reading(document, file, sheet, languages)
    rows = reading.rows()
    told = {*_about_texts(document, file, languages), *reading.told()}
    if not any(each.severity == "error" for each in told):
        told |= set(undrawable(document, file, rows))
    problems = tuple(sorted(told))
    if any(each.severity == "error" for each in problems):
        return None, problems
    about = {field: getattr(file, field) for field in About.model_fields}
    if file.chart is not None and "label" not in file.model_fields_set:
        about["label"] = "figure"
    columns = [column for _, column in file.placed()]
    return Table(
        name=name, chart=file.chart, columns=columns, groups=_groups(file), rows=rows, **about
    ), problems


def _about_texts(
    document: Document, file: TableFile, languages: Sequence[str]
) -> Iterator[Problem]:
    # A table is published whole or not at all, so that no reader ever sees a placeholder.
    for problem in unfinished(document, file.localized(), "write them, or delete their lines"):
        yield replace(problem, severity="error")
    yield from missing_translations(document, file.localized(), languages)
    count = len([*file.placed()])
    if count > _IN_MAIL and not file.mail.columns:
        what = f"the table has {count} columns, and the first {_IN_MAIL} of them stand in mail"
        remedy = "choose them: mail: {columns: […]}"
        yield document.problem(("columns",), what, remedy, "warning", "mail-columns")


def _groups(file: TableFile) -> list[Span]:
    found: list[Span] = []
    start = 0
    for header in file.columns:
        count = len(header.columns) if isinstance(header, Group) else 1
        if isinstance(header, Group):
            found.append(Span(label=header.group, start=start, count=count))
        start += count
    return found


# Cells -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """The cells of a table, one after the other, and the problems on the way."""

    document: Document
    file: TableFile
    sheet: Sheet | None
    languages: Sequence[str]
    _problems: list[Problem] = field(default_factory=list)
    _alike: dict[tuple[str, str], list[Spot]] = field(default_factory=dict)

    def told(self) -> Iterator[Problem]:
        """Every problem; those of a column that are alike are counted after the tenth."""
        yield from self._problems
        for (column, code), spots in self._alike.items():
            if len(spots) > _MOST:
                what = f'there are {len(spots) - _MOST} more such cells in "{column}" from here on'
                yield spots[_MOST].problem(what, "mend them in the same way", code=code)

    def _tell(
        self, column: str, spot: Spot, what: str, remedy: str, code: str,
        severity: Severity = "error",
    ) -> None:  # fmt: skip
        spots = self._alike.setdefault((column, code), [])
        spots.append(spot)
        if len(spots) <= _MOST:
            self._problems.append(spot.problem(what, remedy, severity, code))

    def _refused(self, column: str, spot: Spot, error: PydanticCustomError) -> None:
        found = error.context or {}
        self._tell(column, spot, found["what"], found["remedy"], f"table-{found['code']}")

    def rows(self) -> list[list[Cell | None]]:
        """All cells; None for each that is part of another one."""
        written = rows_of(self.document, self.file, self.sheet, self.languages)
        self._problems += written.problems
        written.rows, untaken = take(self.document, self.file, written)
        self._problems += untaken
        columns = [column for _, column in self.file.placed()]
        marks = [
            [row[each.id].mark if each.id in row else "" for each in columns]
            for row in written.rows
        ]
        reaches, faults = merge(marks)
        for fault in faults:
            row, at = fault.at
            column = columns[at].id
            self._tell(column, written.rows[row][column].spot, fault.what, fault.remedy, "merge")
        currencies = self._currencies(written.rows, written.absent)
        made: list[list[Cell | None]] = [[None] * len(columns) for _ in written.rows]
        for (row, at), reach in reaches.items():
            found = written.rows[row].get(columns[at].id)
            if not marks[row][at]:
                one = self._cell(columns[at], found, currencies[row]) if found else Cell()
                made[row][at] = one.model_copy(update=reach._asdict()) if reach != (1, 1) else one
        return made

    def _currencies(
        self, rows: Sequence[Mapping[str, Written]], absent: set[str]
    ) -> list[dict[str, str | None]]:
        """The currency of each row by the id of the column that says it; None for one to ignore.

        One that is merged with the cell above has that one's currency.
        """
        named = {column.currency_column for _, column in self.file.placed()} - {None}
        found: list[dict[str, str | None]] = []
        for row in rows:
            here: dict[str, str | None] = {}
            for name in filter(None, named):
                written = row.get(name)
                if name in absent:
                    here[name] = None
                elif written is None:
                    here[name] = ""
                elif written.mark == UP and found:
                    here[name] = found[-1][name]
                else:
                    here[name] = self._currency(name, written)
            found.append(here)
        return found

    def _currency(self, name: str, written: Written) -> str | None:
        try:
            return cell.currency(written.word) if written.word else ""
        except PydanticCustomError as error:
            self._refused(name, written.spot, error)
            return None

    def _cell(self, column: Column, written: Written, currencies: Mapping[str, str | None]) -> Cell:
        if not column.is_number:
            return self._text(column, written)
        if written.texts is not None:
            what = f'the column "{column.id}" is the same in every language'
            self._tell(column.id, written.spot, what, "write it once", "table-cell")
        if not written.word:
            return Cell()
        try:
            value = _READ[column.type](written.word)
        except PydanticCustomError as error:
            self._refused(column.id, written.spot, error)
            return Cell()
        return Cell(value=value, currency=self._currency_of(column, written, currencies))

    def _currency_of(
        self, column: Column, written: Written, currencies: Mapping[str, str | None]
    ) -> str | None:
        name = column.currency_column
        if name is None:
            return column.currency
        code = currencies[name]
        if code == "":
            what = "this amount has no currency"
            self._tell(column.id, written.spot, what, f'write its code, such as USD, into "{name}"',
                       "table-currency")  # fmt: skip
        return code or None

    def _text(self, column: Column, written: Written) -> Cell:
        words = [written.word] if written.texts is None else [*written.texts.values()]
        if written.is_bare:
            what = f'"{written.word}" is no text to YAML'
            remedy = f"put it between quotes: {quoted(written.word)}"
            self._tell(column.id, written.spot, what, remedy, "table-cell")
        elif any(map(is_placeholder, words)):
            what, remedy = "this cell is not written yet", "write it, or leave it empty"
            self._tell(column.id, written.spot, what, remedy, "unfinished")
        elif mark := next((word for word in words if word in (UP, LEFT)), ""):
            what = f'"{mark}" merges a cell in all its languages or in none'
            self._tell(column.id, written.spot, what, "write it in each, or a text", "merge")
        if written.texts is None:
            return Cell(value=written.word or None)
        absent = [key for key in written.wanted if key not in written.texts]
        if absent:
            what = f'"{column.id}" has no text in {" and ".join(absent)} here'
            remedy = f"write it; until then readers get it in {next(iter(written.texts))}"
            self._tell(column.id, written.spot, what, remedy, "missing-translation", "warning")
        return Cell(text=written.texts)

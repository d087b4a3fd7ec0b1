"""The cells of a table as they are written, before anybody asks what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from publisher.config.refusal import nearest
from publisher.content.cell import is_currency
from publisher.content.merge import LEFT, UP
from publisher.content.table import Column, TableFile
from publisher.document import Document, Problem, Severity
from publisher.language import Localized


class Spot(Protocol):
    """Where a cell is; the place is looked up only where there is a problem with it."""

    def problem(
        self, what: str, remedy: str, severity: Severity = "error", code: str = ""
    ) -> Problem:
        """A problem with the cell."""
        ...


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


@dataclass(slots=True)
class Source:
    """What rows are read with: the table's file, and the columns that it declares."""

    document: Document
    file: TableFile

    @property
    def columns(self) -> dict[str, Column]:
        """The columns by their id."""
        return {column.id: column for _, column in self.file.placed()}

    def known(self) -> list[str]:
        """The ids that a row may have: of columns, their currencies, and what rows are taken by."""
        named = (column.currency_column for column in self.columns.values())
        found = [*self.columns, *(each for each in named if each), *self.file.only]
        return list(dict.fromkeys(found))

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

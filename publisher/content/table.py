"""A table: `content/data/<name>.yaml`, its rows in the file itself or in a CSV beside it.

What an editor writes is a `TableFile`; what an issue carries is a `Table`, complete and typed,
so that a frozen issue needs no other file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from publisher.config.addresses import NAME
from publisher.config.model import Day, Frozen, Line, Name
from publisher.config.refusal import called, nearest, refuse, refuse_all
from publisher.content import chart as charts
from publisher.content.cell import is_currency, no_currency
from publisher.content.chart import Chart
from publisher.language import Localized

ColumnType = Literal["text", "number", "percent", "currency", "duration", "sparkline"]

# What a column of each type may be told, beside id, label and type.
COLUMN_SETTINGS: dict[ColumnType, tuple[str, ...]] = {
    "text": (),
    "number": ("decimals", "change"),
    "percent": ("decimals", "change"),
    "currency": ("decimals", "change", "currency"),
    "duration": ("change",),
    "sparkline": ("decimals",),
}
_FILE = re.compile(r"\w[\w.-]*\.csv", re.IGNORECASE)


def is_csv(name: str) -> bool:
    """Whether a text can be the name of a CSV file beside a table."""
    return bool(_FILE.fullmatch(name))


class Column(Frozen):
    """A column: its name, what stands above it, and how its cells are read and shown."""

    id: Name
    label: Line
    type: ColumnType = "text"
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None  # left out: as written
    change: bool = False  # shown with ▲ or ▼ and the word
    currency: str | None = None  # an ISO 4217 code, or the id of the column that has it

    @model_validator(mode="after")
    def _settings_fit_type(self, info: ValidationInfo) -> Column:
        if info.context is None:  # a frozen issue, which was checked by the version that froze it
            return self
        belongs = COLUMN_SETTINGS[self.type]
        given = [
            name for name in ("decimals", "change", "currency") if name in self.model_fields_set
        ]
        faults = [
            refuse(
                "column_setting",
                f'"{name}" means nothing in a {self.type} column',
                _remedy(name),
                name,
            )
            for name in given
            if name not in belongs
        ]
        refuse_all([*faults, *self._currency_faults()])
        return self

    def _currency_faults(self) -> Iterator[PydanticCustomError]:
        if self.type != "currency":
            return
        if self.currency is None:
            what = f'the column "{self.id}" does not say which currency it is in'
            remedy = "add currency: USD, or currency: and the id of the column that says it"
            yield refuse("column_setting", what, remedy)
        elif not (NAME.fullmatch(self.currency) or is_currency(self.currency)):
            found = no_currency(self.currency).context or {}
            yield refuse("currency", found["what"], found["remedy"], "currency")

    @property
    def is_number(self) -> bool:
        """Whether its cells are aligned at the end."""
        return self.type != "text"

    @property
    def is_amount(self) -> bool:
        """Whether each of its cells is one number."""
        return self.type not in ("text", "sparkline")

    @property
    def currency_column(self) -> str | None:
        """The id of the column that holds the currency of each row."""
        return self.currency if self.currency and NAME.fullmatch(self.currency) else None


def _remedy(name: str) -> str:
    types = [kind for kind, belongs in COLUMN_SETTINGS.items() if name in belongs]
    return f"delete it, or write type: {' or '.join(types)}"


class Group(Frozen):
    """A header over several columns."""

    group: Line
    columns: Annotated[list[Column], Field(min_length=1)]


class Period(Frozen):
    """The days that a table covers, both inclusive."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.last < self.first:
            raise refuse("period", "the period ends before it begins", "swap from and to", "to")
        return self


class MailTable(Frozen):
    """What of a table stands in mail; the rest is on the page."""

    columns: list[Name] = []  # none: the first four
    rows: Annotated[int, Field(ge=1, le=200)] = 12


class About(Frozen):
    """What is said about a table, as an editor writes it and as an issue carries it."""

    title: Line | None = None
    caption: Line | None = None
    label: Literal["table", "figure", "none"] = "table"
    period: Period | None = None
    as_of: Day | None = None
    note: Localized | None = None
    mail: MailTable = MailTable()


def _form(value: Any) -> str:
    """Whether a header is that of a column or of a group: its mistakes are those of one of them."""
    is_group = isinstance(value, Group) or (isinstance(value, dict) and "group" in value)
    return "Group" if is_group else "Column"


Header = Annotated[
    Annotated[Column, Tag("Column")] | Annotated[Group, Tag("Group")], Discriminator(_form)
]


def _written_cell(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """A cell in the file itself: a text for each language, or one word for all of them."""
    if isinstance(value, list):
        remedy = "write a text, a number, or one text for each language"
        raise refuse("cell_type", f"{called(value)} cannot stand in a cell", remedy)
    return handler(value) if isinstance(value, dict) else value


if TYPE_CHECKING:
    WrittenCell = Localized | str | int | float | bool | None
else:
    WrittenCell = Annotated[Localized, WrapValidator(_written_cell)]


class TableFile(About):
    """A table as it is written; `rows` names a CSV beside the file, or holds them.

    `only` says which rows of a CSV it takes: those with one of these words in each of the columns.
    """

    only: dict[Name, str | list[str]] = {}
    chart: Chart | None = None
    columns: Annotated[list[Header], Field(min_length=1)]
    rows: str | list[dict[str, WrittenCell]]

    @field_validator("rows")
    @classmethod
    def _csv_beside(cls, rows: Any) -> Any:
        if isinstance(rows, str) and not is_csv(rows):
            remedy = "save it as CSV in the folder of this file, and write its name: traffic.csv"
            raise refuse("table_rows", f"{called(rows)} is no name of a CSV file", remedy)
        if not rows:
            remedy = "write them below, or name a CSV file in the folder of this one"
            raise refuse("table_rows", "the table has no rows", remedy)
        return rows

    @model_validator(mode="after")
    def _names_fit(self) -> TableFile:
        refuse_all([*self._twice(), *self._not_for_mail(), *self._not_drawn()])
        return self

    def placed(self) -> Iterator[tuple[tuple[str | int, ...], Column]]:
        """Each column with its place in the file, in order."""
        for at, header in enumerate(self.columns):
            if isinstance(header, Column):
                yield ("columns", at), header
            else:
                for n, column in enumerate(header.columns):
                    yield ("columns", at, "columns", n), column

    def localized(self) -> Iterator[tuple[tuple[str | int, ...], Localized]]:
        """Every text in several languages but those of the cells, with its place in the file."""
        for name in ("title", "caption", "note"):
            if (text := getattr(self, name)) is not None:
                yield (name,), text
        for at, header in enumerate(self.columns):
            if isinstance(header, Group):
                yield ("columns", at, "group"), header.group
        for place, column in self.placed():
            yield (*place, "label"), column.label
        if self.chart is not None and self.chart.alt is not None:
            yield ("chart", "alt"), self.chart.alt

    def _twice(self) -> Iterator[PydanticCustomError]:
        seen: set[str] = set()
        for place, column in self.placed():
            if column.id in seen:
                what = f'two columns have the id "{column.id}"'
                yield refuse("column_twice", what, "give each an id of its own", *place, "id")
            seen.add(column.id)

    def _not_for_mail(self) -> Iterator[PydanticCustomError]:
        known = [column.id for _, column in self.placed()]
        chosen = self.mail.columns
        for at, name in enumerate(chosen):
            what, remedy = f'there is no column "{name}"', nearest(name, known, "columns")
            if name in chosen[:at]:
                what, remedy = f'"{name}" is named twice', "delete one of the two"
            if name not in known or name in chosen[:at]:
                yield refuse("mail_column", what, remedy, "mail", "columns", at)

    def _not_drawn(self) -> Iterator[PydanticCustomError]:
        if self.chart is None:
            return
        for error in charts.faults(self.chart, {each.id: each for _, each in self.placed()}):
            found = error.context or {}
            yield refuse(found["code"], found["what"], found["remedy"], "chart", *found["at"])


class Cell(Frozen):
    """A cell, and over how many rows and columns it reaches; without text and value it is empty.

    `value` is a text for all languages, a decimal number, a duration in seconds, or the numbers of
    a sparkline with spaces between them.
    """

    text: Localized | None = None
    value: str | None = None
    currency: str | None = None
    rows: int = 1
    columns: int = 1


class Span(Frozen):
    """A header over `count` columns from the one at `start`."""

    label: Localized
    start: int
    count: int


class Table(About):
    """A table with all its cells; None stands where another cell reaches to."""

    name: str
    chart: Chart | None = None  # how it is drawn in a section of block `figure`
    columns: list[Column]
    groups: list[Span] = []
    rows: list[list[Cell | None]]

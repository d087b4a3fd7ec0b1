"""From the table of an issue to what a template may use: cells formatted for the edition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from publisher.content.table import Cell, Column, Table
from publisher.formats import format_date_range, format_duration
from publisher.render import paths
from publisher.render.cells import number_shown, value_of
from publisher.render.context import NO_TEXTS, Texts
from publisher.render.context_issue import CellView, HeaderView, TableView
from publisher.render.drawing import Tokens
from publisher.render.words import Words

Owners = dict[tuple[int, int], tuple[int, int]]

_COLUMNS_IN_MAIL = 4
"""Where the table does not say which."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a table stands: its HTML id, its number in words, the address of its CSV file.

    `stem` is where its pictures for mail lie, without their ending; its chart is drawn where
    `is_drawn` says so.
    """

    anchor: str
    label: str = ""
    csv_url: str = ""
    stem: str = ""
    is_drawn: bool = False


def table_view(
    words: Words, table: Table, spot: Spot, tokens: Tokens = MappingProxyType({})
) -> TableView:
    """A table, whole and as it stands in mail; `tokens` are those of the bulletin's theme."""
    chosen, count = _columns_in_mail(table), min(table.mail.rows, len(table.rows))
    part = _Part(words, table, tokens, spot, chosen, count)
    whole = _Part(words, table, tokens, spot, range(len(table.columns)), len(table.rows))
    in_mail = replace(
        part.view(),
        rows_left_out=len(table.rows) - count,
        columns_left_out=len(table.columns) - len(chosen),
    )
    view = replace(whole.view(), in_mail=in_mail)
    if not spot.is_drawn or table.chart is None:
        return view
    from publisher.render.charts.view import chart_view

    chart = chart_view(words, table, table.chart, tokens, paths.figure(spot.stem))
    return replace(view, chart=chart, in_mail=replace(in_mail, chart=chart))


def _columns_in_mail(table: Table) -> list[int]:
    """The columns that the table names, in its own order; the first says what a row is about."""
    named = table.mail.columns or [each.id for each in table.columns[:_COLUMNS_IN_MAIL]]
    return [at for at, each in enumerate(table.columns) if at == 0 or each.id in named]


def owners(table: Table) -> Owners:
    """Which cell stands at a place (row, column): its own, or one that reaches over it."""
    return {
        (row + down, column + right): (row, column)
        for row, cells in enumerate(table.rows)
        for column, cell in enumerate(cells)
        if cell is not None
        for down in range(cell.rows)
        for right in range(cell.columns)
    }


@dataclass(frozen=True)
class _Part:
    """Some columns of a table, and its first rows."""

    words: Words
    table: Table
    tokens: Tokens
    spot: Spot
    columns: Sequence[int]
    rows: int

    def view(self) -> TableView:
        table, words, spot = self.table, self.words, self.spot
        return TableView(
            anchor=spot.anchor,
            label=spot.label,
            title=words.texts(table.title),
            caption=words.texts(table.caption),
            period=self._period(),
            as_of=words.date(table.as_of) if table.as_of else NO_TEXTS,
            note=words.texts(table.note, "inline"),
            header=tuple(self._header()),
            rows=tuple(tuple(self._row(at)) for at in range(self.rows)),
            csv_url=spot.csv_url,
        )

    def _period(self) -> Texts:
        if (found := self.table.period) is None:
            return NO_TEXTS
        return self.words.each(lambda tag: format_date_range(found.first, found.last, tag))

    # The header ----------------------------------------------------------------------------------

    def _header(self) -> Iterator[tuple[HeaderView, ...]]:
        """One row, or two where columns are grouped."""
        groups = self.table.groups
        group_of = {at: g for g in groups for at in range(g.start, g.start + g.count)}
        rows = 2 if any(at in group_of for at in self.columns) else 1
        above, below = [], []
        for at in self.columns:
            group = group_of.get(at)
            if group is None:
                above.append(self._column(at, rows))
                continue
            below.append(self._column(at, 1))
            inside = [each for each in self.columns if group_of.get(each) is group]
            if at == inside[0]:
                label = self.words.texts(group.label)
                above.append(HeaderView(label, len(inside), 1, is_number=False))
        yield tuple(above)
        if below:
            yield tuple(below)

    def _column(self, at: int, rows: int) -> HeaderView:
        column = self.table.columns[at]
        return HeaderView(self.words.texts(column.label), 1, rows, column.is_number)

    # Cells ---------------------------------------------------------------------------------------

    @cached_property
    def _owners(self) -> Owners:
        return owners(self.table)

    def _row(self, at: int) -> Iterator[CellView]:
        """The cells of a row; those that another one reaches over are left out."""
        owners = [self._owners.get((at, each), (at, each)) for each in self.columns]
        for place, (row, column) in enumerate(owners):
            if row == at and (row, column) not in owners[:place]:
                cell = self.table.rows[row][column] or Cell()
                columns = owners.count((row, column))
                rows = min(cell.rows, self.rows - row)
                yield replace(self._cell(cell, row, column), columns=columns, rows=rows)

    def _cell(self, cell: Cell, row: int, at: int) -> CellView:
        column, words = self.table.columns[at], self.words
        if column.type == "sparkline" and cell.value is not None:
            from publisher.render.charts.view import sparkline_view

            path = paths.figure(self.spot.stem, f"{column.id}-{row + 1}")
            chart = sparkline_view(words, column, cell, self.tokens, path)
            return CellView(words.texts(chart.text), is_number=True, chart=chart)
        if column.is_number and cell.value is not None:
            return _number(words, column, cell)
        text = words.texts(cell.text if cell.text is not None else cell.value, "inline")
        no_data = "" if text else words.t("table_no_data")
        is_header = at == 0 and bool(text)
        return CellView(text, is_number=column.is_number, is_header=is_header, word=no_data)


_DIRECTIONS = {1: "up", 0: "flat", -1: "down"}


def _number(words: Words, column: Column, cell: Cell) -> CellView:
    """A number, in the page's own language only: it says the same in each."""
    value = value_of(column, cell)
    direction = _DIRECTIONS[(value > 0) - (value < 0)] if column.change else ""
    is_duration = column.type == "duration"
    return CellView(
        words.texts(number_shown(words.lang, column, cell)),
        is_number=True,
        direction=direction,
        word=words.t(f"table_{direction}") if direction else "",
        spoken=format_duration(int(value), words.lang, spoken=True) if is_duration else "",
    )

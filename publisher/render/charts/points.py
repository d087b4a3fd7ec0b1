"""What a chart draws: its rows as points, with the words and numbers that stand at them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from publisher.content.chart import Chart, ChartKind
from publisher.content.table import Cell, Column, Table
from publisher.formats import format_day_of_axis
from publisher.language import Localized
from publisher.render.cells import number_shown
from publisher.render.context import Texts
from publisher.render.words import Words

_DAY = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Point:
    """A number of the table; `value` is None where there is none.

    `along`, `series` and `panel` are places in the lists of the drawing, `shown` the number as
    readers of the edition write it.
    """

    along: int
    series: int
    panel: int
    value: Decimal | None
    shown: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything that a drawing shows, in the words of an edition.

    `days` says where on the scale each word of `along` stands, where all are days or months.
    """

    kind: ChartKind
    column: Column  # of the first values: how the scale is written
    along: tuple[str, ...]
    series: tuple[str, ...]
    panels: tuple[str, ...]
    points: tuple[Point, ...]
    days: tuple[int, ...] = ()
    has_own_scales: bool = False  # each panel measures something of its own

    def name_of(self, point: Point) -> str:
        """What a point is, in words."""
        series = self.series[point.series] if len(self.series) > 1 else ""
        panel = self.panels[point.panel] if self.panels else ""
        return " · ".join(each for each in (panel, series, self.along[point.along]) if each)


def plot_of(words: Words, table: Table, chart: Chart) -> Plot:
    """The points of a table's chart, in the order of its rows."""
    return _Plotter(words, table, chart).plot()


class _Plotter:
    def __init__(self, words: Words, table: Table, chart: Chart) -> None:
        self.words, self.chart = words, chart
        self._at = {each.id: n for n, each in enumerate(table.columns)}
        self._columns = {each.id: each for each in table.columns}
        self._rows = table.rows[: chart.first] if chart.first else table.rows
        is_shared = bool(chart.series or chart.panel_column)
        said = self._words(chart.along)
        # Two bars may have one name; of a line for each series the names are common to all.
        self._along = list(dict.fromkeys(said)) if is_shared else said
        self._place = (
            [self._along.index(each) for each in said] if is_shared else [*range(len(said))]
        )

    def plot(self) -> Plot:
        chart = self.chart
        labels = [self._line(self._columns[each].label) for each in chart.values]
        own = chart.panels is True
        series = self._distinct(chart.series) or ([] if own else labels)
        panels = self._distinct(chart.panel_column) or (labels if own else [])
        points = tuple(self._points(series, panels, own=own))
        return Plot(
            kind=chart.kind,
            column=self._columns[chart.values[0]],
            along=tuple(self._named()),
            series=tuple(series) if not own else ("",),
            panels=tuple(panels),
            points=points,
            days=tuple(self._days()),
            has_own_scales=own,
        )

    def _points(
        self, series: Sequence[str], panels: Sequence[str], *, own: bool
    ) -> Iterator[Point]:
        chart, lang = self.chart, self.words.lang
        in_series = self._words(chart.series) if chart.series else []
        in_panel = self._words(chart.panel_column) if chart.panel_column else []
        for n, name in enumerate(chart.values):
            column = self._columns[name]
            for row, cells in enumerate(self._rows):
                cell = cells[self._at[name]]
                value = Decimal(cell.value) if cell is not None and cell.value else None
                yield Point(
                    along=self._place[row],
                    series=series.index(in_series[row]) if in_series else 0 if own else n,
                    panel=panels.index(in_panel[row]) if in_panel else n if own else 0,
                    value=value,
                    shown=number_shown(lang, column, cell) if value is not None and cell else "",
                )

    # Words ---------------------------------------------------------------------------------------

    def _words(self, name: str) -> list[str]:
        """What each row says in a column; where a cell is merged, what stands above."""
        found: list[str] = []
        for cells in self._rows:
            cell = cells[self._at[name]]
            found.append(found[-1] if cell is None and found else self._said(cell or Cell()))
        return found

    def _said(self, cell: Cell) -> str:
        return _joined(
            self.words.texts(cell.text if cell.text is not None else cell.value, "inline")
        )

    def _line(self, label: Localized) -> str:
        return _joined(self.words.texts(label))

    def _distinct(self, name: str | None) -> list[str]:
        return list(dict.fromkeys(self._words(name))) if name else []

    # Days ----------------------------------------------------------------------------------------

    def _named(self) -> Iterator[str]:
        """The words along the scale; days and months as the edition writes them."""
        if not self._is_dated:
            yield from self._along
            return
        for match in map(_DAY.fullmatch, self._along):
            assert match is not None
            yield format_day_of_axis(_day(match), self.words.lang, _precision(match))

    def _days(self) -> Iterator[int]:
        if self._is_dated:
            for each in self._along:
                match = _DAY.fullmatch(each)
                assert match is not None
                yield _day(match).toordinal()

    @property
    def _is_dated(self) -> bool:
        """Whether a line runs along days, months or years, each later than the one before."""
        if self.chart.kind not in ("line", "area") or len(self._along) < 2:
            return False
        found = [_DAY.fullmatch(each) for each in self._along]
        if not all(found) or len({_precision(each) for each in found if each}) > 1:
            return False
        try:
            days = [_day(each) for each in found if each]
        except ValueError:  # the 31st of February
            return False
        return all(one < other for one, other in pairwise(days))


def _joined(texts: Texts) -> str:
    return " ".join(each.line for each in texts)


def _precision(match: re.Match[str]) -> int:
    return sum(each is not None for each in match.groups())


def _day(match: re.Match[str]) -> dt.date:
    year, month, day = (int(each or 1) for each in match.groups())
    return dt.date(year, month, day)

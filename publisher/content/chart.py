"""A chart over the columns of a table: what an editor declares, and what can be drawn of it.

The numbers stay in the table, which stands beside the drawing for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field
from pydantic_core import PydanticCustomError

from publisher.config.model import Frozen, Line, Name
from publisher.config.refusal import nearest, refuse

if TYPE_CHECKING:
    from publisher.content.table import Column

ChartKind = Literal["bar", "grouped-bar", "line", "area"]

MOST_BARS = 60
MOST_SERIES = 8
"""As many as there are colours that can be told apart (`tokens.light.series` of a theme)."""
MOST_PANELS = 24


class Chart(Frozen):
    """How the rows of a table are drawn.

    `along` names the column that says what each bar or point is; `values` those of the numbers.
    Where one column holds them all, `series` names the one that says which line or bar each is of.
    """

    kind: ChartKind
    along: Name
    values: Annotated[list[Name], Field(min_length=1)]
    series: Name | None = None
    panels: Name | bool = False  # small multiples: one for each value column, or word of a column
    first: Annotated[int, Field(ge=1, le=500)] | None = None  # rows; left out: all
    alt: Line | None = None

    @property
    def panel_column(self) -> str | None:
        """The column whose words have a panel each."""
        return self.panels if isinstance(self.panels, str) else None

    @property
    def words(self) -> Iterator[tuple[str, str]]:
        """The columns that say what is drawn, by the setting that names them."""
        yield "along", self.along
        if self.series:
            yield "series", self.series
        if self.panel_column:
            yield "panels", self.panel_column


def faults(chart: Chart, columns: Mapping[str, Column]) -> Iterator[PydanticCustomError]:
    """What of a chart does not fit the columns of its table; places are within the chart."""
    named = [*chart.words, *((f"values.{at}", each) for at, each in enumerate(chart.values))]
    for setting, name in named:
        key, _, at = setting.partition(".")
        place: tuple[str | int, ...] = (key, int(at)) if at else (key,)
        column = columns.get(name)
        if column is None:
            what, remedy = f'there is no column "{name}"', nearest(name, columns, "columns")
            yield refuse("chart_column", what, remedy, *place)
        elif key == "values" and not column.is_amount:
            what = f'the column "{name}" holds {column.type}, and only numbers can be drawn'
            numbers = [each.id for each in columns.values() if each.is_amount]
            remedy = f"name a column of numbers ({', '.join(numbers) or 'there are none'})"
            yield refuse("chart_column", what, remedy, *place)
        elif key != "values" and column.type != "text":
            what = f'the column "{name}" holds numbers, and cannot say what is drawn'
            yield refuse("chart_column", what, "name a column of type text", *place)
        elif key == "values" and name in chart.values[: int(at)]:
            yield refuse("chart_column", f'"{name}" is named twice', "delete one of the two",
                         *place)  # fmt: skip
    yield from _together(chart, columns)


def _together(chart: Chart, columns: Mapping[str, Column]) -> Iterator[PydanticCustomError]:
    """Settings that do not go together."""
    several = len(chart.values) > 1
    if chart.series and several:
        what = "a chart takes its lines from several columns, or from the words of one: not both"
        yield refuse("chart", what, "keep one of values: and delete the others, or delete series:",
                     "series")  # fmt: skip
        return
    if chart.panels is True and not several:
        what = "there is one column of values, so there would be one panel"
        remedy = "name the column whose words have a panel each, or more columns under values:"
        yield refuse("chart", what, remedy, "panels")
    apart = chart.panels is True
    if chart.kind in ("bar", "area") and not apart and (several or chart.series):
        other = "grouped-bar" if chart.kind == "bar" else "line"
        what = f"a chart of kind {chart.kind} draws one series"
        remedy = f"write kind: {other}, or give each a panel of its own: panels: true"
        yield refuse("chart", what, remedy, "kind")
    if chart.kind == "grouped-bar" and not (several or chart.series):
        what = "a grouped bar chart compares at least two series"
        yield refuse("chart", what, "name more columns under values:, or write kind: bar", "kind")
    kinds = {
        (columns[name].type, columns[name].currency) for name in chart.values if name in columns
    }
    if len(kinds) > 1 and not apart:
        what = "these columns hold different things, which one scale cannot show"
        yield refuse("chart", what, "give each a panel of its own: panels: true", "values")

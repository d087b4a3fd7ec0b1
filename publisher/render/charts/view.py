"""From the chart of a table to what a template may use: drawn when a template asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from markupsafe import Markup

from publisher.content.chart import Chart
from publisher.content.table import Cell, Column, Table
from publisher.formats import decimals_of, format_number, rounded
from publisher.language import script_of
from publisher.render.charts import svg as drawings
from publisher.render.charts.colours import literal
from publisher.render.charts.drawer import MAIL, NARROW, WIDE, Size
from publisher.render.charts.lines import sparkline_spec
from publisher.render.charts.points import Plot, Point, plot_of
from publisher.render.charts.spec import spec_of
from publisher.render.context_issue import ChartView
from publisher.render.drawing import Picture, Tokens
from publisher.render.words import Words

_SPARK = (96, 22)
"""px of a sparkline, in a line of text."""

_KIND_WORDS = {
    "bar": "chart_bar", "grouped-bar": "chart_grouped", "line": "chart_line", "area": "chart_area",
}  # fmt: skip


def chart_view(words: Words, table: Table, chart: Chart, tokens: Tokens, path: str) -> ChartView:
    """A chart, and the path of its picture; nothing is drawn before a template asks."""
    plot = plot_of(words, table, chart)
    alt = words.line(chart.alt) or _said(words, table, plot)

    def spec(size: Size) -> str:
        return spec_of(plot, size, words.lang, _font(words, tokens))

    return ChartView(chart.kind, alt, _Chart(words, spec, alt, tokens, path))


def sparkline_view(
    words: Words, column: Column, cell: Cell, tokens: Tokens, path: str
) -> ChartView:
    """The sparkline of a cell, its numbers in words, and the path of its picture."""
    values = (cell.value or "").split()
    marked = values[0], values[-1], min(values, key=Decimal), max(values, key=Decimal)
    numbers = (rounded(each, column.decimals) for each in marked)
    first, last, least, most = (format_number(n, words.lang, decimals_of(n)) for n in numbers)
    alt = words.t("chart_sparkline", first=first, last=last, least=least, most=most)

    def spec(_: Size) -> str:
        return sparkline_spec(values, *_SPARK)

    return ChartView("sparkline", alt, _Chart(words, spec, alt, tokens, path), f"{first} → {last}")


def picture_of(chart: ChartView) -> Picture | None:
    """The picture that `image_url` names."""
    return chart._drawn.picture()


class _Chart:
    """Draws a chart for each place where it may stand.

    What cannot be drawn is nothing: the numbers stand in the table.
    """

    def __init__(
        self, words: Words, spec: Callable[[Size], str], alt: str, tokens: Tokens, path: str
    ) -> None:
        self._words, self._spec, self._alt, self._tokens = words, spec, alt, tokens
        self._path = path
        self._drawn: dict[int, str] = {}

    def page(self, *, narrow: bool) -> Markup:
        """For a page, wide or for a phone."""
        size, name = (NARROW, "chart-narrow") if narrow else (WIDE, "chart-wide")
        drawn, colours = self._drawing(size), literal(self._tokens["light"])
        try:
            found = drawings.on_page(drawn, colours, self._alt, name) if drawn else ""
        except drawings.Unfit:
            found = ""
        return Markup(found)  # noqa: S704  kept elements, escaped words

    def picture(self) -> Picture | None:
        """For mail."""
        drawn = self._drawing(MAIL)
        light = {**self._tokens["light"], "paper": self._tokens["mail"]["paper"]}
        try:
            found = drawings.for_picture(drawn, literal(light)) if drawn else ""
        except drawings.Unfit:
            return None
        data = self._words.drawing.png(found) if found else None
        return None if data is None else Picture(self._path, data)

    def url(self) -> str:
        """Where the picture lies on the site."""
        return self._words.links.to(self._path)

    def size(self) -> tuple[int, int]:
        """Px of the picture as it is shown: it has twice as many."""
        try:
            return drawings.size_of(self._drawing(MAIL))
        except drawings.Unfit:
            return 0, 0

    def _drawing(self, size: Size) -> str:
        if size.width not in self._drawn:
            self._drawn[size.width] = self._words.drawing.svg(self._spec(size)) or ""
        return self._drawn[size.width]


# Words -------------------------------------------------------------------------------------------


def _font(words: Words, tokens: Tokens) -> str:
    """The faces of paper, which the machine that draws has: it measures with them."""
    faces: Mapping[str, str] = tokens["fonts"]["paper"]
    scripts = [script_of(each.tag) for each in words.edition.languages]
    # Those of Han and kana have Latin letters, too.
    return next((faces[each] for each in scripts if each in faces), faces["other"])


def _said(words: Words, table: Table, plot: Plot) -> str:
    """What a chart shows: its kind, its name, how many numbers, the least and the most of them."""
    kind = words.t(_KIND_WORDS[plot.kind])
    name = words.line(table.caption) or words.line(table.title)
    points = [each for each in plot.points if each.value is not None]
    least = min(points, key=lambda each: each.value or Decimal(0))
    most = max(points, key=lambda each: each.value or Decimal(0))
    told = words.t(
        "chart_range",
        n=str(len(points)),
        least=_point(plot, least),
        most=_point(plot, most),
    )
    return words.t("chart_alt", kind=kind, name=name, numbers=told) if name else f"{kind}. {told}"


def _point(plot: Plot, point: Point) -> str:
    return f"{point.shown} ({plot.name_of(point)})"

"""A plot as a specification for Vega-Lite 5 (vega.github.io/vega-lite/docs/spec.html).

Colours are stand-ins that `publisher.render.charts.svg` turns into the theme's: a drawing is the
same in light and dark, in every theme.  Nothing in a specification is an address, and every word
of an editor's is data or a quoted string.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from publisher.render.charts.colours import ACCENT, INK, PAPER, QUIET, RULE, series_colour
from publisher.render.charts.points import Plot

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Size:
    """For where a chart stands: px of its width, and of its type."""

    width: int
    type: int


WIDE = Size(640, 13)  # a page, and paper
NARROW = Size(340, 13)  # a phone
MAIL = Size(480, 14)  # a picture that a phone makes smaller

_GAP = 24
_EDGE = 16
"""px at the sides of panels."""
_BOLD = 1.06
"""So much wider is a text that is bold."""
_DASHES: tuple[list[int], ...] = (
    [],
    [6, 3],
    [2, 2],
    [8, 3, 2, 3],
    [10, 4],
    [1, 3],
    [5, 2, 1, 2],
    [12, 3],
)
_FEW_POINTS = 16
"""A line of so many points shows each of them."""
_LINE_HEIGHT = 0.42
"""Of the width; small multiples are of a fixed height."""
_PANEL_HEIGHT = 96


def spec_of(plot: Plot, size: Size, tag: str, font: str) -> str:
    """The specification, as JSON; `tag` is the BCP 47 language of the numbers beside a scale."""
    drawer = _Bars if plot.kind in ("bar", "grouped-bar") else _Lines
    return json.dumps(drawer(plot, size, tag, font).spec(), sort_keys=True)


def sparkline_spec(values: Iterable[str], width: int, height: int) -> str:
    """A line without scales, its last point marked."""
    data = [{"x": n, "y": float(each)} for n, each in enumerate(values)]
    at = {
        "x": {"field": "x", "type": "quantitative", "axis": None,
              "scale": {"nice": False, "zero": False, "domain": [0, max(1, len(data) - 1)]}},
        "y": {"field": "y", "type": "quantitative", "axis": None,
              "scale": {"nice": False, "zero": False}},
    }  # fmt: skip
    line = {"mark": {"type": "line", "color": QUIET, "strokeWidth": 1.25}, "encoding": at}
    last = {
        "data": {"values": data[-1:]},
        "mark": {"type": "circle", "color": ACCENT, "opacity": 1, "size": 18},
        "encoding": at,
    }
    spec = {
        "$schema": SCHEMA, "background": None, "padding": 3, "width": width, "height": height,
        "autosize": {"type": "fit", "contains": "padding"}, "data": {"values": data},
        "config": {"view": {"stroke": None}},
        "layer": [line, last],
    }  # fmt: skip
    return json.dumps(spec, sort_keys=True)


def text_width(text: str, size: float) -> float:
    """About how wide a text is, in px at a type of `size` px: rather too much than too little."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return (wide + 0.58 * (len(text) - wide)) * size


class _Drawer:
    """What all charts have in common."""

    symbol: ClassVar[Spec] = {"symbolType": "square", "symbolSize": 90}  # of a legend
    narrowest: ClassVar[int] = 190  # px of a panel

    def __init__(self, plot: Plot, size: Size, tag: str, font: str) -> None:
        self.plot, self.size, self.tag, self.font = plot, size, tag, font
        self.columns = 1
        self.columns = self._columns()

    def spec(self) -> Spec:
        """The whole specification."""
        unit = self.unit()
        common = {
            "$schema": SCHEMA,
            "background": None,
            # Names may be wider in the type of a page than in the one they are measured in.
            "padding": {"top": 2, "bottom": 2, "left": round(self.beside * 0.07), "right": 0},
            "config": self._config(),
            "data": {"values": self.data()},
        }
        if not self.plot.panels:
            return {**common, "autosize": {"type": "fit-x", "contains": "padding"}, **unit}
        return {
            **common,
            "columns": self.columns,
            "spacing": {"row": _GAP - 8, "column": _GAP},
            "facet": {
                "field": "panel", "type": "ordinal", "title": None,
                "header": {
                    "labelExpr": f"{_strings(self.plot.panels)}[datum.value]",
                    "labelAnchor": "start", "labelAlign": "left", "labelFontWeight": 600,
                    "labelColor": INK, "labelFontSize": self.size.type, "labelPadding": 4,
                    "labelLimit": self.width - self.beside,
                },
            },
            "spec": unit,
            "resolve": self.resolve(),
        }  # fmt: skip

    def unit(self) -> Spec:
        """One panel, or the only one."""
        raise NotImplementedError

    def resolve(self) -> Spec:
        """Which scales panels share."""
        raise NotImplementedError

    @property
    def width(self) -> float:
        """Px from edge to edge of one panel."""
        return self.panel_width if self.plot.panels else self.size.width

    @property
    def panel_width(self) -> float:
        return (self.size.width - _EDGE - (self.columns - 1) * _GAP) / self.columns

    def _columns(self) -> int:
        """How many panels stand beside each other: as many as can be read, with their names."""
        most = (self.size.width + _GAP) // (self.narrowest + _GAP)
        widest = max((text_width(each, self.size.type) for each in self.plot.panels), default=0)
        for count in range(min(most, len(self.plot.panels)), 1, -1):
            self.columns = count
            if widest * _BOLD <= self.width - self.beside:
                return count
        return 1

    def data(self) -> list[Spec]:
        """The points as rows."""
        days = self.plot.days
        return [
            {
                "along": days[each.along] if days else each.along,
                "series": each.series,
                "panel": each.panel,
                # Only drawn: what readers see of it was written from the decimal number.
                "value": None if each.value is None else float(each.value),
                "shown": each.shown,
            }
            for each in self.plot.points
        ]

    def colour(self) -> Spec:
        """One colour, or one for each series with a legend above."""
        names = self.plot.series
        if len(names) < 2:
            return {"value": ACCENT}
        columns = self._legend_columns(names)
        room = self._legend_room / columns - 42
        return {
            "field": "series", "type": "nominal",
            "scale": {"domain": [*range(len(names))],
                      "range": [series_colour(n) for n in range(len(names))]},
            "legend": {
                "orient": "top", "title": None, "offset": 8, "labelLimit": room,
                **self.symbol,
                "labelFontSize": self.size.type, "labelColor": INK,
                "labelExpr": f"{_strings(names)}[datum.value]",
                "columns": columns, "columnPadding": 18,
            },
        }  # fmt: skip

    @property
    def beside(self) -> float:
        """Px that stand beside the plot: names of bars, numbers of a scale."""
        raise NotImplementedError

    @property
    def _legend_room(self) -> float:
        return self.size.width - self.beside

    def _legend_columns(self, names: Iterable[str]) -> int:
        """As many names beside each other as fit."""
        widest = max(text_width(each, self.size.type) for each in names) + 42
        return max(1, int(self._legend_room // widest))

    def _config(self) -> Spec:
        return {
            "font": self.font,
            "locale": {"number": _number_locale(self.tag)},
            "view": {"stroke": None},
            "axis": {
                "domain": False, "ticks": False, "grid": False, "title": None,
                "labelFontSize": self.size.type, "labelColor": QUIET,
            },
        }  # fmt: skip


class _Bars(_Drawer):
    """Bars that lie: their names have room, their numbers stand at their ends."""

    @property
    def _label_width(self) -> float:
        widest = max((text_width(each, self.size.type) for each in self.plot.along), default=0)
        return min(widest, self.width * 0.42)

    def unit(self) -> Spec:
        size, count = self.size.type, len(self.plot.series)
        bar, step = (14, 24) if count < 2 else (12, 16 * count + 10)
        mark: Spec = {"type": "bar", "height": bar} if count < 2 else {"type": "bar"}
        layers: list[Spec] = [
            {"mark": mark, "encoding": {"x2": {"field": "zero"}, "color": self.colour()}},
            self._numbers("!datum.below", "left", 6, size),
            self._numbers("datum.below", "right", -6, size),
            {
                "mark": {"type": "rule", "color": INK, "strokeWidth": 1},
                "encoding": {"x": {"aggregate": "min", "field": "zero"}, "y": None,
                             "yOffset": None},
            },
        ]  # fmt: skip
        return {
            "width": self._plot_width if self.plot.panels else self.size.width,
            "height": {"step": step, "for": "position"},
            "encoding": self._encoding(),
            "layer": layers,
        }

    @property
    def beside(self) -> float:
        """The names."""
        return self._label_width + 10

    @property
    def _plot_width(self) -> float:
        """Px that bars and their numbers have, beside the names."""
        return max(40.0, self.width - self.beside)

    def _numbers(self, test: str, align: str, dx: int, size: int) -> Spec:
        mark = {"type": "text", "align": align, "dx": dx, "fontSize": size - 1, "color": INK}
        return {
            "transform": [{"filter": f"datum.value !== null && {test}"}],
            "mark": mark,
            "encoding": {"text": {"field": "shown"}},
        }

    def _encoding(self) -> Spec:
        found: Spec = {
            "y": {
                "field": "along", "type": "ordinal", "sort": None, "title": None,
                "scale": {"paddingInner": 0.1, "paddingOuter": 0.05},
                "axis": {
                    "labelExpr": f"{_strings(self.plot.along)}[datum.value]",
                    "labelLimit": self._label_width + 2, "labelPadding": 8, "labelColor": INK,
                },
            },
            "x": {"field": "value", "type": "quantitative", "axis": None,
                  "scale": {"domain": [0, 1], "nice": False}},
        }  # fmt: skip
        if len(self.plot.series) > 1:
            found["y"]["scale"] = {"paddingInner": 0.28, "paddingOuter": 0.1}
            found["yOffset"] = {
                "field": "series", "type": "nominal", "scale": {"paddingInner": 0.12},
                "sort": [*range(len(self.plot.series))],
            }  # fmt: skip
        return found

    def data(self) -> list[Spec]:
        """The points, their numbers as parts of the width: with room for what stands at the ends.

        Panels that measure different things have a scale each.
        """
        found = super().data()
        scales = [self._scale(each) for each in range(max(1, len(self.plot.panels)))]
        for row in found:
            low, span = scales[row["panel"] if self.plot.has_own_scales else 0]
            value = row["value"]
            row["below"] = value is not None and value < 0
            row["zero"] = -low / span
            row["value"] = None if value is None else (value - low) / span
        return found

    def _scale(self, panel: int) -> tuple[float, float]:
        """Where a scale begins, and how much it spans: zero is always on it."""
        points = [each for each in self.plot.points
                  if each.value is not None
                  and (each.panel == panel or not self.plot.has_own_scales)]  # fmt: skip
        values = [float(each.value) for each in points if each.value is not None]
        most, least = max([0.0, *values]), min([0.0, *values])
        right = self._room(each.shown for each in points if (each.value or 0) >= 0)
        left = self._room(each.shown for each in points if (each.value or 0) < 0)
        per_px = ((most - least) or 1) / max(30.0, self._plot_width - right - left)
        low = least - left * per_px
        return low, most + right * per_px - low

    def _room(self, shown: Iterable[str]) -> float:
        return max((text_width(each, self.size.type - 1) + 8 for each in shown), default=0)

    def resolve(self) -> Spec:
        return {"scale": {"x": "shared", "y": "independent"}}


class _Lines(_Drawer):
    """Lines, or one area: along days as far apart as they are, or along words at equal steps."""

    symbol = {"symbolType": "stroke", "symbolSize": 420, "symbolStrokeWidth": 2}
    narrowest = 150

    def unit(self) -> Spec:
        line: Spec = {"type": "line", "strokeWidth": 2, "invalid": "break-paths-show-domains"}
        counts = len(self.plot.along)
        if counts <= _FEW_POINTS:
            line["point"] = {"size": 26, "filled": True, "opacity": 1}
        colour = self.colour()
        encoding: Spec = {"x": self._x(), "y": self._y()}
        layers: list[Spec] = []
        if self.plot.kind == "area":
            layers.append({"mark": {"type": "area", "color": ACCENT, "opacity": 0.18,
                                    "invalid": "break-paths-show-domains"}})  # fmt: skip
        own: Spec = {"color": colour}
        if len(self.plot.series) > 1:
            own["strokeDash"] = {
                "field": "series", "type": "nominal", "legend": colour["legend"],
                "scale": {"domain": [*range(len(self.plot.series))],
                          "range": [*_DASHES[: len(self.plot.series)]]},
            }  # fmt: skip
        layers.append({"mark": line, "encoding": own})
        height = _PANEL_HEIGHT if self.plot.panels else round(self.size.width * _LINE_HEIGHT)
        width = self.width - self.beside if self.plot.panels else self.size.width
        return {"width": width, "height": height, "encoding": encoding, "layer": layers}

    @property
    def beside(self) -> float:
        """The numbers of the scale."""
        shown = [each.shown for each in self.plot.points]
        return max((text_width(each, self.size.type) for each in shown), default=0) + 8

    def _x(self) -> Spec:
        plot = self.plot
        places = [*plot.days] or [*range(len(plot.along))]
        names = {str(place): name for place, name in zip(places, plot.along, strict=True)}
        low, high = places[0], places[-1]
        return {
            "field": "along", "type": "quantitative",
            "scale": {"domain": [low, max(high, low + 1)], "nice": False, "zero": False,
                      "padding": 6},
            "axis": {
                "values": places, "labelExpr": f"{_quoted(names)}[toString(datum.value)]",
                "labelOverlap": "greedy", "labelSeparation": 12, "labelFlush": 12,
                "labelPadding": 6, "domain": True, "domainColor": INK, "ticks": True,
                "tickColor": RULE, "tickSize": 4,
            },
        }  # fmt: skip

    def _y(self) -> Spec:
        return {
            "field": "value", "type": "quantitative",
            "scale": {"zero": self.plot.kind == "area", "nice": True},
            "axis": {
                "grid": True, "gridColor": RULE, "tickCount": 3 if self.plot.panels else 5,
                "labelPadding": 6, **self._written(),
            },
        }  # fmt: skip

    def _written(self) -> Spec:
        """How the numbers beside the scale are written."""
        kind = self.plot.column.type
        if kind == "percent":
            return {"labelExpr": "datum.label + '%'"}
        if kind == "duration":
            minutes = "format(floor(abs(datum.value) / 60), 'd')"
            return {
                "labelExpr": f"(datum.value < 0 ? '-' : '') + {minutes} + ':' + "
                "format(floor(abs(datum.value) % 60), '02d')"
            }
        return {}

    def resolve(self) -> Spec:
        own = "independent" if self.plot.has_own_scales else "shared"
        return {"scale": {"y": own, "x": "shared"}, "axis": {"x": "independent"}}


def _number_locale(tag: str) -> Spec:
    """Signs of decimals and thousands (CLDR), as d3-format wants them."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    from publisher.language import locale_of

    locale = locale_of(tag)
    return {
        "decimal": get_decimal_symbol(locale), "thousands": get_group_symbol(locale),
        "grouping": [3], "currency": ["", ""],
    }  # fmt: skip


def _strings(names: Iterable[str]) -> str:
    """Words as an array of Vega's expressions: quoted as in JSON, with nothing but ASCII."""
    return json.dumps([*names])


def _quoted(names: dict[str, str]) -> str:
    return json.dumps(names)


__all__ = ["ACCENT", "INK", "MAIL", "NARROW", "PAPER", "QUIET", "RULE", "WIDE", "Size", "spec_of"]

"""What the specifications of all charts have in common: sizes, colours, panels, legends.

Vega-Lite 5 (vega.github.io/vega-lite/docs/spec.html).  Colours are stand-ins that
`publisher.render.charts.svg` turns into the theme's: a drawing is the same in light and dark, in
every theme.  Nothing in a specification is an address, and every word of an editor's is data or a
quoted string.
"""

from __future__ import annotations

import json
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from publisher.render.charts.colours import ACCENT, INK, QUIET, series_colour
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

GAP = 24
"""px between panels."""
_EDGE = 16
"""px at the sides of panels."""
_BOLD = 1.06
"""So much wider is a text that is bold."""


def text_width(text: str, size: float) -> float:
    """About how wide a text is, in px at a type of `size` px: rather too much than too little."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return (wide + 0.58 * (len(text) - wide)) * size


def strings(names: Iterable[str]) -> str:
    """Words as an array of Vega's expressions: quoted as in JSON, with nothing but ASCII."""
    return json.dumps([*names])


class Drawer(ABC):
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
            "spacing": {"row": GAP - 8, "column": GAP},
            "facet": {
                "field": "panel", "type": "ordinal", "title": None,
                "header": {
                    "labelExpr": f"{strings(self.plot.panels)}[datum.value]",
                    "labelAnchor": "start", "labelAlign": "left", "labelFontWeight": 600,
                    "labelColor": INK, "labelFontSize": self.size.type, "labelPadding": 4,
                    "labelLimit": self.width - self.beside,
                },
            },
            "spec": unit,
            "resolve": self.resolve(),
        }  # fmt: skip

    @abstractmethod
    def unit(self) -> Spec:
        """One panel, or the only one."""

    @abstractmethod
    def resolve(self) -> Spec:
        """Which scales panels share."""

    @property
    def width(self) -> float:
        """Px from edge to edge of one panel."""
        return self.panel_width if self.plot.panels else self.size.width

    @property
    def panel_width(self) -> float:
        """Px from edge to edge of each panel."""
        return (self.size.width - _EDGE - (self.columns - 1) * GAP) / self.columns

    def _columns(self) -> int:
        """How many panels stand beside each other: as many as can be read, with their names."""
        most = (self.size.width + GAP) // (self.narrowest + GAP)
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
        room = self.legend_room / columns - 42
        return {
            "field": "series", "type": "nominal",
            "scale": {"domain": [*range(len(names))],
                      "range": [series_colour(n) for n in range(len(names))]},
            "legend": {
                "orient": "top", "title": None, "offset": 8, "labelLimit": room,
                **self.symbol,
                "labelFontSize": self.size.type, "labelColor": INK,
                "labelExpr": f"{strings(names)}[datum.value]",
                "columns": columns, "columnPadding": 18,
            },
        }  # fmt: skip

    @property
    @abstractmethod
    def beside(self) -> float:
        """Px that stand beside the plot: names of bars, numbers of a scale."""

    @property
    def legend_room(self) -> float:
        """Px that a legend has: it begins where the plot does."""
        return self.size.width - self.beside

    def _legend_columns(self, names: Iterable[str]) -> int:
        """As many names beside each other as fit."""
        widest = max(text_width(each, self.size.type) for each in names) + 42
        return max(1, int(self.legend_room // widest))

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


def _number_locale(tag: str) -> Spec:
    """Signs of decimals and thousands (CLDR), as d3-format wants them."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    from publisher.language import locale_of

    locale = locale_of(tag)
    return {
        "decimal": get_decimal_symbol(locale), "thousands": get_group_symbol(locale),
        "grouping": [3], "currency": ["", ""],
    }  # fmt: skip

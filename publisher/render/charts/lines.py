"""Line charts, areas, and the lines in cells."""

from __future__ import annotations

import json
from collections.abc import Iterable

from publisher.render.charts.colours import ACCENT, INK, QUIET, RULE
from publisher.render.charts.drawer import SCHEMA, Drawer, Spec, text_width

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
_HEIGHT = 0.42
"""Of the width; small multiples are of a fixed height."""
_PANEL_HEIGHT = 96  # px


class Lines(Drawer):
    """Lines, or one area: along days as far apart as they are, or along words at equal steps."""

    symbol = {"symbolType": "stroke", "symbolSize": 420, "symbolStrokeWidth": 2}
    narrowest = 150

    def unit(self) -> Spec:
        """One panel, or the only one."""
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
        height = _PANEL_HEIGHT if self.plot.panels else round(self.size.width * _HEIGHT)
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
                "values": places, "labelExpr": f"{json.dumps(names)}[toString(datum.value)]",
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
        """Which scales panels share."""
        own = "independent" if self.plot.has_own_scales else "shared"
        return {"scale": {"y": own, "x": "shared"}, "axis": {"x": "independent"}}


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

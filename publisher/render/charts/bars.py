"""Bar charts, and grouped ones."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.render.charts.colours import INK
from publisher.render.charts.drawer import Drawer, Spec, strings, text_width


class Bars(Drawer):
    """Bars that lie: their names have room, their numbers stand at their ends."""

    @property
    def _label_width(self) -> float:
        widest = max((text_width(each, self.size.type) for each in self.plot.along), default=0)
        return min(widest, self.width * 0.42)

    def unit(self) -> Spec:
        """One panel, or the only one."""
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
                    "labelExpr": f"{strings(self.plot.along)}[datum.value]",
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
        """Which scales panels share."""
        return {"scale": {"x": "shared", "y": "independent"}}

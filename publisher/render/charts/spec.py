"""A plot as a specification for Vega-Lite, as JSON."""

from __future__ import annotations

import json

from publisher.render.charts.bars import Bars
from publisher.render.charts.drawer import Size
from publisher.render.charts.lines import Lines
from publisher.render.charts.points import Plot


def spec_of(plot: Plot, size: Size, tag: str, font: str) -> str:
    """The specification, as JSON; `tag` is the BCP 47 language of the numbers beside a scale."""
    drawer = Bars if plot.kind in ("bar", "grouped-bar") else Lines
    return json.dumps(drawer(plot, size, tag, font).spec(), sort_keys=True)

"""The colours of a drawing: stand-ins for what a theme calls them.

A class on a page, which follows light and dark; a colour of the theme on paper and in mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publisher.content.chart import MOST_SERIES

INK, QUIET, RULE, ACCENT, PAPER = "#100001", "#100002", "#100003", "#100004", "#100005"

_NAMES = {INK: "ink", QUIET: "quiet", RULE: "rule", ACCENT: "accent", PAPER: "paper"}


def series_colour(at: int) -> str:
    """The stand-in of the colour of a series, from 0."""
    return f"#10001{at}"


NAMES: Mapping[str, str] = {
    **_NAMES,
    **{series_colour(at): f"series_{at + 1}" for at in range(MOST_SERIES)},
}
"""What a theme calls each of them: ``ink``, ``series_1``."""


def literal(palette: Mapping[str, Any]) -> dict[str, str]:
    """The colour of each stand-in, from the light tokens of a theme."""
    return {found: str(palette[name]) for found, name in NAMES.items()}

"""Charts as inline SVG: data in, text out.

Colours are classes, so that the style sheet has them for light and dark.  A chart says in its
label what it shows; its numbers stand in a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 360, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 24
COLOURS = 6
"""So many series can be told apart; further ones begin again, with another dash."""


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name, and a value for each moment."""

    name: str
    values: Sequence[int]


def lines(series: Sequence[Series], moments: Sequence[str], label: str) -> Markup:
    """A line for each series over the same moments, from zero up."""
    most = nice_ceiling(max((value for each in series for value in each.values), default=0))
    parts = [_opening(_WIDTH, _HEIGHT, label), *_grid(most), *_ends(moments)]
    for number, each in enumerate(series):
        points = " ".join(_point(at, value, len(each.values), most)
                          for at, value in enumerate(each.values))  # fmt: skip
        parts.append(f'<polyline class="line {colour(number)}" points="{points}"/>')
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704  escaped where it is put together


def bar(parts: Sequence[tuple[str, int]], whole: int) -> Markup:
    """A horizontal bar of (class, number), as long as its share of `whole`.

    It is as wide as its cell, and hidden from screen readers: the numbers stand beside it.
    """
    shapes, at = [], 0.0
    for name, number in parts:
        if number <= 0 or whole <= 0:
            continue
        # What is there is seen, however few they are.
        width = min(max(100 * number / whole, 0.6), 100 - at)
        shapes.append(f'<rect class="{escape(name)}" x="{at:.2f}" width="{width:.2f}" height="8"/>')
        at += width
    head = '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
    return Markup(f"{head}{''.join(shapes)}</svg>")  # noqa: S704  names are escaped


def colour(number: int) -> str:
    """The classes of a series by its place."""
    dash = f" dash{number // COLOURS}" if number >= COLOURS else ""
    return f"s{number % COLOURS + 1}{dash}"


def nice_ceiling(value: int) -> int:
    """A round number that is not less, and that two halves of are whole: 2, 4, 10, 20, 40, …."""
    if value <= 2:
        return 2
    power: int = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value)


def _opening(width: int, height: int, label: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(label)}">'
    )


def _grid(most: int) -> list[str]:
    """Lines at nothing, the half and the most, each with its number."""
    found = []
    for value in (0, most // 2, most):
        y = _y(value, most)
        found.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>')
        text = f"{value:,}"
        found.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}</text>')
    return found


def _ends(moments: Sequence[str]) -> list[str]:
    if not moments:
        return []
    y = _HEIGHT - 6
    first, last = escape(moments[0]), escape(moments[-1])
    return [
        f'<text x="{_LEFT}" y="{y}">{first}</text>',
        f'<text x="{_WIDTH - _RIGHT}" y="{y}" text-anchor="end">{last}</text>',
    ]


def _point(at: int, value: int, number: int, most: int) -> str:
    room = _WIDTH - _LEFT - _RIGHT
    x = _LEFT + (room * at / (number - 1) if number > 1 else room)
    return f"{x:.1f},{_y(value, most):.1f}"


def _y(value: int, most: int) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / most

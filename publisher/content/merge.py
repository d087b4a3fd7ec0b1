"""Merged cells of a table: `^` belongs to the cell above, `<` to the one on the left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

UP, LEFT = "^", "<"

Spot = tuple[int, int]  # row and column, from 0


class Reach(NamedTuple):
    """Over how many rows and columns a cell reaches."""

    rows: int = 1
    columns: int = 1


class Fault(NamedTuple):
    """A mark that merges nothing, or a merged cell that is no rectangle."""

    at: Spot
    what: str
    remedy: str


def merge(marks: Sequence[Sequence[str]]) -> tuple[dict[Spot, Reach], list[Fault]]:
    """How far each cell reaches that is not part of another one, and what cannot be merged.

    `marks` holds `^`, `<` or anything else for each cell, all rows of one length.
    """
    owner: dict[Spot, Spot] = {}
    faults: list[Fault] = []
    for row, cells in enumerate(marks):
        for column, mark in enumerate(cells):
            at = row, column
            before = {UP: (row - 1, column), LEFT: (row, column - 1)}.get(mark, at)
            owner[at] = owner.get(before, at)
            if min(before) < 0:
                faults.append(_nothing(at, mark))
    reached: dict[Spot, list[Spot]] = {}
    for at, own in owner.items():
        reached.setdefault(own, []).append(at)
    spans = {own: _span(own, cells) for own, cells in reached.items()}
    return spans, [*faults, *_ragged(reached, spans)]


def _nothing(at: Spot, mark: str) -> Fault:
    where = "above it" if mark == UP else "on its left"
    what = f'"{mark}" merges a cell with the one {where}, and there is none'
    return Fault(at, what, f'write the cell itself; a text that is just "{mark}" cannot be shown')


def _span(own: Spot, cells: Sequence[Spot]) -> Reach:
    rows, columns = zip(*cells, strict=True)
    return Reach(max(rows) - own[0] + 1, max(columns) - own[1] + 1)


def _ragged(reached: dict[Spot, list[Spot]], spans: dict[Spot, Reach]) -> Iterator[Fault]:
    """Merged cells that are no rectangle with the first cell in its corner."""
    for own, cells in reached.items():
        # Marks lead up or left, so nothing lies outside the rectangle: it is full, or it is not.
        if spans[own].rows * spans[own].columns != len(cells):
            what = "the cells that are merged with this one form no rectangle"
            yield Fault(own, what, f"write {UP} or {LEFT} into every cell of the rectangle")

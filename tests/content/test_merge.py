"""Merged cells: how far each reaches, and what cannot be merged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from publisher.content.merge import merge


def reaches(*rows: str) -> dict[tuple[int, int], tuple[int, int]]:
    """How far the cells reach that are more than one; each character is a cell."""
    found, faults = merge([list(row) for row in rows])
    assert faults == []
    return {at: tuple(reach) for at, reach in found.items() if reach != (1, 1)}


def faults(*rows: str) -> list[tuple[tuple[int, int], str]]:
    """Where something cannot be merged, and the first word of why."""
    return [(fault.at, fault.what.split()[0]) for fault in merge([list(row) for row in rows])[1]]


def test_a_cell_reaches_down_and_to_the_right():
    """Over as many rows and columns as are marked."""
    assert reaches("ab", "^c") == {(0, 0): (2, 1)}
    assert reaches("a<", "bc") == {(0, 0): (1, 2)}


def test_both_marks_make_the_same_rectangle():
    """In its middle it is all the same which of them stands there."""
    assert reaches("a<", "^^") == reaches("a<", "^<") == {(0, 0): (2, 2)}


def test_a_mark_with_nothing_to_merge_with_is_told():
    """Above the first row is nothing, nor left of the first column."""
    assert faults("^a", "<b") == [((0, 0), '"^"'), ((1, 0), '"<"')]


def test_what_is_no_rectangle_is_told_at_its_first_cell():
    """A cell in the shape of an L cannot be shown."""
    assert faults("a<", "^b") == [((0, 0), "the")]


GRIDS = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.text("a^<", min_size=width, max_size=width), min_size=1, max_size=5)
)


@given(GRIDS)
def test_every_cell_belongs_to_one(rows: list[str]):
    """Where nothing is wrong, the cells cover the table, each place once."""
    found, wrong = merge([list(row) for row in rows])
    if not wrong:
        covered = [
            (row + below, column + right)
            for (row, column), reach in found.items()
            for below in range(reach.rows)
            for right in range(reach.columns)
        ]
        assert sorted(covered) == [(r, c) for r in range(len(rows)) for c in range(len(rows[0]))]

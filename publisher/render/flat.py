"""Tables for plain text, where a row is one line: each cell stands in its place.

What reaches over several places is said in each of them, and what stands above several columns
is said of each, so that every line has what the first one promises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from publisher.render.context import Texts
from publisher.render.context_issue import CellView, HeaderView, IssueView, TableView


def with_flat_tables(issue: IssueView) -> IssueView:
    """The issue with its tables made flat."""
    return replace(
        issue,
        sections=tuple(
            replace(each, table=flat(each.table)) if each.table else each for each in issue.sections
        ),
    )


def flat(table: TableView) -> TableView:
    """A table, and what of it stands in mail, with one row of headers and no merged cells."""
    header = tuple(_header(table.header))
    return replace(
        table,
        header=(header,),
        rows=tuple(_rows(table.rows, len(header))),
        in_mail=flat(table.in_mail) if table.in_mail else None,
    )


def _header(rows: Sequence[Sequence[HeaderView]]) -> Iterator[HeaderView]:
    """The columns; those of a group with the words of the group before their own."""
    above, *rest = rows
    below = iter(rest[0] if rest else ())
    for header in above:
        if header.rows == len(rows):
            yield header
            continue
        for _ in range(header.columns):
            column = next(below)
            yield replace(column, label=_joined(header.label, column.label))


def _joined(group: Texts, label: Texts) -> Texts:
    words = {each.lang: each.raw for each in group}
    return Texts(
        replace(each, raw=f"{words.get(each.lang, group.text)} {each.raw}") for each in label
    )


def _rows(rows: Sequence[Sequence[CellView]], width: int) -> Iterator[tuple[CellView, ...]]:
    """Each row with a cell in every place."""
    above: list[tuple[CellView, int]] = []  # each with the number of rows below that it reaches
    for row in rows:
        own = iter([(cell, cell.rows - 1) for cell in row for _ in range(cell.columns)])
        above = [
            (above[at][0], above[at][1] - 1) if above and above[at][1] else next(own)
            for at in range(width)
        ]
        yield tuple(replace(cell, columns=1, rows=1) for cell, _ in above)

"""A table for spreadsheets: RFC 4180, UTF-8, in the page's own language.

Numbers are plain (1289.5, with a point and no separators), durations h:mm:ss; a header says what
they count.  A cell that reaches over several rows stands in each of them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from publisher.content.table import Cell, Column, Table
from publisher.render.inert import inert
from publisher.render.tables import owners
from publisher.render.words import Words


def csv_file(words: Words, table: Table) -> bytes:
    """A table with its header."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(inert(each) for each in _labels(words, table))
    stands = owners(table)
    for row in range(len(table.rows)):
        # What reaches over several columns stands in the first: in the others are numbers.
        places = [stands.get((row, at), (row, at)) for at in range(len(table.columns))]
        writer.writerow(
            _text(words, table.columns[at], table.rows[of][column] if column == at else None)
            for at, (of, column) in enumerate(places)
        )
    return file.getvalue().encode()


def _labels(words: Words, table: Table) -> Iterator[str]:
    """What stands above each column, with its group and what it counts."""
    groups = {
        at: each for each in table.groups for at in range(each.start, each.start + each.count)
    }
    for at, column in enumerate(table.columns):
        parts = [words.line(groups[at].label)] if at in groups else []
        parts.append(words.line(column.label))
        if unit := _unit(column):
            parts.append(f"({unit})")
        yield " ".join(parts)


def _unit(column: Column) -> str:
    if column.type == "percent":
        return "%"
    if column.type == "currency" and column.currency and not column.currency_column:
        return column.currency
    return ""


def _text(words: Words, column: Column, cell: Cell | None) -> str:
    if cell is None:
        return ""
    if cell.value is not None and column.type == "duration":
        return _clock(int(cell.value))
    if cell.text is not None:
        return inert(words.texts(cell.text, "inline").line)
    return inert(cell.value or "")


def _clock(seconds: int) -> str:
    """Seconds as ``h:mm:ss``, which spreadsheets know as a duration."""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}{hours}:{minutes:02}:{rest:02}"

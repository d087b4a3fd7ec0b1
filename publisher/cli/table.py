"""Tables in plain text: aligned by display width, for terminals and logs alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import click


def width(text: str) -> int:
    """Columns that a text takes: two for wide characters (UAX #11), none for combining ones."""
    return sum(
        0 if unicodedata.combining(ch) else 2 if unicodedata.east_asian_width(ch) in "WF" else 1
        for ch in text
    )


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int) -> None:
    """Print a table; columns from `numbers_from` on are numbers, aligned at the right."""
    widths = [max(width(row[at]) for row in (head, *rows)) for at in range(len(head))]
    for row in (head, *rows):
        cells = [_pad(cell, widths[at], right=at >= numbers_from) for at, cell in enumerate(row)]
        click.echo("  ".join(cells).rstrip())


def _pad(text: str, columns: int, *, right: bool) -> str:
    space = " " * (columns - width(text))
    return space + text if right else text + space

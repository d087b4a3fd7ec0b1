"""How the number of a table's cell is written in a language."""

from __future__ import annotations

from decimal import Decimal

from publisher.content.table import Cell, Column
from publisher.formats import (
    decimals_of,
    format_currency,
    format_duration,
    format_number,
    format_percent,
    rounded,
)


def value_of(column: Column, cell: Cell) -> Decimal:
    """The number of a cell, rounded as the column asks; a duration in seconds."""
    return rounded(cell.value or "0", None if column.type == "duration" else column.decimals)


def number_shown(tag: str, column: Column, cell: Cell) -> str:
    """The number of a cell as the language of a BCP 47 tag writes it."""
    value, signed = value_of(column, cell), column.change
    if column.type == "duration":
        return format_duration(int(value), tag, signed=signed)
    if column.type == "percent":
        return format_percent(value, tag, signed=signed)
    if column.type == "currency" and cell.currency:
        return format_currency(value, cell.currency, tag, signed=signed)
    return format_number(value, tag, decimals_of(value), signed=signed)

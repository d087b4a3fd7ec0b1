"""A conversation with a relay that cannot go on, and how that is said."""

from __future__ import annotations

_MOST_SHOWN = 500


class Broken(Exception):
    """The conversation cannot go on; `is_gone` when the other side has hung up."""

    def __init__(self, what: str, *, is_gone: bool = False) -> None:
        super().__init__(what)
        self.is_gone = is_gone


def printable(text: str) -> str:
    """A text of the other side on one line, of at most 500 characters."""
    if not text.isprintable():
        text = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(text.split())[:_MOST_SHOWN]


def told(error: OSError) -> str:
    """An error of the system in its own words."""
    return printable(error.strerror or str(error) or type(error).__name__)

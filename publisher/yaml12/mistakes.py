"""A mistake in a file, and the slips that may be found in one line of it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that is wrong at a place (1-based) of a file, and what would be right."""

    line: int
    column: int
    what: str
    remedy: str
    code: str
    is_warning: bool = False


_FULL_WIDTH_COLON = re.compile(r"[ ]*(?:-[ ]+)*[\w.-]+[ ]*(?P<colon>：)")
_NO_SPACE = re.compile(r"[ ]*(?:-[ ]+)*[A-Za-z_][\w.-]*(?P<colon>:)(?!//)(?=[^\s])")
_WIDE_SPACE = re.compile(r"[ ]*(?:-[ ]+)*[\w.-]+:(?P<space>[\u3000\xa0])")


def shown(text: str, most: int = 30) -> str:
    """A piece of a text to show in a message: one line, printable, not too long."""
    text = "".join(char if char.isprintable() else " " for char in text.strip())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def quoted(text: str) -> str:
    """A text as it may be written between quotes; "" where none of the two kinds would do."""
    text = shown(text)
    for quote, spoils in (('"', '"\\'), ("'", "'")):
        if not any(char in text for char in spoils):
            return f"{quote}{text}{quote}"
    return ""


def colon_slip(line: str, number: int) -> Mistake | None:
    """A colon that YAML does not see: full-width, or without a (plain) space after it."""
    if match := _FULL_WIDTH_COLON.match(line):
        what, where = "the colon here is a full-width one (：)", match.start("colon")
        remedy = 'write an ordinary colon and a space: ": "'
    elif match := _WIDE_SPACE.match(line):
        what, where = "the space after the colon is not an ordinary one", match.start("space")
        remedy = "delete it and type a space"
    elif match := _NO_SPACE.match(line):
        what, where = "there is no space after the colon", match.start("colon")
        remedy = f'write "{shown(line[: where + 1])} {shown(line[where + 1 :], 15)}"'
    else:
        return None
    return Mistake(number + 1, where + 1, what, remedy, "colon")


_UNUSED = {"&": "anchors", "*": "aliases", "!": "tags"}


def special_start(value: str, line: int, column: int) -> Mistake:
    """A text whose first character means something else in YAML; the place is 0-based."""
    what = f'a text that begins with "{value[:1]}" must stand between quotes'
    remedy = f"write {quoted(value)}" if quoted(value) else "put it between quotes"
    if unused := _UNUSED.get(value[:1]):
        remedy += f"; YAML's {unused} are not used here: write out what is meant"
    return Mistake(line + 1, column + 1, what, remedy, "quotes")

"""Patterns of titles and subjects, ``{lead} ({date:yyyy-MM-dd})``, as far as a file shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from publisher.config.model import Line
from publisher.config.refusal import nearest, refuse, refuse_all
from publisher.language import Localized

PLACEHOLDERS = ("bulletin", "issue", "date", "number", "year", "week", "month", "lead", "count")

_BRACES = re.compile(r"\{(?P<name>[^{}:]*)(?::(?P<form>[^{}]*))?\}|(?P<stray>[{}])")
_WIDTHS = frozenset({"short", "medium", "long", "full"})
# UTS #35, "Date Field Symbol Table": what a day has.  Y and D are left out: with them the last
# days of December show the wrong year, and a day of the year where the day of the month is meant.
_LETTERS = frozenset("GyuMLdEecwWqQ")
_MEANT = {
    "Y": "y for the year (Y is the year that the week belongs to)",
    "D": "d for the day (D counts from the first of January)",
    "m": "M for the month (m is the minute)",
}


def _pattern(text: Localized, info: ValidationInfo) -> Localized:
    """Refuse placeholders that no pattern knows, and date forms that no day can fill."""
    if info.context is None:  # a frozen issue, which was checked by the version that froze it
        return text
    refuse_all([fault for key, value in text.items() for fault in _faults(key, value)])
    return text


def _faults(key: str, pattern: str) -> Iterator[PydanticCustomError]:
    for match in _BRACES.finditer(pattern):
        name, form = match["name"], match["form"]
        if match["stray"]:
            what = f'there is a "{match["stray"]}" too many in the text for "{key}"'
            yield refuse("placeholder", what, "write placeholders like this: {date}", key)
        elif name not in PLACEHOLDERS:
            what = f'there is no placeholder "{name}"'
            yield refuse("placeholder", what, nearest(name, PLACEHOLDERS, "placeholders"), key)
        elif form is not None and (fault := _bad_form(name, form)):
            yield refuse("placeholder", fault[0], fault[1], key)


def _bad_form(name: str, form: str) -> tuple[str, str] | None:
    if name != "date":
        return f'"{name}" takes no form after a colon', f"write {{{name}}}"
    if form in _WIDTHS:
        return None
    letters = re.findall("[A-Za-z]", re.sub("'[^']*'", "", form))
    wrong = next((letter for letter in letters if letter not in _LETTERS), None)
    if wrong is None and letters:
        return None
    what = f'"{form}" is no form of a date'
    example = "such as yyyy-MM-dd, or one of short, medium, long and full"
    meant = _MEANT.get(wrong or "")
    return what, f"write {meant}" if meant else f"write one {example}"


Pattern = Annotated[Line, AfterValidator(_pattern)]

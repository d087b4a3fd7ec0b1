"""How values are refused: in an editor's words, with a remedy and the place of what is wrong.

`publisher.validation.fit` turns the error's context into a problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_core import PydanticCustomError

from publisher.wording import did_you_mean
from publisher.yaml12.core import describe
from publisher.yaml12.mistakes import shown


def refuse(
    code: str, what: str, remedy: str, *at: str | int, more: Sequence[PydanticCustomError] = ()
) -> PydanticCustomError:
    """An error in an editor's words, with what to do about it.

    `at` leads from the value to the part of it that is wrong.  A validator can raise only one
    error: `more` are those that it found beside it.
    """
    context: dict[str, Any] = {"code": code, "what": what, "remedy": remedy}
    if at:
        context["at"] = at
    if more:
        context["more"] = [error.context for error in more]
    return PydanticCustomError(code, "{what}", context)


def refuse_all(errors: Sequence[PydanticCustomError]) -> None:
    """Raise what a validator found; nothing where it found nothing."""
    if errors:
        found = errors[0].context or {}
        at = found.get("at", ())
        raise refuse(found["code"], found["what"], found["remedy"], *at, more=errors[1:])


def called(value: object) -> str:
    """A value as an editor would call it: ``"x"``, a number, a list."""
    if isinstance(value, str):
        return f'"{shown(value)}"'
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f'"{value}"' if is_number else describe(value)


def nearest(word: str, known: Iterable[str], what: str) -> str:
    """The nearest known word as a question, and all: ``did you mean "a"? (kinds: a, b)``."""
    words = list(known)
    close = did_you_mean(word, words)
    listed = f"{what}: {', '.join(words) or 'none'}"
    return f"{close} ({listed})" if close else listed

"""Words of advice that entries and issue files share."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from publisher.document import Document, Problem
from publisher.language import Localized


def did_you_mean(word: str, known: Iterable[str], what: str) -> str:
    """The nearest known word, and all of them."""
    words = list(known)
    close = difflib.get_close_matches(word, words, n=1)
    listed = f"{what}: {', '.join(words) or 'none'}"
    return f"did you mean “{close[0]}”? ({listed})" if close else listed


def missing_translations(
    document: Document,
    texts: Iterable[tuple[tuple[str | int, ...], Localized]],
    languages: Iterable[str],
) -> Iterator[Problem]:
    """A warning for each text that lacks a language: the reader gets another one there."""
    wanted = list(languages)
    for at, text in texts:
        absent = [key for key in wanted if key not in text]
        if absent:
            yield document.problem(
                at,
                f"“{'.'.join(map(str, at))}” has no text in {', '.join(absent)}",
                f"add {' and '.join(f'{key}: …' for key in absent)}; "
                f"until then {', '.join(text)} is shown",
                severity="warning",
                code="missing_translation",
            )

"""Problems that entries and issue files share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publisher.document import Document, Problem
from publisher.language import Localized

Place = tuple[str | int, ...]
Texts = Iterable[tuple[Place, Localized]]

# What `publisher new` writes where a text belongs, and what people write for it.
PLACEHOLDER = "…"
_PLACEHOLDERS = frozenset({PLACEHOLDER, "...", "TODO", "todo", "TBD", "tbd"})


def is_placeholder(text: str) -> bool:
    """Whether a text is still to be written."""
    return text.strip() in _PLACEHOLDERS


def at_name(document: Document, at: Place, what: str, remedy: str, code: str) -> Problem:
    """A problem with the name of a field, not with what stands there."""
    return Problem(document.path, *document.key_place(*at), what, remedy, "error", code)


def dotted(at: Place) -> str:
    """The way to a value in words: ``sections.top.items.2``, counted from 1."""
    return ".".join(str(key + 1) if isinstance(key, int) else key for key in at)


def missing_translations(
    document: Document, texts: Texts, languages: Iterable[str]
) -> Iterator[Problem]:
    """A warning for each text that lacks a language: the reader gets another one there."""
    wanted = list(languages)
    for at, text in texts:
        absent = [key for key in wanted if key not in text]
        if absent:
            yield document.problem(
                at,
                f'"{dotted(at)}" has no text in {" and ".join(absent)}',
                f"add {' and '.join(f'{key}: …' for key in absent)}; "
                f"until then readers get it in {next(iter(text))}",
                severity="warning",
                code="missing-translation",
            )


def unfinished(document: Document, texts: Texts, remedy: str) -> Iterator[Problem]:
    """One warning for all texts of a file that are still the placeholder."""
    places = placeholders(texts)
    if places:
        names = ", ".join(dotted(at) for at in places[:6])
        more = f" and {len(places) - 6} more" if len(places) > 6 else ""
        what = f"there are texts still to write: {names}{more}"
        yield document.problem(places[0], what, remedy, severity="warning", code="unfinished")


def placeholders(texts: Texts) -> list[Place]:
    """The places of texts that are still the placeholder."""
    return [(*at, key) for at, text in texts for key in text if is_placeholder(text[key])]

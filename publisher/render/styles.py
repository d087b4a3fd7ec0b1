"""The style sheet of a theme: its template, its tokens, and rules for each declared language.

Beside it the one script that a theme has, for the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from publisher.language import Language
from publisher.render import paths
from publisher.render.theme import Theme
from publisher.render.words import is_cjk


@dataclass(frozen=True, slots=True)
class Face:
    """How a language is set: its fonts, and whether it is Han or kana."""

    tag: str
    is_cjk: bool
    text: str
    heading: str


def style(theme: Theme, languages: Iterable[Language]) -> dict[str, bytes]:
    """The style sheet of a theme, for the languages of the publication."""
    css = theme.render("web/style.css", name=theme.name, faces=faces(theme, languages))
    return {paths.file_of(paths.style(theme.name)): css.encode()}


def faces(
    theme: Theme,
    languages: Iterable[Language],
    text: tuple[str, ...] = ("text",),
    heading: tuple[str, ...] = ("heading",),
) -> tuple[Face, ...]:
    """How languages are set, by the first tables of fonts that the theme has."""
    # The longest tag last: ``:lang(en)`` also meets ``en-GB``, which may have rules of its own.
    ordered = sorted(languages, key=lambda each: (each.tag.count("-"), each.tag))
    return tuple(_face(theme, each, text, heading) for each in ordered)


def script(theme: Theme) -> dict[str, bytes]:
    """What the page of the search runs; the theme's own or the packaged one."""
    return {paths.file_of(paths.search_script()): theme.render("web/search.js").encode()}


def _face(theme: Theme, language: Language, text: Iterable[str], heading: Iterable[str]) -> Face:
    fonts = theme.tokens["fonts"]

    def stack(uses: Iterable[str]) -> str:
        found: Mapping[str, str] = next(fonts[each] for each in uses if each in fonts)
        return found.get(language.script, found["other"])

    return Face(language.tag, is_cjk(language.tag), stack(text), stack(heading))

"""Texts, dates and words in the languages of an edition: what every view is made of.

Pure: the same texts, edition, strings and links give the same words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from publisher import markup
from publisher.config.publication import Publication
from publisher.formats import format_date
from publisher.issue.issue import Revision
from publisher.language import Edition, Language, Localized, script_of
from publisher.memo import Memo
from publisher.render import paths
from publisher.render.context import Form, Passage, Texts
from publisher.render.drawing import NOTHING, Drawing
from publisher.render.strings import Strings

_KEPT = 1000


def no_tokens(_: str) -> Mapping[str, Any]:
    """The tokens of a bulletin's theme, where nothing is drawn."""
    return {}


@dataclass(frozen=True, slots=True)
class Words:
    """Puts texts into the words of one edition; `strings` holds those of each of its languages.

    `drawing` draws charts, in the colours and faces that `tokens_of` a bulletin's theme gives.
    """

    publication: Publication
    edition: Edition
    strings: Mapping[str, Strings]
    links: paths.Links
    renderer: markup.Renderer = field(default_factory=markup.Renderer)
    drawing: Drawing = NOTHING
    tokens_of: Callable[[str], Mapping[str, Any]] = no_tokens
    # What stands on every page, or on many that follow one another: made once.
    kept: Memo = field(default_factory=lambda: Memo(_KEPT), init=False, repr=False, compare=False)

    @property
    def t(self) -> Strings:
        """The interface strings of the page's own language."""
        return self.strings[self.edition.first.key]

    @property
    def lang(self) -> str:
        """The page's own language."""
        return self.edition.first.tag

    def texts(self, value: Localized | str | None, form: Form = "title") -> Texts:
        """A text in the edition's languages; in another one, marked, where it has none of them."""
        if value is None or isinstance(value, str):
            first = self.edition.first
            return Texts([self._passage(first.key, value, form)] if value else ())
        if not self.edition.is_stacked and (key := self.edition.first.key) in value:
            return Texts((self._passage(key, value[key], form),))
        # A name that is the same in both languages stands once.
        texts = {value[each.key]: each.key for each in reversed(self.edition.languages)
                 if each.key in value}  # fmt: skip
        present = [each.key for each in self.edition.languages if each.key in texts.values()]
        if present:
            return Texts(
                self._passage(key, value[key], form, rank=rank) for rank, key in enumerate(present)
            )
        key, text = value.resolve(())
        return Texts([self._passage(key, text, form, is_fallback=True)] if key else ())

    def line(self, value: Localized | None) -> str:
        """A text as one line in the page's own language, else in another one."""
        return self.texts(value).line

    def _passage(
        self, key: str, raw: str, form: Form, *, rank: int = 0, is_fallback: bool = False
    ) -> Passage:
        language = self._language(key)
        return Passage(
            language.tag, language.direction, raw, form, is_fallback, rank, self.renderer
        )

    def _language(self, key: str) -> Language:
        # Nearly every passage is in a language of the edition, whose languages are resolved.
        for language in self.edition.languages:
            if language.key == key:
                return language
        return self.publication.language(key)

    def each(self, text: Callable[[str], str]) -> Texts:
        """A text made anew for each language, from its BCP 47 tag; once where all are the same."""
        return self.texts(Localized({one.key: text(one.tag) for one in self.edition.languages}))

    def word(self, key: str, **values: Texts | str) -> Texts:
        """An interface string in each language of the edition, its placeholders filled in it."""
        if not values:
            return self.kept(("word", key), lambda: self._word(key, values))
        return self._word(key, values)

    def _word(self, key: str, values: Mapping[str, Texts | str]) -> Texts:
        return Texts(
            self._passage(one.key, self._said(one, key, values), "title", rank=rank)
            for rank, one in enumerate(self.edition.languages)
        )

    def _said(self, language: Language, key: str, values: Mapping[str, Texts | str]) -> str:
        found = {name: _in(language.tag, value) for name, value in values.items()}
        return self.strings[language.key](key, **found)

    def date(self, day: dt.date) -> Texts:
        """A day as each language writes it."""
        return self.kept(day, lambda: self.each(lambda tag: format_date(day, tag)))

    def moment(self, moment: dt.datetime) -> Texts:
        """The day of a point in time, where the publication is."""
        return self.date(moment.astimezone(self.publication.time_zone).date())

    def updated(self, revision: Revision) -> dt.datetime:
        """When this edition last had something new of an entry or an issue."""
        return revision.updated_in(each.key for each in self.edition.languages)


def _in(tag: str, value: Texts | str) -> str:
    if isinstance(value, str):
        return value
    return next((each.text for each in value if each.lang == tag), value.text)


def is_cjk(tag: str) -> bool:
    """Whether a language is written in Han characters or kana: its own leading and fonts."""
    return script_of(tag) in {"Hans", "Hant", "Jpan", "Hani"}


def iso(moment: dt.datetime) -> str:
    """A time to the second: what tells the entries of an issue apart is no news to a reader."""
    return moment.isoformat(timespec="seconds")

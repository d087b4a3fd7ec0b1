"""`content/publication.yaml`: what holds for all bulletins of a publication."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from publisher.config.model import Email, Frozen, LanguageTag, Line, Name, Slug, Url, Zone
from publisher.config.refusal import called, nearest, refuse, refuse_all
from publisher.formats import format_list
from publisher.language import Edition, Language, Localized

# Folders of the site below an edition; a bulletin may not be called so.
RESERVED = frozenset({"e", "tags", "stories", "entries", "archive", "about", "feeds", "assets"})
# The same beside the editions.
RESERVED_EDITIONS = frozenset({"assets"})


def _authority(value: str) -> str:
    # RFC 4151: a domain (or address) and a date on which its owner held it.
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+,\d{4}(-\d\d(-\d\d)?)?", value):
        raise refuse(
            "authority",
            f"{called(value)} cannot begin the ids of feeds",
            "write a domain you own and a year in which you owned it: news.example.com,2026",
        )
    return value


class LanguageSettings(Frozen):
    """A language of the publication: tag, own name, direction."""

    tag: LanguageTag
    name: str
    direction: Literal["ltr", "rtl"] | None = None


class EditionSettings(Frozen):
    """An edition: its languages in order, and what readers call it."""

    languages: Annotated[list[str], Field(min_length=1)]
    name: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"languages": value} if isinstance(value, list) else value


class FieldSettings(Frozen):
    """A labelled paragraph of a kind of entry."""

    label: Line
    type: Literal["text", "plain"] = "text"

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, (str, Localized)):
            return {"label": value}
        if isinstance(value, dict) and not value.keys() & {"label", "type"}:
            return {"label": value}
        return value


class Kind(Frozen):
    """A kind of entry and its labelled fields, in the order in which they are shown."""

    name: Line
    fields: dict[Name, FieldSettings] = {}


class Sender(Frozen):
    """Who the mail is from."""

    name: Line
    address: Email


class Publication(Frozen):
    """Everything that holds for all bulletins."""

    name: Line
    description: Localized | None = None
    authority: Annotated[str, AfterValidator(_authority)]
    base_url: Url
    service_url: Url | None = None
    websub_hub: Url | None = None
    time_zone: Zone
    languages: Annotated[dict[Name, LanguageSettings], Field(min_length=1)]
    editions: Annotated[dict[Slug, EditionSettings], Field(min_length=1)]
    theme: Slug = "default"
    sender: Sender
    postal_address: Localized
    contact: Email
    about: Localized | None = None
    kinds: Annotated[dict[Name, Kind], Field(min_length=1)]
    tags: dict[Slug, Line] = {}
    stories: dict[Slug, Line] = {}

    @field_validator("languages")
    @classmethod
    def _tags_once(cls, languages: dict[str, LanguageSettings]) -> dict[str, LanguageSettings]:
        tags = [one.tag.lower() for one in languages.values()]
        refuse_all(
            [
                refuse(
                    "language_twice",
                    f'"{key}" has the same tag as another language: {one.tag}',
                    "give each language a tag of its own, or delete one of them",
                    key,
                    "tag",
                )
                for at, (key, one) in enumerate(languages.items())
                if tags[at] in tags[:at]
            ]
        )
        return languages

    @field_validator("editions")
    @classmethod
    def _declared(
        cls, editions: dict[str, EditionSettings], info: ValidationInfo
    ) -> dict[str, EditionSettings]:
        faults = [
            fault
            for name, edition in editions.items()
            for fault in _edition_faults(name, edition, info.data.get("languages"))
        ]
        refuse_all(faults)
        return editions

    @field_validator("base_url", "service_url")
    @classmethod
    def _bare(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.query or parts.fragment or url.endswith("/"):
            raise refuse(
                "base_url",
                f"{info.field_name} ends with a slash, or has a ? or # in it",
                f"write {parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}",
            )
        return url

    @property
    def domain(self) -> str:
        """The domain that the publication owns, as its authority names it."""
        return self.authority.partition(",")[0]

    def language(self, key: str) -> Language:
        """The declared language with that key."""
        return self._resolved_languages[key]

    def edition(self, name: str) -> Edition:
        """The declared edition with that name, its languages resolved."""
        return self._resolved_editions[name]

    # Every page asks for them some twenty times.
    @cached_property
    def _resolved_languages(self) -> Mapping[str, Language]:
        return {
            key: Language(key, found.tag, found.name, found.direction or "")
            for key, found in self.languages.items()
        }

    @cached_property
    def _resolved_editions(self) -> Mapping[str, Edition]:
        return {name: self._resolved(name) for name in self.editions}

    def _resolved(self, name: str) -> Edition:
        found = self.editions[name]
        languages = tuple(self.language(key) for key in found.languages)
        label = found.name or Localized(
            {one.key: format_list([each.name for each in languages], one.tag) for one in languages}
        )
        return Edition(name, languages, label)


def _edition_faults(
    name: str, edition: EditionSettings, languages: Mapping[str, LanguageSettings] | None
) -> Iterator[PydanticCustomError]:
    if name in RESERVED_EDITIONS:
        what = f'an edition cannot be called "{name}": the site uses that address'
        yield refuse("edition_name", what, "choose another name", name)
    for at, key in enumerate(edition.languages):
        # The place of a language in both forms: zh: [zh], and zh: {languages: [zh]}.
        place = (name, "languages", at)
        if languages is not None and key not in languages:
            yield refuse(
                "edition_language",
                f'the edition "{name}" uses a language "{key}" that is not declared',
                nearest(key, languages, "declared"),
                *place,
            )
        elif key in edition.languages[:at]:
            what = f'the edition "{name}" has the language "{key}" twice'
            yield refuse("edition_language", what, "name it once", *place)

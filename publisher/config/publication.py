"""`content/publication.yaml`: what holds for all bulletins of a publication."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from publisher.config.model import Email, Frozen, Name, Slug, Url, Zone, refuse
from publisher.language import Edition, Language, Localized, format_list, locale_of

# Folders of the site below an edition; a bulletin may not be called so.
RESERVED = frozenset({"e", "tags", "stories", "entries", "archive", "about", "feeds", "assets"})


def _tag(value: str) -> str:
    try:
        locale_of(value)
    except ValueError:
        raise refuse(
            "language_tag",
            f"“{value}” is no language tag that is known",
            "use a BCP 47 tag, such as zh-CN, en or pt-BR",
        ) from None
    return value


def _authority(value: str) -> str:
    # RFC 4151: a domain (or address) and a date on which its owner held it.
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+,\d{4}(-\d\d(-\d\d)?)?", value):
        raise refuse(
            "authority",
            f"“{value}” cannot begin the ids of feeds",
            "write a domain you own and a year in which you owned it: news.example.com,2026",
        )
    return value


class LanguageSettings(Frozen):
    """A language of the publication: tag, own name, direction."""

    tag: Annotated[str, AfterValidator(_tag)]
    name: str
    direction: Literal["ltr", "rtl"] | None = None


class EditionSettings(Frozen):
    """An edition: its languages in order, and what readers call it."""

    languages: Annotated[list[str], Field(min_length=1)]
    name: Localized | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"languages": value} if isinstance(value, list) else value


class FieldSettings(Frozen):
    """A labelled paragraph of a kind of entry."""

    label: Localized
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

    name: Localized
    fields: dict[Name, FieldSettings] = {}


class Sender(Frozen):
    """Who the mail is from."""

    name: Localized
    address: Email


class Publication(Frozen):
    """Everything that holds for all bulletins."""

    name: Localized
    description: Localized | None = None
    authority: Annotated[str, AfterValidator(_authority)]
    base_url: Url
    time_zone: Zone
    languages: Annotated[dict[Name, LanguageSettings], Field(min_length=1)]
    editions: Annotated[dict[Slug, EditionSettings], Field(min_length=1)]
    theme: Slug = "default"
    sender: Sender
    postal_address: Localized
    contact: Email
    about: Localized | None = None
    kinds: Annotated[dict[Name, Kind], Field(min_length=1)]
    tags: dict[Slug, Localized] = {}
    stories: dict[Slug, Localized] = {}

    @model_validator(mode="after")
    def _editions_use_declared_languages(self) -> Publication:
        for name, edition in self.editions.items():
            for key in edition.languages:
                if key not in self.languages:
                    raise refuse(
                        "edition_language",
                        f"the edition “{name}” uses a language “{key}” that is not declared",
                        f"declare it under languages, or use one of {', '.join(self.languages)}",
                    )
            if len(set(edition.languages)) < len(edition.languages):
                raise refuse(
                    "edition_language", f"the edition “{name}” has a language twice", "name it once"
                )
            if name in {"assets"}:
                raise refuse(
                    "edition_name", f"an edition cannot be called “{name}”", "choose another name"
                )
        return self

    @model_validator(mode="after")
    def _base_url_is_bare(self) -> Publication:
        parts = urlsplit(self.base_url)
        if parts.query or parts.fragment or self.base_url.endswith("/"):
            raise refuse(
                "base_url",
                "base_url ends with a slash or has a query",
                f"write {parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}",
            )
        return self

    @property
    def domain(self) -> str:
        """The domain that the publication owns, as its authority names it."""
        return self.authority.partition(",")[0]

    def language(self, key: str) -> Language:
        """The declared language with that key."""
        found = self.languages[key]
        return Language(key, found.tag, found.name, found.direction or "")

    def edition(self, name: str) -> Edition:
        """The declared edition with that name, its languages resolved."""
        found = self.editions[name]
        languages = tuple(self.language(key) for key in found.languages)
        label = found.name or Localized(
            {one.key: format_list([each.name for each in languages], one.tag) for one in languages}
        )
        return Edition(name, languages, label)

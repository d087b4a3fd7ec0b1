"""An entry: one news event, one file `content/entries/YYYY/MM/DD/<name>.yaml`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from publisher.config.model import SLUG, Day, Frozen, Moment, Name, Site, Slug, Url, refuse
from publisher.config.publication import Kind, Publication
from publisher.content.remedy import did_you_mean, missing_translations
from publisher.content.when import When
from publisher.document import Document, Problem, fit
from publisher.language import Localized

_ID = re.compile(r"(\d{4})/(\d{2})/(\d{2})/([^/]+)")


def filed_day(entry_id: str) -> dt.date:
    """The day an entry is filed under: the folder of its file.

    Raises ValueError for an id that is not ``YYYY/MM/DD/name``, or a day that does not exist.
    """
    match = _ID.fullmatch(entry_id)
    if match is None or not SLUG.fullmatch(match[4]):
        raise ValueError(f"{entry_id!r} is no entry id")
    return dt.date(int(match[1]), int(match[2]), int(match[3]))


def _entry_id(value: str) -> str:
    try:
        filed_day(value)
    except ValueError:
        raise refuse(
            "entry_id",
            f"“{value}” is no entry id",
            "write its folder and file name without .yaml, such as 2026/04/26/some-news",
        ) from None
    return value


EntryId = Annotated[str, AfterValidator(_entry_id)]


class Source(Frozen):
    """Where a fact comes from."""

    publisher: str | None = None
    title: str | None = None
    url: Url | None = None
    site: Site | None = None
    lang: str | None = None
    date: Day | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Source:
        if not (self.url or self.site or self.publisher):
            raise refuse(
                "source",
                "this source does not say where it is",
                "give it a url, a site or a publisher",
            )
        return self

    @property
    def domain(self) -> str:
        """The bare domain, for display; empty where only a publisher is known."""
        if self.site:
            return self.site
        host = urlsplit(self.url or "").hostname or ""
        return host.removeprefix("www.")


class Correction(Frozen):
    """What was corrected after publication, and when."""

    date: Day
    note: Localized


class Verification(Frozen):
    """How far a claim has been verified."""

    status: Literal["verified", "signal", "mixed", "unverified"]
    note: Localized | None = None


class Entry(Frozen):
    """One news event as its editors wrote it."""

    id: EntryId
    kind: Name
    title: Localized
    short_title: Localized | None = None
    digest: Localized | None = None
    summary: Localized | None = None
    body: Localized | None = None
    happened: When | None = None
    emoji: Annotated[str, Field(min_length=1, max_length=16)] | None = None
    fields: dict[str, str | Localized] = {}
    sources: list[Source] = []
    tags: list[Slug] = []
    importance: Annotated[int, Field(ge=1, le=5)] = 3
    story: Slug | None = None
    verification: Verification | None = None
    embargo: Moment | None = None
    draft: bool = False
    aliases: list[EntryId] = []
    corrections: list[Correction] = []

    @model_validator(mode="before")
    @classmethod
    def _fields_by_shape(cls, value: Any) -> Any:
        # A field of type text is a mapping by language, one of type plain a bare string: told
        # apart by shape, because the union would report each error twice.
        if isinstance(value, dict) and isinstance(value.get("fields"), dict):
            fields = {
                name: Localized(text) if _is_localized(text) else text
                for name, text in value["fields"].items()
            }
            return {**value, "fields": fields}
        return value

    @property
    def filed(self) -> dt.date:
        """The day the entry is filed under, in the publication's time zone."""
        return filed_day(self.id)

    def localized(self) -> Iterator[tuple[tuple[str | int, ...], Localized]]:
        """Every text in several languages, with its place in the file."""
        for name in ("title", "short_title", "digest", "summary", "body"):
            if (text := getattr(self, name)) is not None:
                yield (name,), text
        for name, value in self.fields.items():
            if isinstance(value, Localized):
                yield ("fields", name), value
        if self.verification and self.verification.note:
            yield ("verification", "note"), self.verification.note
        for at, correction in enumerate(self.corrections):
            yield ("corrections", at, "note"), correction.note


def _is_localized(value: object) -> bool:
    return isinstance(value, Localized) or (
        isinstance(value, dict) and bool(value) and all(isinstance(v, str) for v in value.values())
    )


def parse_entry(
    document: Document, entry_id: str, publication: Publication
) -> tuple[Entry | None, tuple[Problem, ...]]:
    """Read an entry; None where it has an error, and every problem with its place.

    Warnings (a translation that is missing) leave the entry usable.
    """
    languages = list(publication.languages)
    data = dict(document.data)
    problems: list[Problem] = []
    if "id" in data:
        problems.append(
            document.problem(
                ("id",), "an entry has no field “id”", "its folder and file name are its id"
            )
        )
        data.pop("id")
    problems += _check_fields(document, data, publication.kinds, languages)
    entry, found = fit(
        document, Entry, context={"languages": languages}, extra={"id": entry_id}
    )
    problems += [each for each in found if not _is_about(each, problems)]
    if entry is not None:
        problems += missing_translations(document, entry.localized(), languages)
    broken = entry is None or any(each.severity == "error" for each in problems)
    return (None if broken else entry), tuple(problems)


def _is_about(problem: Problem, known: list[Problem]) -> bool:
    return any((problem.line, problem.column) == (each.line, each.column) for each in known)


def _check_fields(
    document: Document, data: dict[str, Any], kinds: Mapping[str, Kind], languages: list[str]
) -> Iterator[Problem]:
    """The kind exists, and its labelled fields are those that the publication declares."""
    name, given = data.get("kind"), data.get("fields")
    if not isinstance(name, str):
        return
    if name not in kinds:
        yield document.problem(
            ("kind",), f"there is no kind “{name}”", did_you_mean(name, kinds, "kinds")
        )
        return
    if not isinstance(given, dict):
        return
    declared = kinds[name].fields
    for field, value in given.items():
        at = ("fields", field)
        if field not in declared:
            yield document.problem(
                at,
                f"the kind “{name}” has no field “{field}”",
                did_you_mean(field, declared, "its fields"),
            )
        elif declared[field].type == "plain" and not isinstance(value, str):
            yield document.problem(
                at,
                f"the field “{field}” is one text for all languages",
                "write it without languages, between quotes",
            )
        elif declared[field].type == "text":
            yield from _check_text(document, at, value, languages)


def _check_text(
    document: Document, at: tuple[str | int, ...], value: object, languages: list[str]
) -> Iterator[Problem]:
    if isinstance(value, str) and len(languages) == 1 and value.strip():
        return
    example = "{" + ", ".join(f"{key}: …" for key in languages) + "}"
    if not isinstance(value, dict) or not value:
        yield document.problem(at, "this text names no language", f"write {example}")
        return
    for key, text in value.items():
        if key not in languages:
            yield document.problem(
                (*at, key),
                f"the publication has no language “{key}”",
                did_you_mean(str(key), languages, "it declares"),
            )
        elif not isinstance(text, str) or not text.strip():
            yield document.problem(
                (*at, key), f"the text for “{key}” is empty", "write it, or leave the line out"
            )

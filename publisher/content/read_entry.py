"""From a document to an entry: what only the publication knows, and the words for all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from publisher.config.publication import Kind, Publication
from publisher.config.refusal import nearest
from publisher.content.entry import Entry
from publisher.content.remedy import (
    Place,
    at_name,
    dotted,
    missing_translations,
    placeholders,
    unfinished,
)
from publisher.document import Document, Problem
from publisher.language import Localized
from publisher.validation import fit
from publisher.yaml12.core import describe


def parse_entry(
    document: Document, entry_id: str, publication: Publication
) -> tuple[Entry | None, tuple[Problem, ...]]:
    """Read an entry; None where it has an error, and every problem with its place.

    Warnings (a translation that is missing) leave the entry usable.
    """
    languages = list(publication.languages)
    problems = [*_own_id(document), *_check_kind(document, publication.kinds, languages)]
    extra = {"id": entry_id, **_wrapped(document.data, publication)}
    entry, found = fit(document, Entry, context={"languages": languages}, extra=extra)
    known = {(each.line, each.column) for each in problems}
    problems += [
        _with_example(each, publication)
        for each in found
        if (each.line, each.column) not in known or each.code == "missing"
    ]
    if entry is not None:
        problems += _about_texts(document, entry, languages)
    broken = entry is None or any(each.severity == "error" for each in problems)
    return (None if broken else entry), tuple(problems)


def _about_texts(document: Document, entry: Entry, languages: list[str]) -> Iterator[Problem]:
    texts = [*entry.localized(), *_plain(entry)]
    if entry.draft:
        # That a draft has no translation yet is no news.
        remedy = 'write them, or delete their lines; then delete "draft: true"'
        yield from unfinished(document, texts, remedy)
        return
    for at in placeholders(texts):
        what = f'"{dotted(at)}" is not written yet'
        remedy = "write it, or delete the line (draft: true keeps an entry back until it is ready)"
        yield document.problem(at, what, remedy, code="unfinished")
    yield from missing_translations(document, entry.localized(), languages)


def _plain(entry: Entry) -> Iterator[tuple[Place, Localized]]:
    """Texts without a language, by name, in the shape of the others."""
    fields = {name: text for name, text in entry.fields.items() if isinstance(text, str)}
    yield ("fields",), Localized(fields)
    for at, source in enumerate(entry.sources):
        names = {"publisher": source.publisher, "title": source.title}
        yield ("sources", at), Localized((name, text) for name, text in names.items() if text)


def _own_id(document: Document) -> Iterator[Problem]:
    if "id" in document.data:
        remedy = "delete the line: its folder and file name are its id"
        yield at_name(document, ("id",), 'an entry has no field "id"', remedy, "unknown-field")


def _wrapped(data: Mapping[str, Any], publication: Publication) -> dict[str, Any]:
    """The labelled fields of a publication with one language: a bare text is in that language."""
    fields, kind = data.get("fields"), publication.kinds.get(str(data.get("kind")))
    if len(publication.languages) != 1 or not isinstance(fields, dict) or kind is None:
        return {}
    (language,) = publication.languages

    def wrap(name: str, value: object) -> object:
        is_text = name in kind.fields and kind.fields[name].type == "text"
        return {language: value} if is_text and isinstance(value, str) else value

    return {"fields": {name: wrap(name, value) for name, value in fields.items()}}


def _with_example(problem: Problem, publication: Publication) -> Problem:
    """For what is missing in every empty file, an example that can be copied."""
    if problem.what == '"kind" is missing':
        kinds = list(publication.kinds)
        return replace(problem, remedy=f"add kind: {kinds[0]} (kinds: {', '.join(kinds)})")
    for name in ("title", "note"):
        if problem.what == f'"{name}" is missing':
            texts = ", ".join(f"{key}: …" for key in publication.languages)
            return replace(problem, remedy=f"add {name}: {{{texts}}}")
    # The id is the path of the file, and no field.
    return replace(problem, remedy=problem.remedy.replace("(fields: id, ", "(fields: "))


def _check_kind(
    document: Document, kinds: Mapping[str, Kind], languages: list[str]
) -> Iterator[Problem]:
    """The kind exists, and its labelled fields are those that the publication declares."""
    name, given = document.data.get("kind"), document.data.get("fields")
    if not isinstance(name, str):
        return
    if name not in kinds:
        what = f'there is no kind "{name}"'
        yield document.problem(("kind",), what, nearest(name, kinds, "kinds"), code="unknown-kind")
        return
    for field, value in given.items() if isinstance(given, dict) else ():
        yield from _check_field(document, name, kinds[name], field, value, languages)


def _check_field(
    document: Document, kind: str, settings: Kind, field: str, value: object, languages: list[str]
) -> Iterator[Problem]:
    at, declared = ("fields", field), settings.fields.get(field)
    if declared is None:
        what = f'the kind "{kind}" has no field "{field}"'
        if field in Entry.model_fields:
            remedy = f'"{field}" stands beside "fields", not below it: indent it less'
        else:
            remedy = nearest(field, settings.fields, "its fields")
        yield at_name(document, at, what, remedy, "unknown-field")
    elif declared.type == "plain" and isinstance(value, dict | list):
        what = f'the field "{field}" is one text for all languages'
        yield document.problem(at, what, "write it without languages", code="plain-field")
    elif declared.type == "plain" and not isinstance(value, str):
        what, remedy = f'"{field}" is empty', "write it between quotes, or delete the line"
        if value is not None:
            what = f'"{field}" is read as {describe(value)}'
            remedy = f'put it between quotes: "{document.written(*at)}"'
        yield document.problem(at, what, remedy, code="plain-field")
    elif declared.type == "text" and isinstance(value, str) and len(languages) > 1:
        what = "this text does not say which language it is in"
        if not value.strip():
            what = f'"{field}" is empty'
        example = "{" + ", ".join(f"{key}: …" for key in languages) + "}"
        yield document.problem(at, what, f"write {example}", code="localized-type")

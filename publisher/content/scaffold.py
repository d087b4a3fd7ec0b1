"""New entries and issue files as text: everything in its place, with comments that teach.

Written line by line, not dumped: the comments are what an editor learns from.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from publisher.config.addresses import slug_like
from publisher.config.bulletin import Bulletin, SectionSettings
from publisher.config.publication import FieldSettings, Publication
from publisher.content.entry import Entry
from publisher.content.remedy import PLACEHOLDER
from publisher.yaml12.core import resolve

_COLUMN = 32


def entry_name(title: str) -> str:
    """A file name for a title; "" where it has no letters a-z."""
    words = slug_like(title).split("-")
    name = ""
    for word in words:
        if len(name) + len(word) > 60:
            break
        name = f"{name}-{word}" if name else word
    return name


def new_entry(
    publication: Publication, kind: str, day: dt.date, name: str, title: str = ""
) -> tuple[str, str]:
    """Path and text of an entry that is still to be written; it is a draft."""
    languages = list(publication.languages)
    lines = [
        f"# Write over each {PLACEHOLDER} and delete what you do not need; then: publisher check",
        "# Markdown is for summary, body and fields.  A long text begins with | behind the colon.",
        _with_note(f"kind: {kind}", _choice(publication.kinds)),
        _with_note("draft: true", "keeps it back: delete this line when it is ready"),
        _with_note(f"happened: {day}", "or 2026-05-13/2026-05-14, or 2026-05 for a month"),
        "# emoji: 🏆",
        *_texts("title", languages, title),
        *_texts("summary", languages, note="a paragraph"),
        *_texts("# short_title", languages, note="for subjects; else the title"),
        *_texts("# digest", languages, note="one line, for lists; else the title"),
        *_texts("# body", languages, note="the long form; else the summary"),
        *_fields(publication.kinds[kind].fields, languages),
        "sources:                        # each needs a publisher, a site or a url",
        f"  - publisher: {PLACEHOLDER}",
        '    # url: "https://example.com/the-page"',
        f"    # lang: {publication.languages[languages[0]].tag}",
        f"    # date: {day}",
        _with_note("tags: []", "such as [funding, open-source]"),
        _with_note("importance: 3", "1 to 5; the most important come first"),
        _with_note(f"# story: {name}", "the same word on every follow-up"),
        _with_note("# verification: {status: verified}", "or signal, mixed, unverified"),
        _with_note("# embargo: 2026-04-26T06:00+08:00", "not before this time"),
    ]
    return f"content/entries/{day:%Y/%m/%d}/{name}.yaml", "\n".join(lines) + "\n"


def _with_note(line: str, note: str) -> str:
    return f"{line:<{_COLUMN - 1}} # {note}"


def _choice(names: Iterable[str]) -> str:
    return f"one of {', '.join(names)}"


def _texts(name: str, languages: Sequence[str], text: str = "", note: str = "") -> Iterator[str]:
    """One text for each language; a known one is the text of the first."""
    indent = "#   " if name.startswith("#") else "  "
    yield _with_note(f"{name}:", note) if note else f"{name}:"
    for at, key in enumerate(languages):
        yield f"{indent}{key}: {_scalar(text) if text and at == 0 else PLACEHOLDER}"


def _scalar(text: str) -> str:
    """A text as it may stand behind a colon."""
    plain = text[:1].isalpha() and not any(sign in text for sign in (": ", " #", "\n", "\\"))
    return (
        text
        if plain and resolve(text) == text and text[-1:] != ":"
        else json.dumps(text, ensure_ascii=False)
    )


def _fields(fields: Mapping[str, FieldSettings], languages: Sequence[str]) -> Iterator[str]:
    if not fields:
        return
    yield "fields:"
    for name, settings in fields.items():
        label = settings.label.resolve(languages)[1]
        if settings.type == "plain":
            note = f"{label}; one text for all languages"
            yield _with_note(f"  {name}: {PLACEHOLDER}", note)
            continue
        yield _with_note(f"  {name}:", label)
        for key in languages:
            yield f"    {key}: {PLACEHOLDER}"


# Issue files -------------------------------------------------------------------------------------


def new_issue(
    publication: Publication,
    slug: str,
    bulletin: Bulletin,
    name: str,
    candidates: Sequence[Entry] = (),
) -> tuple[str, str]:
    """Path and text of an issue file; each text is left out of the issue until it is written."""
    languages = list(publication.languages)
    written = [line for each in bulletin.sections for line in _section(each, languages)]
    listed = [each for each in bulletin.sections if each.block == "entries"]
    lines = [
        f"# {bulletin.name.resolve(languages)[1]}, {name}.  Delete what you do not need: without",
        "# this file the issue is put together from the entries alone.",
        *(f"# lead: {each.id}    # its title goes into the subject" for each in candidates[:1]),
        *(["sections:", *written] if written else []),
        *_pins(listed, candidates, "  # " if written else "#   "),
        _with_note("exclude: []", "ids of entries that must not come"),
    ]
    return f"content/issues/{slug}/{name}.yaml", "\n".join(lines) + "\n"


def _section(settings: SectionSettings, languages: Sequence[str]) -> Iterator[str]:
    """The part of a section that a person writes."""
    title = settings.title.resolve(languages)[1] if settings.title else ""
    if settings.block == "prose":
        yield _with_note(f"  {settings.id}:", title) if title else f"  {settings.id}:"
        yield "    text:                       # Markdown; a long text begins with | on this line"
        for key in languages:
            yield f"      {key}: {PLACEHOLDER}"
    elif settings.block == "list":
        yield _with_note(f"  {settings.id}:", title) if title else f"  {settings.id}:"
        yield "    items:                      # as many as you like"
        for at, key in enumerate(languages):
            yield f"      {'- ' if at == 0 else '  '}{key}: {PLACEHOLDER}"


def _pins(
    sections: Sequence[SectionSettings], candidates: Sequence[Entry], before: str
) -> Iterator[str]:
    """How to choose by hand, with the entries there are; all of it in comments."""
    if not sections:
        return
    where = before[: before.index("#")]
    yield f"{where}# To choose entries by hand, take the # away here; without, the rules choose."
    if not where:
        yield "# sections:"
    for section in sections:
        yield f"{before}{section.id}:"
        yield f"{before}  only: true    # nothing but these"
        yield f"{before}  entries:"
        kinds = section.select.kinds if section.select else []
        fitting = [each for each in candidates if not kinds or each.kind in kinds]
        for entry in fitting:
            state = "(draft) " if entry.draft else ""
            yield f"{before}    - {entry.id}    # {state}{next(iter(entry.title.values()))}"
        if not fitting:
            yield f"{before}    - 2026/04/26/some-news    # no entry of this kind is there yet"

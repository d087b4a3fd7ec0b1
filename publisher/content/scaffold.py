"""New entries, issue files and tables as text: everything in its place, with comments that teach.

Written line by line, not dumped: the comments are what an editor learns from.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from publisher.config.addresses import slug_like
from publisher.config.bulletin import Bulletin
from publisher.config.publication import FieldSettings, Publication
from publisher.config.section import TABLED, SectionSettings
from publisher.content.entry import Entry
from publisher.content.one_off import is_one_off, one_off_day
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
    written = [line for each in bulletin.sections for line in _part(each, languages)]
    listed = [each for each in bulletin.sections if each.block == "entries"]
    before = "  # " if written else "#   "
    others = [
        _with_note(f"{before}{line}", note) if note else f"{before}{line}"
        for each in bulletin.sections
        for line, note in _other_part(each, languages, slug, name)
    ]
    begin = _one_off if is_one_off(name) else _regular
    lines = [
        f"# {bulletin.name.resolve(languages)[1]}, {name}.  Delete what you do not need: without",
        *begin(publication, bulletin, name),
        *(f"# lead: {each.id}    # its title goes into the subject" for each in candidates[:1]),
        *_facts(bulletin, languages),
        *(["sections:", *written] if written else []),
        *_by_hand(before, [*_pins(listed, candidates, before), *others]),
        _with_note("exclude: []", "ids of entries that must not come"),
    ]
    return f"content/issues/{slug}/{name}.yaml", "\n".join(lines) + "\n"


def _regular(publication: Publication, bulletin: Bulletin, name: str) -> Iterator[str]:
    yield "# this file the issue is put together from the entries alone."


def _one_off(publication: Publication, bulletin: Bulletin, name: str) -> Iterator[str]:
    """When it comes out, what it carries, and what it is called."""
    day, zone = one_off_day(name), bulletin.time_zone or publication.time_zone
    moment = dt.datetime.combine(day, bulletin.schedule.at, zone)
    yield "# a window only the entries listed here come."
    yield _with_note(
        f"publish_at: {moment.isoformat(timespec='minutes')}", "on the day of its name"
    )
    yield _with_note(f"window: {{from: {day}, to: {day}}}", "days whose entries come")
    yield from _texts("title", list(publication.languages))


def _by_hand(before: str, lines: Sequence[str]) -> Iterator[str]:
    """What may be chosen or written, with the mark of a comment before each line."""
    if lines:
        where = before[: before.index("#")]
        yield f"{where}# To choose or write by hand, take the # away; without, the rules choose."
        if not where:
            yield "# sections:"
        yield from lines


def _facts(bulletin: Bulletin, languages: Sequence[str]) -> Iterator[str]:
    """The bulletin's own facts: those without a value of their own are to be written."""
    for is_standing in (False, True):
        facts = {n: f for n, f in bulletin.facts.items() if (f.value is not None) == is_standing}
        before = "# " if is_standing else ""
        if facts and is_standing:
            yield "# For this issue only:" if len(facts) < len(bulletin.facts) else "# facts:"
        elif facts:
            yield "facts:"
        for name, fact in facts.items():
            yield _with_note(f"{before}  {name}:", fact.label.resolve(languages)[1])
            yield from (f"{before}    {key}: {PLACEHOLDER}" for key in languages)


def _part(settings: SectionSettings, languages: Sequence[str]) -> Iterator[str]:
    """The part of a section that a person writes."""
    if settings.block in ("prose", "boilerplate") and settings.text is None:
        yield _named(f"  {settings.id}:", settings, languages)
        yield "    text:                       # Markdown; a long text begins with | on this line"
        for key in languages:
            yield f"      {key}: {PLACEHOLDER}"
    elif settings.block == "list":
        yield _named(f"  {settings.id}:", settings, languages)
        yield "    items:                      # as many as you like"
        for at, key in enumerate(languages):
            yield f"      {'- ' if at == 0 else '  '}{key}: {PLACEHOLDER}"


def _named(line: str, settings: SectionSettings, languages: Sequence[str]) -> str:
    title = _title(settings, languages)
    return _with_note(line, title) if title else line


def _title(settings: SectionSettings, languages: Sequence[str]) -> str:
    return settings.title.resolve(languages)[1] if settings.title else ""


def _other_part(
    settings: SectionSettings, languages: Sequence[str], slug: str, name: str
) -> Iterator[tuple[str, str]]:
    """The part of a section that a person may write, in lines with notes."""
    head = f"{settings.id}:", _title(settings, languages)
    if settings.block in TABLED:
        yield head
        yield f"  table: {slug}/{name.lower()}-{settings.id}", "publisher new table starts one"
    elif settings.block == "related":
        yield head
        yield "  related:", "before the earlier issues, which come by themselves"
        yield "    - title:", ""
        yield from ((f"        {key}: {PLACEHOLDER}", "") for key in languages)
        yield "      date: 2026-04-26", ""
        yield '      url: "https://example.com/the-report"', ""
    elif settings.block in ("prose", "boilerplate") and settings.text is not None:
        yield head
        yield "  text:", "instead of the standing text, in this issue"
        yield from ((f"    {key}: {PLACEHOLDER}", "") for key in languages)


def _pins(
    sections: Sequence[SectionSettings], candidates: Sequence[Entry], before: str
) -> Iterator[str]:
    """How to choose by hand, with the entries there are."""
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


# Tables ------------------------------------------------------------------------------------------


def new_table(publication: Publication, name: str, day: dt.date) -> dict[str, str]:
    """Paths and texts of a table that is still to be written, and of the CSV with its rows."""
    languages = list(publication.languages)
    stem = name.rpartition("/")[2]
    lines = [
        f"# Write over each {PLACEHOLDER} and delete what you do not need; then: publisher check",
        f"# A bulletin or an issue file shows it in a section whose block is table: table: {name}",
        *_texts("caption", languages, note="what it shows; its number is put before it"),
        *_texts("note", languages, note="where the figures come from"),
        _with_note("# label: figure", "or none: how it is numbered; else table"),
        f"# period: {{from: {day}, to: {day}}}",
        f"# as_of: {day}",
        "columns:                        # their ids are the first line of the CSV",
        "  - id: name",
        *(f"    {line}" for line in _texts("label", languages)),
        "  - id: amount",
        *(f"    {line}" for line in _texts("label", languages)),
        _with_note("    type: number", "percent, currency, duration; else text"),
        _with_note("    # decimals: 2", "else as they are written"),
        _with_note("    # change: true", "shown with ▲ or ▼"),
        f"rows: {stem}.csv",
        _with_note("# mail: {columns: [name, amount], rows: 12}", "what of it stands in mail"),
    ]
    several = len(languages) > 1
    head = [f"name.{key}" for key in languages] if several else ["name"]
    rows = [",".join([*head, "amount"]), ",".join([*(PLACEHOLDER for _ in head), "4502570"])]
    return {
        f"content/data/{name}.yaml": "\n".join(lines) + "\n",
        f"content/data/{name}.csv": "\n".join(rows) + "\n",
    }

"""From documents to settings, with every problem in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from publisher.config.addresses import SLUG, slug_like
from publisher.config.bulletin import Bulletin
from publisher.config.calendar import Calendar
from publisher.config.publication import RESERVED, Publication
from publisher.config.refusal import nearest
from publisher.config.section import SectionSettings
from publisher.document import Document, Problem
from publisher.validation import fit


def declared_languages(data: Mapping[str, Any]) -> list[str]:
    """The language keys of a publication that may still be broken elsewhere."""
    languages = data.get("languages")
    return [str(key) for key in languages] if isinstance(languages, Mapping) else []


def parse_publication(document: Document) -> tuple[Publication | None, tuple[Problem, ...]]:
    """Read `publication.yaml`; None where it has an error."""
    return fit(document, Publication, context={"languages": declared_languages(document.data)})


def parse_bulletin(
    document: Document, slug: str, publication: Publication
) -> tuple[Bulletin | None, tuple[Problem, ...]]:
    """Read a bulletin; None where it has an error, also one that only the publication shows."""
    bulletin, found = fit(document, Bulletin, context={"languages": list(publication.languages)})
    problems = [*found, *_bad_slug(document, slug), *_idle_settings(document)]
    if bulletin is not None:
        problems += _beyond_publication(document, bulletin, publication)
    broken = any(each.severity == "error" for each in problems)
    return (None if broken else bulletin), tuple(problems)


def parse_calendar(
    document: Document, publication: Publication
) -> tuple[Calendar | None, tuple[Problem, ...]]:
    """Read a calendar; None where it has an error, also one of its name."""
    calendar, found = fit(document, Calendar, context={"languages": list(publication.languages)})
    misnamed = tuple(_unnameable(document))
    return (None if misnamed else calendar), (*misnamed, *found)


def _unnameable(document: Document) -> Iterator[Problem]:
    """A calendar that no bulletin can name."""
    path = PurePosixPath(document.path)
    if path.parent.name != "calendars":
        what = "a calendar's file lies directly in content/calendars/"
        remedy = f"move it to content/calendars/{path.name}"
        yield Problem(document.path, 1, 1, what, remedy, code="calendar-name")
    elif not SLUG.fullmatch(path.stem):
        what = f'no bulletin can name the file "{path.name}"'
        remedy = f"rename it to {slug_like(path.stem) or 'holidays'}.yaml"
        yield Problem(document.path, 1, 1, what, remedy, code="calendar-name")


def _bad_slug(document: Document, slug: str) -> Iterator[Problem]:
    if slug in RESERVED:
        what = f'a bulletin cannot be called "{slug}": the site uses that address'
        yield Problem(document.path, 1, 1, what, "rename the file", code="bulletin-name")
    elif not SLUG.fullmatch(slug):
        what = f'the file name "{slug}" cannot stand in a web address'
        remedy = f"rename it to {slug_like(slug) or 'ai-weekly'}.yaml"
        yield Problem(document.path, 1, 1, what, remedy, code="bulletin-name")


def _idle_settings(document: Document) -> Iterator[Problem]:
    """Settings that have no effect beside the others: most likely not what was meant."""
    window = document.data.get("window")
    if isinstance(window, dict) and "ends" in window and {"week", "month"} & window.keys():
        yield document.problem(
            ("window", "ends"),
            '"ends" has no effect: a calendar week or month ends when it ends',
            "delete it, or give the window in days",
            severity="warning",
            code="idle-setting",
        )
    yield from _idle_facts(document)
    sections = document.data.get("sections")
    for at, section in enumerate(sections if isinstance(sections, list) else ()):
        if isinstance(section, dict) and section.get("block") in _COUNTS_NOTHING:
            yield from _idle_number(document, at, section)


def _idle_facts(document: Document) -> Iterator[Problem]:
    facts, masthead = document.data.get("facts"), document.data.get("masthead", [])
    for name in facts if isinstance(facts, dict) and isinstance(masthead, list) else ():
        if name not in masthead:
            line, column = document.key_place("facts", name)
            what, remedy = f'the fact "{name}" is not shown', f"add {name} to masthead:"
            yield Problem(document.path, line, column, what, remedy, "warning", "idle-setting")


# Blocks that are one piece: they can go on with the numbers of others, but count nothing within.
_COUNTS_NOTHING = ("prose", "boilerplate")


def _idle_number(document: Document, at: int, section: Mapping[str, Any]) -> Iterator[Problem]:
    if section.get("numbered") is True:
        yield document.problem(
            ("sections", at, "numbered"),
            f'"numbered: true" has no effect: a {section["block"]} section has nothing to count',
            "write numbered: continued, if it shall have the next number of the issue",
            severity="warning",
            code="idle-setting",
        )


def _beyond_publication(
    document: Document, bulletin: Bulletin, publication: Publication
) -> Iterator[Problem]:
    for at, edition in enumerate(bulletin.editions or ()):
        if edition not in publication.editions:
            yield document.problem(
                ("editions", at),
                f'the publication has no edition "{edition}"',
                nearest(edition, publication.editions, "editions"),
                code="unknown-edition",
            )
    for at, section in enumerate(bulletin.sections):
        yield from _unknown_kinds(document, at, section, publication)
        yield from _unknown_fields(document, at, section, publication)


def _unknown_kinds(
    document: Document, at: int, section: SectionSettings, publication: Publication
) -> Iterator[Problem]:
    for n, kind in enumerate(section.select.kinds if section.select else ()):
        if kind not in publication.kinds:
            yield document.problem(
                ("sections", at, "select", "kinds", n),
                f'the section "{section.id}" selects nothing: there is no kind "{kind}"',
                nearest(kind, publication.kinds, "kinds"),
                code="unknown-kind",
            )


def _unknown_fields(
    document: Document, at: int, section: SectionSettings, publication: Publication
) -> Iterator[Problem]:
    """Labelled fields that no entry of the section can have."""
    taken = (section.select and section.select.kinds) or list(publication.kinds)
    kinds = [publication.kinds[name] for name in taken if name in publication.kinds]
    fields = dict.fromkeys(field for kind in kinds for field in kind.fields)
    for n, name in enumerate(section.fields or ()):
        if name not in fields and kinds:
            yield document.problem(
                ("sections", at, "fields", n),
                f'no entry of the section "{section.id}" has a field "{name}"',
                nearest(name, fields, "fields"),
                code="unknown-field",
            )
    if section.fields is not None and "fields" not in section.show:
        yield document.problem(
            ("sections", at, "fields"),
            f'the section "{section.id}" names fields, but does not show them',
            "add fields to show:, or delete this line",
            severity="warning",
            code="idle-setting",
        )

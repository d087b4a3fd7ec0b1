"""From a document to an issue file: what only the bulletin knows, and texts still to be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from publisher.config.bulletin import FACTS, Bulletin
from publisher.config.publication import Publication
from publisher.config.refusal import nearest
from publisher.config.section import Block
from publisher.content.issue_file import IssueFile, SectionPart
from publisher.content.one_off import check_name, check_one_off
from publisher.content.remedy import (
    at_name,
    is_placeholder,
    missing_translations,
    unfinished,
)
from publisher.document import Document, Problem
from publisher.language import Localized
from publisher.validation import fit

# What an issue file may say for a section of each block; nothing for those that are not here.
PARTS: Mapping[Block, tuple[str, ...]] = {
    "prose": ("text",),
    "list": ("items",),
    "entries": ("entries", "only", "text"),
    "table": ("table",),
    "figure": ("table",),
    "related": ("related",),
    "boilerplate": ("text",),
}


def parse_issue_file(
    document: Document, bulletin: Bulletin, publication: Publication
) -> tuple[IssueFile | None, tuple[Problem, ...]]:
    """Read an issue file; None where it has an error, and every problem with its place."""
    languages = list(publication.languages)
    parsed, found = fit(document, IssueFile, context={"languages": languages})
    sections = document.data.get("sections")
    problems = [*found, *check_name(document), *_unknown_facts(document, bulletin)]
    for key, part in sections.items() if isinstance(sections, dict) else ():
        problems += _check_section(document, key, part, bulletin)
    if parsed is not None:
        problems += check_one_off(document, parsed, bulletin, publication)
        remedy = "write them, or delete their lines; they are left out of the issue until then"
        problems += unfinished(document, parsed.localized(), remedy)
        # A placeholder is no second problem: that a translation is missing is said once.
        problems += missing_translations(document, parsed.localized(), languages)
        parsed = _without_placeholders(parsed)
    broken = parsed is None or any(each.severity == "error" for each in problems)
    return (None if broken else parsed), tuple(problems)


def _check_section(
    document: Document, key: str, part: object, bulletin: Bulletin
) -> Iterator[Problem]:
    settings = bulletin.section(key)
    if settings is None:
        known = [each.id for each in bulletin.sections]
        what = f'the bulletin has no section "{key}"'
        remedy = nearest(key, known, "its sections")
        yield at_name(document, ("sections", key), what, remedy, "unknown-section")
        return
    belongs = PARTS.get(settings.block, ())
    for name in part if isinstance(part, dict) else ():
        if name in SectionPart.model_fields and name not in belongs:
            what = f'"{name}" does not belong here: the block of "{key}" is {settings.block}'
            remedy = f"such a section takes {' and '.join(belongs)}"
            if not belongs:
                remedy = "delete it: such a section is made from the bulletin's settings alone"
            yield at_name(document, ("sections", key, name), what, remedy, "section-part")


def _unknown_facts(document: Document, bulletin: Bulletin) -> Iterator[Problem]:
    facts = document.data.get("facts")
    for name in facts if isinstance(facts, dict) else ():
        if name in bulletin.facts:
            continue
        what, remedy = (
            f'the bulletin has no fact "{name}"',
            nearest(name, bulletin.facts, "its facts"),
        )
        if name in FACTS:
            what, remedy = f'"{name}" is computed for every issue', "delete the line"
        yield at_name(document, ("facts", name), what, remedy, "unknown-fact")


def _without_placeholders(parsed: IssueFile) -> IssueFile:
    """The file without what is still to be written, so that no reader ever sees a placeholder."""
    if not any(is_placeholder(one) for _, text in parsed.localized() for one in text.values()):
        return parsed
    names = ("title", "subject", "subtitle", "preheader")
    changes: dict[str, object] = {name: _written(getattr(parsed, name)) for name in names}
    facts = {name: _written(value) for name, value in parsed.facts.items()}
    changes["facts"] = {name: value for name, value in facts.items() if value is not None}
    changes["sections"] = {key: _written_part(part) for key, part in parsed.sections.items()}
    if parsed.window:
        note = _written(parsed.window.note)
        changes["window"] = parsed.window.model_copy(update={"note": note})
    return parsed.model_copy(update=changes)


def _written_part(part: SectionPart) -> SectionPart:
    titles = [(work, _written(work.title)) for work in part.related]
    return part.model_copy(
        update={
            "text": _written(part.text),
            "items": [one for item in part.items if (one := _written(item)) is not None],
            "related": [work.model_copy(update={"title": one}) for work, one in titles if one],
        }
    )


def _written(text: Localized | None) -> Localized | None:
    if text is None:
        return None
    return Localized((key, one) for key, one in text.items() if not is_placeholder(one)) or None

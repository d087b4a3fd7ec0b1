"""The written parts of an issue: `content/issues/<bulletin>/<issue>.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator

from publisher.config.bulletin import Bulletin, check_pattern
from publisher.config.model import Day, Frozen, refuse
from publisher.config.publication import Publication
from publisher.content.entry import Correction, EntryId, Source
from publisher.content.remedy import did_you_mean, missing_translations
from publisher.document import Document, Problem, fit
from publisher.language import Localized


class WindowOverride(Frozen):
    """The days this issue covers, where they are not the bulletin's usual ones."""

    first: Annotated[Day, Field(alias="from")] | None = None
    last: Annotated[Day, Field(alias="to")] | None = None
    note: Localized | None = None

    @model_validator(mode="after")
    def _in_order(self) -> WindowOverride:
        if (self.first is None) != (self.last is None):
            raise refuse("window", "a window needs both from and to", "add the other day")
        if self.first and self.last and self.last < self.first:
            raise refuse("window", "the window ends before it begins", "swap from and to")
        return self


class ListedEntry(Frozen):
    """An entry that the issue file names; `again` carries one a second time."""

    id: EntryId
    again: bool = False

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"id": value} if isinstance(value, str) else value


class SectionPart(Frozen):
    """What an issue file says for one section."""

    text: Localized | None = None
    items: list[Localized] = []
    entries: list[ListedEntry] = []
    only: bool = False


class IssueFile(Frozen):
    """The written parts, pins and exclusions of one issue."""

    window: WindowOverride | None = None
    lead: EntryId | None = None
    title: Localized | None = None
    subject: Localized | None = None
    subtitle: Localized | None = None
    preheader: Localized | None = None
    sections: dict[str, SectionPart] = {}
    exclude: list[EntryId] = []
    references: list[Source] = []
    corrections: list[Correction] = []

    @model_validator(mode="after")
    def _patterns_known(self) -> IssueFile:
        for name in ("title", "subject", "subtitle", "preheader"):
            check_pattern(getattr(self, name), name)
        return self

    def localized(self) -> Iterator[tuple[tuple[str | int, ...], Localized]]:
        """Every text in several languages, with its place in the file."""
        for name in ("title", "subject", "subtitle", "preheader"):
            if (text := getattr(self, name)) is not None:
                yield (name,), text
        if self.window and self.window.note:
            yield ("window", "note"), self.window.note
        for key, part in self.sections.items():
            if part.text is not None:
                yield ("sections", key, "text"), part.text
            for at, item in enumerate(part.items):
                yield ("sections", key, "items", at), item


def parse_issue_file(
    document: Document, bulletin: Bulletin, publication: Publication
) -> tuple[IssueFile | None, tuple[Problem, ...]]:
    """Read an issue file; None where it has an error, and every problem with its place."""
    languages = list(publication.languages)
    parsed, found = fit(document, IssueFile, context={"languages": languages})
    problems = list(found)
    sections = document.data.get("sections")
    if isinstance(sections, dict):
        for key, part in sections.items():
            problems += _check_section(document, key, part, bulletin)
    if parsed is not None:
        problems += missing_translations(document, parsed.localized(), languages)
    broken = parsed is None or any(each.severity == "error" for each in problems)
    return (None if broken else parsed), tuple(problems)


def _check_section(
    document: Document, key: str, part: object, bulletin: Bulletin
) -> Iterator[Problem]:
    settings = bulletin.section(key)
    if settings is None:
        known = [each.id for each in bulletin.sections]
        yield document.problem(
            ("sections", key),
            f"the bulletin has no section “{key}”",
            did_you_mean(key, known, "its sections"),
        )
        return
    belongs = {"prose": {"text"}, "list": {"items"}, "entries": {"entries", "only", "text"}}
    for name in part if isinstance(part, dict) else ():
        if name in SectionPart.model_fields and name not in belongs[settings.block]:
            yield document.problem(
                ("sections", key, name),
                f"“{name}” does not belong into the section “{key}”, a block of {settings.block}",
                f"such a block takes {' and '.join(sorted(belongs[settings.block]))}",
            )

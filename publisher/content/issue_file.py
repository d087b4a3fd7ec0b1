"""The written parts of an issue: `content/issues/<bulletin>/<issue>.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field, field_validator, model_validator

from publisher.config.model import Day, Frozen, Line, Moment, Name, Url
from publisher.config.patterns import Pattern
from publisher.config.refusal import called, refuse, refuse_all
from publisher.config.section import TableName
from publisher.content.entry import Correction, EntryId, Source
from publisher.language import Localized


class WindowOverride(Frozen):
    """The days this issue covers, where they are not the bulletin's usual ones."""

    first: Day | None = Field(None, alias="from")
    last: Day | None = Field(None, alias="to")
    note: Localized | None = None

    @model_validator(mode="after")
    def _in_order(self) -> WindowOverride:
        if (self.first is None) != (self.last is None):
            given, other = ("from", "to") if self.first else ("to", "from")
            what = f'this window has "{given}", but not "{other}"'
            raise refuse("window", what, f"add {other}: {self.first or self.last}", given)
        if self.first and self.last and self.last < self.first:
            raise refuse("window", "the window ends before it begins", "swap from and to", "to")
        return self


class ListedEntry(Frozen):
    """An entry that the issue file names; `again` carries one a second time."""

    id: EntryId
    again: bool = False

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"id": value}
        if not isinstance(value, dict):
            remedy = "write an entry's id, such as 2026/04/26/some-news"
            raise refuse("listed_type", f"{called(value)} is no entry", remedy)
        return value


class RelatedWork(Frozen):
    """Something of one's own that readers may want to read beside the issue."""

    title: Line
    date: Day
    url: Url | None = None


class SectionPart(Frozen):
    """What an issue file says for one section."""

    text: Localized | None = None
    items: list[Localized] = []
    entries: list[ListedEntry] = []
    only: bool = False
    table: TableName | None = None
    related: list[RelatedWork] = []


class IssueFile(Frozen):
    """The written parts, pins and exclusions of one issue.

    Only that of a one-off issue has `publish_at`: its slot, where others have the schedule's.
    """

    publish_at: Moment | None = None
    approved: bool = False
    window: WindowOverride | None = None
    lead: EntryId | None = None
    title: Pattern | None = None
    subject: Pattern | None = None
    subtitle: Pattern | None = None
    preheader: Pattern | None = None
    facts: dict[Name, Line] = {}
    sections: dict[str, SectionPart] = {}
    exclude: list[EntryId] = []
    references: list[Source] = []
    corrections: list[Correction] = []

    @property
    def is_one_off(self) -> bool:
        """Whether it is of an issue beside those of the schedule."""
        return self.publish_at is not None

    @property
    def lists_all(self) -> bool:
        """Whether nothing but the entries listed here is chosen: a one-off without a window."""
        return self.is_one_off and (self.window is None or self.window.first is None)

    @field_validator("sections")
    @classmethod
    def _listed_once(cls, sections: dict[str, SectionPart]) -> dict[str, SectionPart]:
        """An entry stands in one section, and there once; `again` is about earlier issues."""
        seen: dict[str, str] = {}
        faults = []
        for name, part in sections.items():
            for at, listed in enumerate(part.entries):
                if (first := seen.setdefault(listed.id, name)) != name or listed.id in [
                    each.id for each in part.entries[:at]
                ]:
                    where = f'in "{first}"' if first != name else "above"
                    what = f"{listed.id} is listed {where} already"
                    remedy = "delete one of the two: an issue carries an entry once"
                    place = (name, "entries", at, "id")
                    faults.append(refuse("listed_twice", what, remedy, *place))
        refuse_all(faults)
        return sections

    def localized(self) -> Iterator[tuple[tuple[str | int, ...], Localized]]:
        """Every text in several languages, with its place in the file."""
        for name in ("title", "subject", "subtitle", "preheader"):
            if (text := getattr(self, name)) is not None:
                yield (name,), text
        for name, value in self.facts.items():
            yield ("facts", name), value
        if self.window and self.window.note:
            yield ("window", "note"), self.window.note
        for key, part in self.sections.items():
            if part.text is not None:
                yield ("sections", key, "text"), part.text
            for at, work in enumerate(part.related):
                yield ("sections", key, "related", at, "title"), work.title
            for at, item in enumerate(part.items):
                yield ("sections", key, "items", at), item
        for at, correction in enumerate(self.corrections):
            yield ("corrections", at, "note"), correction.note

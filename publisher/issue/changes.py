"""What an edit of a published thing is: a correction, a translation, a rename, or another edit.

A correction (the list of corrections grew) and a translation (a language that was missing) become
revisions; any other edit changes nothing that was published, and `check` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from publisher.config.publication import Publication
from publisher.config.section import SectionSettings
from publisher.content.entry import Correction, Entry
from publisher.content.issue_file import IssueFile, SectionPart
from publisher.content.table import Table
from publisher.issue import pattern
from publisher.issue.issue import Issue, RevisionKind, Section
from publisher.issue.sections import count_of, facts_said, works_written
from publisher.issue.supplies import tables_named
from publisher.language import Localized

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What became of an entry: the revision to freeze, and whether more was edited than that."""

    kind: RevisionKind | None
    entry: Entry
    is_edited: bool


def entry_change(old: Entry, new: Entry) -> EntryChange:
    """Compare what is frozen with what the file says now.

    Whether a draft or under an embargo no longer matters once it is published.
    """
    now = new.model_copy(update={"draft": old.draft, "embargo": old.embargo})
    if _grew(old.corrections, now.corrections):
        return EntryChange("correction", now, is_edited=False)
    gained = with_gained_texts(old, now)
    if now.id != old.id:
        # The file was renamed, with an alias: the address changes, the identity does not.
        renamed = gained.model_copy(update={"id": now.id, "aliases": now.aliases})
        return EntryChange("rename", renamed, is_edited=renamed != now)
    if gained != old:
        return EntryChange("translation", gained, is_edited=gained != now)
    return EntryChange(None, old, is_edited=old != now)


def _grew(old: list[Correction], new: list[Correction]) -> bool:
    return len(new) > len(old)


def with_gained_texts(old: M, new: M) -> M:
    """The old model with the languages that only the new one has."""
    return type(old).model_validate(_gain(_raw(old), _raw(new)))


def gained_languages(old: BaseModel, new: BaseModel) -> set[str]:
    """The languages in which some text is new."""
    return set(_gained(_raw(old), _raw(new)))


def _gained(old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, Localized) and isinstance(new, Localized):
        yield from set(new) - set(old)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() & new.keys():
            yield from _gained(old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for one, other in zip(old, new, strict=True):
            yield from _gained(one, other)


def _raw(model: BaseModel) -> dict[str, Any]:
    """The model's own values, with models inside as mappings and texts as `Localized`."""
    return {
        settings.alias or name: _open(getattr(model, name))
        for name, settings in type(model).model_fields.items()
    }


def _open(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _raw(value)
    if isinstance(value, list):
        return [_open(each) for each in value]
    if isinstance(value, dict):
        return {key: _open(each) for key, each in value.items()}
    return value


def _gain(old: Any, new: Any) -> Any:
    if isinstance(old, Localized) and isinstance(new, Localized):
        gained = {key: text for key, text in new.items() if key not in old}
        return Localized({**old, **gained}) if gained else old
    if isinstance(old, dict) and isinstance(new, dict):
        return {key: _gain(value, new.get(key)) for key, value in old.items()}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [_gain(one, other) for one, other in zip(old, new, strict=True)]
    return old


@dataclass(frozen=True, slots=True)
class IssueChange:
    """What became of an issue's written parts.

    `is_edited` is about its file; `tables` names those that differ from what was published.
    """

    kind: RevisionKind | None
    issue: Issue
    is_edited: bool
    tables: tuple[str, ...] = ()


def tables_to_compare(old: Issue, written: IssueFile) -> dict[str, str]:
    """The tables, by section id, that a frozen issue is to be compared with.

    A standing table goes on with each issue, so what is frozen of it is no edit of the next.
    """
    frozen = {each.settings.id: each.table.name for each in old.sections if each.table}
    return {
        section: name
        for section, name in tables_named(old.settings.sections, written).items()
        if _part(written, section).table or frozen.get(section) != name
    }


def issue_change(
    old: Issue,
    written: IssueFile,
    publication: Publication,
    tables: Mapping[str, Table] | None = None,
) -> IssueChange:
    """Compare the written parts of a frozen issue with what its file says now.

    `tables` holds, by section id, those that `tables_to_compare` names.  Which entries and images
    it carries never changes: only texts, facts, tables, works, references and corrections can.
    """
    new = _Rewritten(old, written, publication, tables or {})
    now = new.issue(new.all_sections())
    if _grew(old.corrections, now.corrections):
        return IssueChange("correction", now, is_edited=False)
    gained = with_gained_texts(old, new.issue(new.same_sections()))
    is_edited = _without_tables(gained) != _without_tables(now)
    published = {each.settings.id: each.table for each in gained.sections}
    differ = [each.name for key, each in new.tables.items() if published.get(key) != each]
    kind: RevisionKind | None = "translation" if gained != old else None
    return IssueChange(kind, gained, is_edited, tuple(sorted(set(differ))))


def _part(written: IssueFile, section: str) -> SectionPart:
    return written.sections.get(section) or SectionPart()


def _without_tables(issue: Issue) -> Issue:
    sections = [each.model_copy(update={"table": None}) for each in issue.sections]
    return issue.model_copy(update={"sections": sections})


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """A frozen issue with the written parts that its file has now."""

    old: Issue
    written: IssueFile
    publication: Publication
    tables: Mapping[str, Table]

    def issue(self, sections: list[Section]) -> Issue:
        """The issue with these sections."""
        old, written = self.old, self.written
        note = written.window.note if written.window else None
        return old.model_copy(
            update={
                "sections": sections,
                "facts": facts_said(old.settings, written),
                "references": written.references,
                "corrections": written.corrections,
                "window": old.window.model_copy(update={"note": note}),
            }
        )

    def same_sections(self) -> list[Section]:
        """Those that the issue has, each as it is written now."""
        return [self._rewrite(each) for each in self.old.sections]

    def all_sections(self) -> list[Section]:
        """Those that have something to show now, in the bulletin's order."""
        known = {each.settings.id: each for each in self.same_sections()}
        found = [known.get(each.id) or self._new(each) for each in self.old.settings.sections]
        return [each for each in found if not each.is_empty]

    def _rewrite(self, section: Section) -> Section:
        settings = section.settings
        part = _part(self.written, settings.id)
        named = tables_named([settings], self.written)
        return section.model_copy(
            update={
                "text": part.text or settings.text,
                "items": part.items,
                "table": self.tables.get(settings.id, section.table if named else None),
                "related": [*works_written(part), *(one for one in section.related if one.issue)],
            }
        )

    def _new(self, settings: SectionSettings) -> Section:
        """A section that the issue did not have, for want of anything to show."""
        section = self._rewrite(Section(settings=settings))
        title = self._filler.fill(settings.title, count_of(section))
        return section.model_copy(update={"title": title})

    @property
    def _filler(self) -> pattern.Filler:
        old = self.old
        facts = pattern.facts_of(
            old.settings, old.name, old.day, old.window.start, old.number, len(old.news())
        )
        return pattern.Filler(facts, self.publication)

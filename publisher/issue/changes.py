"""What an edit of a published thing is: a correction, a translation, a rename, or another edit.

A correction (the list of corrections grew) and a translation (a language that was missing) become
revisions; any other edit changes nothing that was published, and `check` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from publisher.content.entry import Correction, Entry
from publisher.content.issue_file import IssueFile
from publisher.issue.issue import Issue, RevisionKind, Section
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
    return {name: _open(getattr(model, name)) for name in type(model).model_fields}


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
    """What became of an issue's written parts."""

    kind: RevisionKind | None
    issue: Issue
    is_edited: bool


def issue_change(old: Issue, written: IssueFile) -> IssueChange:
    """Compare the written parts of a frozen issue with what its file says now.

    Which entries it carries never changes: only texts, references and corrections can.
    """
    parts = {section.settings.id: section for section in old.sections}
    now = old.model_copy(
        update={
            "sections": [_rewritten(each, written) for each in parts.values()],
            "references": written.references,
            "corrections": written.corrections,
            "window": old.window.model_copy(
                update={"note": written.window.note if written.window else None}
            ),
        }
    )
    if _grew(old.corrections, now.corrections):
        return IssueChange("correction", now, is_edited=False)
    gained = with_gained_texts(old, now)
    if gained != old:
        return IssueChange("translation", gained, is_edited=gained != now)
    return IssueChange(None, old, is_edited=old != now)


def _rewritten(section: Section, written: IssueFile) -> Section:
    part = written.sections.get(section.settings.id)
    text = part.text if part else None
    items = part.items if part else []
    return section.model_copy(update={"text": text, "items": items})

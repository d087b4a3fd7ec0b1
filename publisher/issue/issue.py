"""The issue as it is assembled and frozen, and the entries it refers to.

These models are the format of the archive: a field may be added, never renamed or dropped, and
what an older version wrote must always be read (tests/archive keeps samples of each version).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from publisher.config.bulletin import Bulletin, SectionSettings
from publisher.config.model import Frozen
from publisher.config.publication import Kind
from publisher.content.entry import Correction, Entry, Source
from publisher.language import Localized

FORMAT = 1


class Reason(StrEnum):
    """Why a candidate is in an issue, or out of it."""

    LISTED = "listed"  # in: named by the issue file
    SELECTED = "selected"  # in: taken by a section
    LATE = "late"  # in: filed before the window, and not carried until now
    CAP = "cap"  # out, for good: the section was full
    DUPLICATE = "duplicate"  # out, for good: another entry tells it
    EXCLUDED = "excluded"  # out, for good: by the issue file
    REJECTED = "rejected"  # out: an earlier issue dropped it for good
    CARRIED = "carried"  # out: an earlier issue carried it
    UNSELECTED = "unselected"  # out: no section takes it
    EMBARGO = "embargo"  # out: not before a time
    DRAFT = "draft"  # out: not ready
    BROKEN = "broken"  # out: the file has an error
    MISSING = "missing"  # out: a translation is missing, and the bulletin holds such entries

    @property
    def is_in(self) -> bool:
        """Whether the entry stands in the issue."""
        return self in (Reason.LISTED, Reason.SELECTED, Reason.LATE)

    @property
    def is_final(self) -> bool:
        """Whether the entry will never come back by itself in this bulletin."""
        return self in (Reason.CAP, Reason.DUPLICATE, Reason.EXCLUDED)


class Candidate(Frozen):
    """An entry that was looked at, and what was decided."""

    entry: str
    reason: Reason
    section: str | None = None
    detail: str = ""


class Placed(Frozen):
    """An entry in its place: which revision, and which entries elsewhere tell the same."""

    entry: str
    revision: int = 1
    see_also: list[str] = []


class Section(Frozen):
    """A block of the issue, with its settings of that day."""

    settings: SectionSettings
    title: Localized | None = None
    text: Localized | None = None
    items: list[Localized] = []
    entries: list[Placed] = []


class Window(Frozen):
    """The days that the issue covers, both inclusive."""

    start: dt.date
    end: dt.date
    note: Localized | None = None


class CorrectionNotice(Frozen):
    """A correction of something that an earlier issue carried."""

    entry: str
    title: Localized
    correction: Correction


class Issue(Frozen):
    """One dated number of a bulletin, complete but for themes and interface strings."""

    bulletin: str
    name: str
    number: int
    slot: dt.datetime
    day: dt.date
    time_zone: str
    window: Window
    title: Localized
    subject: Localized
    subtitle: Localized | None = None
    preheader: Localized
    lead: str | None = None
    sections: list[Section] = []
    references: list[Source] = []
    notices: list[CorrectionNotice] = []
    corrections: list[Correction] = []
    candidates: list[Candidate] = []
    settings: Bulletin
    kinds: dict[str, Kind] = {}

    @property
    def id(self) -> str:
        """``<bulletin>/<issue>``: the stable part of its feed id."""
        return f"{self.bulletin}/{self.name}"

    def placed(self) -> list[Placed]:
        """Every entry it carries, in reading order."""
        return [each for section in self.sections for each in section.entries]


RevisionKind = Literal["first", "correction", "translation", "rename"]


class Revision(Frozen):
    """What revisions of entries and issues share: `at` is when this one came.

    A translation is news only to the readers of its languages: `gained` says when each of them
    came, and `unless_gained` when the others last had something new, where that was before `at`.
    """

    format: int = FORMAT
    revision: int
    kind: RevisionKind = "first"
    published: dt.datetime
    at: dt.datetime
    unless_gained: dt.datetime | None = None
    gained: dict[str, dt.datetime] | None = None

    def updated_in(self, languages: Iterable[str]) -> dt.datetime:
        """When readers of these languages last got something new."""
        gained = self.gained or {}
        return max([self.unless_gained or self.at, *(gained[k] for k in languages if k in gained)])


class EntryRevision(Revision):
    """An entry as it was frozen, `published` with its first issue.

    `identity` is the id under which it was first published, where its file has been renamed since.
    """

    identity: str | None = None
    entry: Entry

    @property
    def id(self) -> str:
        """What the entry is known by for ever: in feeds, in issues, in the archive."""
        return self.identity or self.entry.id


class IssueRevision(Revision):
    """An issue as it was frozen; the first revision is the commit point of publishing."""

    commit: str | None = None
    reproducible: bool = True
    issue: Issue

"""The issue as it is assembled and frozen, and the entries it refers to.

These models are the format of the archive: a field may be added, never renamed or dropped, and
what an older version wrote must always be read (tests/archive keeps samples of each version).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from publisher.config.bulletin import Bulletin
from publisher.config.model import Frozen
from publisher.config.publication import Kind
from publisher.config.section import Block, SectionSettings
from publisher.content.entry import Correction, Entry, Source
from publisher.content.table import Table
from publisher.language import Localized

FORMAT = 1

# Blocks that are made from their settings, or from what stands in the other sections.
GENERATED: tuple[Block, ...] = (
    "contents", "list-of-tables", "references", "key-points", "corrections", "people", "qr-codes",
)  # fmt: skip


class Reason(StrEnum):
    """Why a candidate is in an issue, or out of it."""

    LISTED = "listed"  # in: named by the issue file
    SELECTED = "selected"  # in: taken by a section
    LATE = "late"  # in: filed before the window, and not carried until now
    UPCOMING = "upcoming"  # in: a date that is not over yet, again in every issue until it is
    CAP = "cap"  # out, for good: the section was full
    DUPLICATE = "duplicate"  # out, for good: another entry tells it
    EXCLUDED = "excluded"  # out, for good: by the issue file
    REJECTED = "rejected"  # out: an earlier issue dropped it for good
    CARRIED = "carried"  # out: an earlier issue carried it
    UNSELECTED = "unselected"  # out: no section takes it
    EMBARGO = "embargo"  # out: not before a time
    DRAFT = "draft"  # out: not ready
    BROKEN = "broken"  # out: the file has an error
    TAKEN_DOWN = "taken-down"  # out, for ever: by law
    MISSING = "missing"  # out: a translation is missing, and the bulletin holds such entries
    OVER = "over"  # out of a calendar: the date is over by the day of the issue
    DISTANT = "distant"  # out of a calendar: it is further ahead than the calendar looks
    FULL = "full"  # out of a calendar: earlier dates fill it

    @property
    def is_in(self) -> bool:
        """Whether the entry stands in the issue."""
        return self in (Reason.LISTED, Reason.SELECTED, Reason.LATE, Reason.UPCOMING)

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


class Removed(Frozen):
    """Where an entry stood that was taken down by law, among all that the section had, and when."""

    place: int
    day: dt.date


class Related(Frozen):
    """Something of one's own to read beside the issue: an earlier issue, or written by hand.

    `issue` is ``<bulletin>/<issue>`` of one in the archive.
    """

    title: Localized
    day: dt.date
    issue: str | None = None
    url: str | None = None


class Image(Frozen):
    """An image of the issue: its file among the blobs of the archive, and its size in px."""

    blob: str
    width: int
    height: int


class Section(Frozen):
    """A block of the issue, with its settings of that day."""

    settings: SectionSettings
    title: Localized | None = None
    text: Localized | None = None
    items: list[Localized] = []
    entries: list[Placed] = []
    table: Table | None = None
    related: list[Related] = []
    images: dict[str, Image] = {}
    removed: list[Removed] | None = None  # the key is in no file of an issue that lost nothing

    def places(self) -> list[Placed | Removed]:
        """The entries in order, and where something was taken down between them."""
        found: list[Placed | Removed] = [*self.entries]
        for each in sorted(self.removed or (), key=lambda each: each.place):
            found.insert(each.place, each)
        return found

    @property
    def is_calendar(self) -> bool:
        """Whether it shows coming dates, which come again and count as no news."""
        return self.settings.block == "calendar"

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing to show; what is generated from the others is never empty."""
        own = self.text, self.items, self.entries, self.table, self.related, self.removed
        return self.settings.block not in GENERATED and not any(own)


class Window(Frozen):
    """The days that the issue covers, both inclusive.

    `takes_over` names the issues before it that had too few entries, whose days it covers, too.
    """

    start: dt.date
    end: dt.date
    note: Localized | None = None
    takes_over: list[str] | None = None


class CorrectionNotice(Frozen):
    """A correction of an entry that an earlier issue carried, or of an earlier issue itself.

    `issue` is ``<bulletin>/<issue>``.
    """

    entry: str | None = None
    issue: str | None = None
    title: Localized
    correction: Correction


class Issue(Frozen):
    """One dated number of a bulletin, complete but for themes and interface strings.

    A one-off issue, which comes beside those of the schedule, has no `number`.
    """

    bulletin: str
    name: str
    number: int | None = None
    slot: dt.datetime
    day: dt.date
    time_zone: str
    window: Window
    title: Localized
    subject: Localized
    subtitle: Localized | None = None
    preheader: Localized
    lead: str | None = None
    facts: dict[str, Localized] = {}
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
        """Every entry it shows, in reading order; one that is also in a calendar stands twice."""
        return [each for section in self.sections for each in section.entries]

    def news(self) -> list[Placed]:
        """The entries that it carries as news: all but those of its calendars."""
        return [each for one in self.sections if not one.is_calendar for each in one.entries]

    def dates(self) -> list[Placed]:
        """The entries that its calendars show."""
        return [each for one in self.sections if one.is_calendar for each in one.entries]

    def dropped(self) -> list[Candidate]:
        """The candidates that will never come back by themselves.

        A one-off issue takes nothing from the others but what it carries.  A calendar drops none:
        of its dates only those are out for good that were excluded.
        """
        if self.number is None:
            return []
        calendars = {each.id for each in self.settings.sections if each.block == "calendar"}
        return [
            one
            for one in self.candidates
            if one.reason.is_final
            and (one.section not in calendars or one.reason is Reason.EXCLUDED)
        ]


RevisionKind = Literal["first", "correction", "translation", "rename", "takedown"]


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

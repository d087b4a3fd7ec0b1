"""Which entries an issue carries, and why the others are out.

The order of decisions: which entries are in reach, which of them may not come, what the issue
file lists, what the sections take of the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from publisher.config.addresses import normal_url
from publisher.config.bulletin import Bulletin
from publisher.config.publication import Publication
from publisher.config.section import Select
from publisher.content.entry import Entry, filed_day
from publisher.content.issue_file import IssueFile, ListedEntry, SectionPart
from publisher.issue.issue import Candidate, CorrectionNotice, EntryRevision, Reason, Window


@dataclass(frozen=True, slots=True)
class History:
    """What was published before: of this bulletin, but for `frozen`, which is of all."""

    carried: Mapping[str, str] = field(default_factory=dict)
    rejected: Mapping[str, str] = field(default_factory=dict)
    issues: int = 0
    frozen: Mapping[str, EntryRevision] = field(default_factory=dict)
    notices: tuple[CorrectionNotice, ...] = ()


@dataclass(frozen=True, slots=True)
class Pool:
    """The content there is: entries that can be read, and what is wrong with the others."""

    entries: Mapping[str, Entry]
    broken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """The issue that is asked for: whose it is, when it comes out, what it covers."""

    publication: Publication
    slug: str
    bulletin: Bulletin
    name: str
    written: IssueFile
    window: Window
    slot: dt.datetime
    day: dt.date
    is_written: bool = True  # whether there is an issue file

    def part(self, section: str) -> SectionPart:
        """What the issue file says for a section."""
        return self.written.sections.get(section) or SectionPart()


class Choice:
    """The decisions about one issue, in the order in which they are made."""

    def __init__(self, order: Order, pool: Pool, history: History) -> None:
        self.order, self.pool, self.history = order, pool, history
        bulletin, publication = order.bulletin, order.publication
        self.languages = {
            key
            for name in bulletin.editions or publication.editions
            for key in publication.editions[name].languages
        }
        self.sections: dict[str, list[Entry]] = {
            each.id: [] for each in bulletin.sections if each.block == "entries"
        }
        self.decided: dict[str, Candidate] = {}
        self.remarks: list[str] = []

    @property
    def broken(self) -> list[str]:
        """The candidates whose files have an error."""
        return [one.entry for one in self.decided.values() if one.reason is Reason.BROKEN]

    def carried(self) -> list[Entry]:
        """Every entry that is in as news, in reading order."""
        return [entry for section in self.sections.values() for entry in section]

    def decide(self) -> None:
        """Decide about every candidate."""
        listed = self._listed()
        ids = [each for each in self._in_reach() if each not in listed]
        for entry_id, (section, pin) in listed.items():
            self._place_listed(entry_id, section, pin)
        rest = [entry for each in ids if (entry := self._eligible(each)) is not None]
        for entry in sorted(rest, key=_rank):
            self._offer(entry)

    def _listed(self) -> dict[str, tuple[str, ListedEntry]]:
        return {
            pin.id: (section, pin)
            for section in self.sections
            for pin in self.order.part(section).entries
        }

    def _in_reach(self) -> Iterator[str]:
        """Entries filed in the window, and late ones of the days before it.

        Late ones belong to the issues of the schedule: a one-off covers what it says.
        """
        written = self.order.written
        if written.lists_all:
            return
        late_days = 0 if written.is_one_off else self.order.bulletin.late_days
        first = self.order.window.start - dt.timedelta(days=late_days)
        for entry_id in sorted({*self.pool.entries, *self.pool.broken}):
            if first <= filed_day(entry_id) <= self.order.window.end:
                yield entry_id

    def entry(self, entry_id: str) -> Entry | None:
        """What is published counts; an edit of the file since then is no correction."""
        frozen = self.history.frozen.get(entry_id)
        found = frozen.entry if frozen else self.pool.entries.get(entry_id)
        if found is None or found.id == entry_id:
            return found
        # Renamed since it was published: issues know it by its first id.
        return found.model_copy(update={"id": entry_id})

    def _drop(self, entry_id: str, reason: Reason, detail: str = "", section: str = "") -> None:
        self.decided[entry_id] = Candidate(
            entry=entry_id, reason=reason, detail=detail, section=section or None
        )

    def hindrance(self, entry_id: str) -> tuple[Reason, str] | None:
        """Why an entry cannot come whatever a section or the issue file says."""
        entry = self.entry(entry_id)
        if entry_id in self.pool.broken and entry_id not in self.history.frozen:
            return Reason.BROKEN, self.pool.broken[entry_id]
        if entry is None:
            return Reason.BROKEN, "there is no such entry"
        if entry.draft:
            return Reason.DRAFT, "draft: true"
        if entry.embargo is not None and entry.embargo > self.order.slot:
            return Reason.EMBARGO, f"not before {entry.embargo.isoformat(timespec='minutes')}"
        absent = sorted(self.languages - set(entry.title))
        if self.order.bulletin.missing == "hold" and absent:
            return Reason.MISSING, f"no title in {', '.join(absent)}"
        return None

    def _eligible(self, entry_id: str) -> Entry | None:
        hindrance = self.hindrance(entry_id)
        if entry_id in self.order.written.exclude:
            hindrance = Reason.EXCLUDED, "by the issue file"
        elif issue := self.history.carried.get(entry_id):
            hindrance = Reason.CARRIED, f"in {issue}"
        elif why := self.history.rejected.get(entry_id):
            hindrance = Reason.REJECTED, why
        if hindrance is not None:
            self._drop(entry_id, *hindrance)
            return None
        return self.entry(entry_id)

    def _place_listed(self, entry_id: str, section: str, pin: ListedEntry) -> None:
        hindrance = self.hindrance(entry_id)
        issue = self.history.carried.get(entry_id)
        if hindrance is None and issue and not pin.again:
            hindrance = Reason.CARRIED, f"in {issue}; “again: true” would carry it once more"
        entry = self.entry(entry_id)
        if hindrance is not None or entry is None:
            reason, detail = hindrance or (Reason.BROKEN, "there is no such entry")
            self._drop(entry_id, reason, detail, section)
            self.remarks.append(f"{entry_id} is listed in “{section}” and left out: {detail}")
            return
        self.sections[section].append(entry)
        self._drop(entry_id, Reason.LISTED, section=section)

    def _offer(self, entry: Entry) -> None:
        """Offer an entry to each section in turn; a full one passes it on."""
        full = ""
        for settings in self.order.bulletin.sections:
            if settings.id not in self.sections or not takes(settings.select, entry):
                continue
            if self.order.part(settings.id).only:
                continue
            inside = self.sections[settings.id]
            if same := next((each for each in inside if is_duplicate(each, entry)), None):
                self._drop(entry.id, Reason.DUPLICATE, f"of {same.id}", settings.id)
                return
            if settings.max is not None and len(inside) >= settings.max:
                full = full or settings.id
                continue
            inside.append(entry)
            late = entry.filed < self.order.window.start
            self._drop(entry.id, Reason.LATE if late else Reason.SELECTED, section=settings.id)
            return
        if full:
            most = self.order.bulletin.section(full)
            self._drop(entry.id, Reason.CAP, f"max: {most.max if most else ''}", full)
        else:
            self._drop(entry.id, Reason.UNSELECTED, self._unselected(entry))

    def _unselected(self, entry: Entry) -> str:
        told = "no section takes it"
        for settings in self.order.bulletin.sections:
            if settings.block == "calendar" and takes(settings.select, entry):
                return f"{told}; the calendar “{settings.id}” would, with a date under happened:"
        return told


def _rank(entry: Entry) -> tuple[int, int, str]:
    """Important first, then new, then by id."""
    return -entry.importance, -entry.filed.toordinal(), entry.id


def takes(select: Select | None, entry: Entry) -> bool:
    """Whether a section that selects so takes an entry."""
    if select is None:
        return False
    return (
        (not select.kinds or entry.kind in select.kinds)
        and (not select.tags or bool(set(select.tags) & set(entry.tags)))
        and entry.importance >= select.min_importance
    )


def is_duplicate(one: Entry, other: Entry) -> bool:
    """Whether two entries tell the same: the same story, or the same first source."""
    if one.story and one.story == other.story:
        return True
    first, second = (next((s.url for s in each.sources[:1]), None) for each in (one, other))
    return bool(first and second and normal_url(first) == normal_url(second))

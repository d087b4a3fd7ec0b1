"""What goes into an issue, and why: a pure function of content, history and the slot.

The order of decisions is the order of this file: which entries are looked at, which of them may
not come, what the issue file lists, what the sections take of the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from publisher.config.bulletin import Bulletin, SectionSettings, Select
from publisher.config.publication import Publication
from publisher.content.entry import Entry, filed_day
from publisher.content.issue_file import IssueFile, ListedEntry, SectionPart
from publisher.errors import ContentError, NothingToPublish
from publisher.issue import pattern
from publisher.issue.issue import (
    Candidate,
    CorrectionNotice,
    EntryRevision,
    Issue,
    Placed,
    Reason,
    Section,
    Window,
)
from publisher.issue.window import day_of, period_of, slot_of
from publisher.issue.rhythm import rhythm_of
from publisher.language import Localized


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
class Assembled:
    """An issue that is ready to be frozen, the entries it carries, and what an editor should know."""

    issue: Issue
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...] = ()


def assemble(
    publication: Publication,
    slug: str,
    bulletin: Bulletin,
    name: str,
    *,
    pool: Pool,
    history: History = History(),
    issue_file: IssueFile | None = None,
) -> Assembled:
    """Assemble the issue `name` of the bulletin `slug`, as of its slot.

    Raises ContentError where a section that must not be empty is, or where a strict bulletin
    meets a broken entry; NothingToPublish where no entry and no issue file is there.
    """
    rhythm = rhythm_of(bulletin, publication)
    slot = slot_of(rhythm, name)
    written = issue_file or IssueFile()
    window = _window(written, period_of(rhythm, name).start, period_of(rhythm, name).end)
    choice = _Choice(publication, bulletin, written, pool, history, window, slot)
    choice.decide()
    if bulletin.strict and choice.broken:
        raise ContentError(
            f"{slug} {name} is strict, and {len(choice.broken)} entry of its window is broken: "
            + ", ".join(choice.broken),
            "mend it, or set strict: false to publish without it",
        )
    carried = choice.carried()
    if not carried and issue_file is None:
        raise NothingToPublish(
            f"{slug} {name} has no entry between {window.start} and {window.end}",
            "nothing to do; it is skipped",
        )
    _refuse_empty_sections(slug, name, bulletin, choice, window)
    return _complete(
        publication, slug, bulletin, name, written, history, window, slot,
        day_of(rhythm, name), choice, carried,
    )  # fmt: skip


def _window(written: IssueFile, start: dt.date, end: dt.date) -> Window:
    over = written.window
    if over is None:
        return Window(start=start, end=end)
    return Window(start=over.first or start, end=over.last or end, note=over.note)


class _Choice:
    """The decisions about one issue, in the order in which they are made."""

    def __init__(
        self,
        publication: Publication,
        bulletin: Bulletin,
        written: IssueFile,
        pool: Pool,
        history: History,
        window: Window,
        slot: dt.datetime,
    ) -> None:
        self.bulletin, self.written, self.history = bulletin, written, history
        self.window, self.slot, self.pool = window, slot, pool
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
        """Every entry that is in, in reading order."""
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
            for pin in self._part(section).entries
        }

    def _part(self, section: str) -> SectionPart:
        return self.written.sections.get(section) or SectionPart()

    def _in_reach(self) -> Iterator[str]:
        """Entries filed in the window, and late ones of the days before it."""
        first = self.window.start - dt.timedelta(days=self.bulletin.late_days)
        for entry_id in sorted({*self.pool.entries, *self.pool.broken}):
            if first <= filed_day(entry_id) <= self.window.end:
                yield entry_id

    def _entry(self, entry_id: str) -> Entry | None:
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

    def _hindrance(self, entry_id: str) -> tuple[Reason, str] | None:
        """Why an entry cannot come whatever a section or the issue file says."""
        entry = self._entry(entry_id)
        if entry_id in self.pool.broken and entry_id not in self.history.frozen:
            return Reason.BROKEN, self.pool.broken[entry_id]
        if entry is None:
            return Reason.BROKEN, "there is no such entry"
        if entry.draft:
            return Reason.DRAFT, "draft: true"
        if entry.embargo is not None and entry.embargo > self.slot:
            return Reason.EMBARGO, f"not before {entry.embargo.isoformat(timespec='minutes')}"
        absent = sorted(self.languages - set(entry.title))
        if self.bulletin.missing == "hold" and absent:
            return Reason.MISSING, f"no title in {', '.join(absent)}"
        return None

    def _eligible(self, entry_id: str) -> Entry | None:
        hindrance = self._hindrance(entry_id)
        if entry_id in self.written.exclude:
            hindrance = Reason.EXCLUDED, "by the issue file"
        elif issue := self.history.carried.get(entry_id):
            hindrance = Reason.CARRIED, f"in {issue}"
        elif why := self.history.rejected.get(entry_id):
            hindrance = Reason.REJECTED, why
        if hindrance is not None:
            self._drop(entry_id, *hindrance)
            return None
        return self._entry(entry_id)

    def _place_listed(self, entry_id: str, section: str, pin: ListedEntry) -> None:
        hindrance = self._hindrance(entry_id)
        issue = self.history.carried.get(entry_id)
        if hindrance is None and issue and not pin.again:
            hindrance = Reason.CARRIED, f"in {issue}; “again: true” would carry it once more"
        entry = self._entry(entry_id)
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
        for settings in self.bulletin.sections:
            if settings.id not in self.sections or not _takes(settings.select, entry):
                continue
            if self._part(settings.id).only:
                continue
            inside = self.sections[settings.id]
            if same := next((each for each in inside if is_duplicate(each, entry)), None):
                self._drop(entry.id, Reason.DUPLICATE, f"of {same.id}", settings.id)
                return
            if settings.max is not None and len(inside) >= settings.max:
                full = full or settings.id
                continue
            inside.append(entry)
            late = entry.filed < self.window.start
            self._drop(entry.id, Reason.LATE if late else Reason.SELECTED, section=settings.id)
            return
        if full:
            most = self.bulletin.section(full)
            self._drop(entry.id, Reason.CAP, f"max: {most.max if most else ''}", full)
        else:
            self._drop(entry.id, Reason.UNSELECTED, "no section takes it")


def _rank(entry: Entry) -> tuple[int, int, str]:
    """Important first, then new, then by id."""
    return -entry.importance, -entry.filed.toordinal(), entry.id


def _takes(select: Select | None, entry: Entry) -> bool:
    if select is None:
        return False
    return (
        (not select.kinds or entry.kind in select.kinds)
        and (not select.tags or bool(set(select.tags) & set(entry.tags)))
        and entry.importance >= select.min_importance
    )


def normal_url(url: str) -> str:
    """An address without what does not change the page: scheme, www, case of the host, tracking.

    Two entries whose first sources agree in it tell the same event.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    query = "&".join(
        sorted(each for each in parts.query.split("&") if each and not each.startswith("utm_"))
    )
    return urlunsplit(("", host, parts.path.rstrip("/"), query, ""))


def is_duplicate(one: Entry, other: Entry) -> bool:
    """Whether two entries tell the same: the same story, or the same first source."""
    if one.story and one.story == other.story:
        return True
    first, second = (next((s.url for s in each.sources[:1]), None) for each in (one, other))
    return bool(first and second and normal_url(first) == normal_url(second))


def _refuse_empty_sections(
    slug: str, name: str, bulletin: Bulletin, choice: _Choice, window: Window
) -> None:
    for settings in bulletin.sections:
        if settings.block == "entries" and not settings.optional and not choice.sections[settings.id]:
            raise ContentError(
                f"the section “{settings.id}” of {slug} {name} selects nothing: "
                f"{_describe(settings)} filed between {window.start} and {window.end}",
                f"add one, list entries in content/issues/{slug}/{name}.yaml, "
                "or give the section “optional: true”; "
                f"`publisher explain {slug} {name}` says why each entry is out",
            )


def _describe(settings: SectionSettings) -> str:
    select = settings.select or Select()
    what = "no entry" + (f" of kind {' or '.join(select.kinds)}" if select.kinds else "")
    if select.tags:
        what += f" tagged {' or '.join(select.tags)}"
    if select.min_importance > 1:
        what += f" of importance {select.min_importance} or more"
    return what


def _complete(
    publication: Publication,
    slug: str,
    bulletin: Bulletin,
    name: str,
    written: IssueFile,
    history: History,
    window: Window,
    slot: dt.datetime,
    day: dt.date,
    choice: _Choice,
    carried: Sequence[Entry],
) -> Assembled:
    number = bulletin.first_number + history.issues
    lead = next((each for each in carried if each.id == written.lead), None)
    if written.lead and lead is None:
        choice.remarks.append(f"the lead {written.lead} is not in the issue")
    lead = lead or next(iter(carried), None)
    facts = pattern.Facts(
        bulletin.name,
        name,
        day,
        window.start if "W" in name or len(name) == 7 else day,
        number,
        _headline(lead) if lead else bulletin.name,
        len(carried),
    )

    def fill(text: Localized | None, count: int = len(carried)) -> Localized | None:
        if text is None:
            return None
        return pattern.fill(text, _with_count(facts, count), publication)

    title = fill(written.title or bulletin.title or _default_title(publication))
    issue = Issue(
        bulletin=slug,
        name=name,
        number=number,
        slot=slot,
        day=day,
        time_zone=str(bulletin.time_zone or publication.time_zone),
        window=window,
        title=title or bulletin.name,
        subject=fill(written.subject or bulletin.subject) or title or bulletin.name,
        subtitle=fill(written.subtitle or bulletin.subtitle),
        preheader=fill(written.preheader or bulletin.preheader) or _preheader(publication, [each for each in carried if each is not lead]),
        lead=lead.id if lead else None,
        sections=[
            _section(each, choice, fill) for each in bulletin.sections if _has_text(each, choice)
        ],
        references=written.references,
        notices=list(history.notices),
        corrections=written.corrections,
        candidates=sorted(choice.decided.values(), key=lambda one: one.entry),
        settings=bulletin,
        kinds={key: kind for key, kind in publication.kinds.items()
               if any(each.kind == key for each in carried)},
    )  # fmt: skip
    return Assembled(issue, tuple(carried), tuple(choice.remarks))


def _with_count(facts: pattern.Facts, count: int) -> pattern.Facts:
    return pattern.Facts(
        facts.bulletin, facts.issue, facts.day, facts.covers, facts.number, facts.lead, count
    )


def _headline(entry: Entry) -> Localized:
    """The short title where a language has one, else its title."""
    return Localized({**entry.title, **(entry.short_title or {})})


def _default_title(publication: Publication) -> Localized:
    return Localized({key: "{bulletin} · {date}" for key in publication.languages})


def _preheader(publication: Publication, carried: Iterable[Entry]) -> Localized:
    # The lead is in the subject already.
    first = list(carried)[:3]
    return Localized(
        {
            key: " · ".join(_headline(each).resolve([key])[1] for each in first)
            for key in publication.languages
        }
    )


def _has_text(settings: SectionSettings, choice: _Choice) -> bool:
    part = choice._part(settings.id)
    return bool(
        {"prose": part.text, "list": part.items}.get(settings.block)
        or choice.sections.get(settings.id)
    )


def _section(settings: SectionSettings, choice: _Choice, fill) -> Section:  # type: ignore[no-untyped-def]
    part, entries = choice._part(settings.id), choice.sections.get(settings.id, [])
    elsewhere = [
        each for key, others in choice.sections.items() if key != settings.id for each in others
    ]
    return Section(
        settings=settings,
        title=fill(settings.title, len(entries) or len(part.items)),
        text=part.text,
        items=part.items,
        entries=[
            Placed(
                entry=each.id,
                revision=_revision(choice.history, each.id),
                see_also=[other.id for other in elsewhere if is_duplicate(each, other)],
            )
            for each in entries
        ],
    )


def _revision(history: History, entry_id: str) -> int:
    frozen = history.frozen.get(entry_id)
    return frozen.revision if frozen else 1

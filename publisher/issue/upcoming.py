"""The calendars of an issue: dates that are not over yet, again in every issue until they are.

A calendar and the sections of entries take nothing from each other: a date may be in both, and
that it stood in a calendar does not count as having been carried.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.config.section import SectionSettings
from publisher.content.entry import Entry, filed_day
from publisher.content.when import When
from publisher.issue.choose import Choice, takes
from publisher.issue.issue import Candidate, Reason


@dataclass(frozen=True, slots=True)
class Calendars:
    """The entries of each calendar by its section's id, and what was decided of the candidates."""

    sections: dict[str, list[Entry]]
    candidates: tuple[Candidate, ...]

    def entries(self) -> list[Entry]:
        """Every date that is shown."""
        return [entry for section in self.sections.values() for entry in section]

    @property
    def broken(self) -> list[Candidate]:
        """The candidates whose files have an error."""
        return [one for one in self.candidates if one.reason is Reason.BROKEN]


def calendars(choice: Choice) -> Calendars:
    """Fill the calendars of the issue whose news were chosen; a date stands in one of them.

    An issue that lists all its entries has none.
    """
    if choice.order.written.lists_all:
        return Calendars({}, ())
    decided: dict[str, Candidate] = {}
    sections: dict[str, list[Entry]] = {}
    known = sorted({*choice.pool.entries, *choice.pool.broken, *choice.history.frozen})
    reach = [each for each in known if filed_day(each) <= choice.order.window.end]
    for settings in choice.order.bulletin.sections:
        if settings.block == "calendar":
            left = [each for each in reach if not _is_in(decided.get(each))]
            made = _Calendar(choice, settings)
            decided |= {one.entry: one for one in made.decide(left)}
            sections[settings.id] = made.dates
    return Calendars(sections, tuple(decided.values()))


def _is_in(candidate: Candidate | None) -> bool:
    return candidate is not None and candidate.reason.is_in


class _Calendar:
    """The decisions about one calendar."""

    def __init__(self, choice: Choice, settings: SectionSettings) -> None:
        self.choice, self.settings = choice, settings
        self.dates: list[Entry] = []

    def decide(self, ids: list[str]) -> Iterator[Candidate]:
        """Decide about each that the calendar would take, the earliest date first."""
        coming: list[tuple[When, Entry]] = []
        for entry_id in ids:
            entry = self.choice.entry(entry_id)
            if entry is None:
                yield self._said(entry_id, Reason.BROKEN, self.choice.pool.broken[entry_id])
            elif takes(self.settings.select, entry) and entry.happened is not None:
                if (hindrance := self._hindrance(entry, entry.happened)) is not None:
                    yield self._said(entry_id, *hindrance)
                else:
                    coming.append((entry.happened, entry))
        yield from self._fill(sorted(coming, key=_by_date))

    def _hindrance(self, entry: Entry, happens: When) -> tuple[Reason, str] | None:
        order, horizon = self.choice.order, self.settings.horizon
        if happens.end <= order.day:
            return Reason.OVER, happens.written
        if entry.id in order.written.exclude:
            return Reason.EXCLUDED, "by the issue file"
        # What found an earlier section full may stand here; what was excluded may not.
        if (why := self.choice.history.rejected.get(entry.id, "")).startswith(Reason.EXCLUDED):
            return Reason.REJECTED, why
        if (hindrance := self.choice.hindrance(entry.id)) is not None:
            return hindrance
        if happens.start > order.day + dt.timedelta(days=horizon):
            return Reason.DISTANT, f"{happens.written}, horizon: {horizon}"
        return None

    def _fill(self, coming: list[tuple[When, Entry]]) -> Iterator[Candidate]:
        for happens, entry in coming:
            if self.settings.max is not None and len(self.dates) >= self.settings.max:
                detail = f"{happens.written}, max: {self.settings.max}"
                yield self._said(entry.id, Reason.FULL, detail)
            else:
                self.dates.append(entry)
                yield self._said(entry.id, Reason.UPCOMING, happens.written)

    def _said(self, entry_id: str, reason: Reason, detail: str) -> Candidate:
        return Candidate(entry=entry_id, reason=reason, section=self.settings.id, detail=detail)


def _by_date(date: tuple[When, Entry]) -> tuple[dt.date, dt.date, str]:
    happens, entry = date
    return happens.start, happens.end, entry.id

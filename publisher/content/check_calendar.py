"""Rules about coming events: those that no calendar can show, and those that are there twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from publisher.config.section import Select
from publisher.content.facts import Facts
from publisher.content.load import Frame, entry_path
from publisher.document import Problem

if TYPE_CHECKING:
    from publisher.content.check import Known

# Two entries with one title that are filed within this time are most likely one, told twice.
NEAR = dt.timedelta(days=14)


def check_calendars(frame: Frame, entries: Known) -> Iterator[Problem]:
    """What would be missing from calendars, or stand there twice."""
    calendars = list(_calendars(frame))
    yield from _without_date(frame, entries, calendars)
    yield from _twice(entries, [select for _, _, select in calendars])


def _calendars(frame: Frame) -> Iterator[tuple[str, str, Select]]:
    """Bulletin, section, and what the section selects."""
    for slug, bulletin in frame.bulletins.items():
        for section in bulletin.sections:
            if section.block == "calendar" and section.select:
                yield slug, section.id, section.select


def _takes(select: Select, entry: Facts) -> bool:
    return (
        (not select.kinds or entry.kind in select.kinds)
        and (not select.tags or bool(set(select.tags) & set(entry.tags)))
        and entry.importance >= select.min_importance
    )


def _without_date(
    frame: Frame, entries: Known, calendars: list[tuple[str, str, Select]]
) -> Iterator[Problem]:
    """Entries of a kind that only calendars ask for: without a date no reader ever sees them."""
    elsewhere = {
        kind
        for bulletin in frame.bulletins.values()
        for section in bulletin.sections
        if section.block == "entries" and section.select
        for kind in section.select.kinds
    }
    for entry in entries.entries.values():
        if entry.happened or entry.draft or entry.kind in elsewhere:
            continue
        for slug, section, select in calendars:
            if entry.kind in select.kinds and _takes(select, entry):
                yield entries.documents[entry_path(entry.id)].problem(
                    ("kind",),
                    f'the calendar "{section}" of {slug} never shows this entry: it has no date',
                    "add happened: 2026-05-13, or 2026-05 where only the month is known",
                    severity="warning",
                    code="no-date",
                )
                break


def _twice(entries: Known, selects: list[Select]) -> Iterator[Problem]:
    """The same event in two entries: a calendar has it twice, however long ago it was announced."""
    seen: dict[tuple[str, str, str], Facts] = {}
    for entry in entries.entries.values():
        is_shown = entry.happened and any(_takes(select, entry) for select in selects)
        if entry.draft or entry.happened is None or not is_shown:
            continue
        for key, text in entry.title.items():
            first = seen.setdefault((entry.happened.written, key, text.casefold()), entry)
            # Those that are filed near each other are reported for their title alone.
            if entry.filed - first.filed > NEAR:
                yield entries.documents[entry_path(entry.id)].problem(
                    ("title", key),
                    f"{first.id} has the same title and the same date",
                    "delete one of the two: a calendar shows both",
                    severity="warning",
                    code="same-event",
                )
                break


def are_two_events(one: Facts, other: Facts) -> bool:
    """Whether two entries of one title announce an event that comes twice."""
    pair = (one, other)
    is_announced = all(each.happened and each.happened.end > each.filed for each in pair)
    return is_announced and one.happened != other.happened

"""Rules about issue files that need the calendar, and about entries that tell the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from publisher.content.check import Known
from publisher.content.entry import filed_day
from publisher.content.facts import Facts
from publisher.content.issue_file import IssueFile
from publisher.content.load import Frame, entry_path
from publisher.content.one_off import is_one_off
from publisher.document import Document, Problem
from publisher.issue.rhythm import rhythm_of
from publisher.issue.timing import day_of_issue, slot_in
from publisher.issue.window import Rhythm, name_of

# The same address a year later is a page that is kept up to date, not the same story.
_NEAR = dt.timedelta(days=60)


def check_issues(frame: Frame, entries: Known) -> Iterator[Problem]:
    """The problems of issue files and entries that only the assembling of issues would show."""
    for slug, name in sorted((*frame.issue_files, *frame.broken_issue_files)):
        if slug not in frame.bulletins:
            continue
        rhythm = rhythm_of(frame.bulletins[slug], frame.publication)
        path = f"content/issues/{slug}/{name}.yaml"
        if problem := _misnamed(path, name, rhythm):
            yield problem
        elif (slug, name) in frame.issue_files:
            written, document = frame.issue_files[slug, name], frame.documents[path]
            if written.lead in entries.entries:
                yield from _lead(frame, slug, written, document)
            day, slot = day_of_issue(rhythm, name), slot_in(frame, slug, name)
            yield from _too_late(written, document, day, slot, entries.entries)
    yield from _same_source(entries)


def _misnamed(path: str, name: str, rhythm: Rhythm) -> Problem | None:
    """A file that no issue of the schedule looks for; of one-offs the file itself is the judge."""
    try:
        day_of_issue(rhythm, name)
    except ValueError as error:
        if is_one_off(name):
            return None
        what = str(error).partition("; ")[0]
        example = name_of(rhythm, dt.date(2026, 4, 13))
        remedy = f"rename the file, such as {example}.yaml"
        return Problem(path, 1, 1, what.replace("'", '"'), remedy, code="issue-name")
    return None


def _lead(frame: Frame, slug: str, written: IssueFile, document: Document) -> Iterator[Problem]:
    """Where the file lists all entries itself, the lead must be one of them."""
    if written.lead is None:
        return
    blocks = [each.id for each in frame.bulletins[slug].sections if each.block == "entries"]
    parts = [written.sections.get(each) for each in blocks]
    if not written.lists_all and not all(part is not None and part.only for part in parts):
        return
    listed = {one.id for part in parts if part for one in part.entries}
    if written.lead not in listed:
        yield document.problem(
            ("lead",),
            f"{written.lead} leads this issue, but stands in none of its sections",
            "list it in a section, or choose another lead",
            severity="warning",
            code="lead-not-listed",
        )


def _too_late(
    written: IssueFile,
    document: Document,
    day: dt.date,
    slot: dt.datetime,
    entries: Mapping[str, Facts],
) -> Iterator[Problem]:
    """Listed entries that cannot be out yet when the issue is."""
    for key, part in written.sections.items():
        for at, listed in enumerate(part.entries):
            entry = entries.get(listed.id)
            if entry and entry.embargo and entry.embargo > slot:
                what = (
                    f"{listed.id} is kept back until {entry.embargo:%Y-%m-%d %H:%M %z}, "
                    "after this issue is due, and would be left out"
                )
                remedy = "delete this line, or change the embargo"
            elif filed_day(listed.id) > day:
                what = f"{listed.id} is filed under a day after this issue ({day})"
                remedy = "look at the day; an issue carries what has happened"
            else:
                continue
            place = ("sections", key, "entries", at)
            yield document.problem(place, what, remedy, severity="warning", code="listed-too-late")


def _same_source(entries: Known) -> Iterator[Problem]:
    """Two entries with the same first source: an issue would drop one of them as a duplicate."""
    seen: dict[str, Facts] = {}
    for entry in entries.entries.values():
        if entry.source is None:
            continue
        earlier = seen.get(entry.source)
        seen[entry.source] = entry
        if earlier is None or entry.filed - earlier.filed > _NEAR:
            continue
        if entry.story is None or entry.story != earlier.story:
            yield entries.documents[entry_path(entry.id)].problem(
                ("sources", 0, "url"),
                f"{earlier.id} has the same first source",
                "if it is the same news, delete one of the two; if it is a follow-up, "
                "give both the same story: or put another source first",
                severity="warning",
                code="same-source",
            )

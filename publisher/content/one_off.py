"""One-off issues: a name that says the day, and a file that says the time and what is in it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from publisher.config.addresses import SLUG
from publisher.config.bulletin import Bulletin
from publisher.config.publication import Publication
from publisher.content.issue_file import IssueFile
from publisher.content.remedy import at_name
from publisher.document import Document, Problem

_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-(.*)")
# As all names of issues have it (`publisher.issue.window`).
_FIRST_YEAR, _LAST_YEAR = "1000", "9998"
# The name of an issue has 40 characters at most, and the day takes eleven of them.
_LONGEST = 29
_EXAMPLE = "launch"


def is_one_off(name: str) -> bool:
    """Whether a name is meant for a one-off issue: a day and something behind it.

    No other issue is called so, and no other page of a bulletin: those are years of four digits,
    folders below them, and words.
    """
    return _NAME.fullmatch(name) is not None


def one_off_day(name: str) -> dt.date:
    """The day that the name of a one-off issue says, in the zone of its bulletin.

    Raises ValueError for what is not the name of one.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        example = f"2026-05-03-{_EXAMPLE}"
        raise ValueError(f"{name!r} is not the name of a one-off issue; write it like {example}")
    written, word = match.groups()
    if fault := _fault(word):
        raise ValueError(f"the word behind the day in {name!r} {fault}; {_example(name)}")
    try:
        day = dt.date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"there is no day {written} in the calendar; {_example(name)}") from None
    if not _FIRST_YEAR <= written[:4] <= _LAST_YEAR:
        years = f"the years {_FIRST_YEAR} to {_LAST_YEAR}"
        raise ValueError(f"{name!r} lies outside {years}; write it like 2026-05-03-{_EXAMPLE}")
    return day


def _fault(word: str) -> str:
    if not SLUG.fullmatch(word):
        return "is not made of a-z, 0-9 and single hyphens"
    if not re.search("[a-z]", word):
        return "has no letter"
    return f"has more than {_LONGEST} characters" if len(word) > _LONGEST else ""


def _example(name: str) -> str:
    """An example; where the day is no day, another one."""
    try:
        day = dt.date.fromisoformat(name[:10])
    except ValueError:
        day = dt.date(2026, 5, 3)
    return f"write it like {day}-{_EXAMPLE}"


def check_name(document: Document) -> Iterator[Problem]:
    """A file that is meant for a one-off issue has the name of one."""
    name = Path(document.path).stem
    if is_one_off(name):
        try:
            one_off_day(name)
        except ValueError as error:
            what, _, like = str(error).partition("; write it like ")
            remedy = f"rename the file, such as {like}.yaml"
            yield Problem(document.path, 1, 1, what.replace("'", '"'), remedy, code="issue-name")


def check_one_off(
    document: Document, written: IssueFile, bulletin: Bulletin, publication: Publication
) -> Iterator[Problem]:
    """What the file of a one-off issue must say, and any other must not.

    Of a file with a wrong name nothing is said here.
    """
    name, zone = Path(document.path).stem, bulletin.time_zone or publication.time_zone
    if not is_one_off(name):
        yield from _not_one_off(document, written, zone)
        return
    try:
        day = one_off_day(name)
    except ValueError:
        return
    yield from _moment(document, written, day, dt.datetime.combine(day, bulletin.schedule.at, zone))
    yield from _contents(document, written, day)
    yield from _texts(document, written)


def _not_one_off(document: Document, written: IssueFile, zone: ZoneInfo) -> Iterator[Problem]:
    if written.publish_at is None:
        return
    day = written.publish_at.astimezone(zone).date()
    what = '"publish_at" belongs in the file of a one-off issue; others come by the schedule'
    remedy = f"delete the line, or rename the file, such as {day}-{_EXAMPLE}.yaml"
    yield at_name(document, ("publish_at",), what, remedy, "publish-at")


def _moment(
    document: Document, written: IssueFile, day: dt.date, usual: dt.datetime
) -> Iterator[Problem]:
    """It comes out at a time that it says, on the day of its name."""
    if written.publish_at is None:
        what = "a one-off issue says when it comes out, and this one does not"
        remedy = f"add publish_at: {usual.isoformat(timespec='minutes')}"
        yield Problem(document.path, 1, 1, what, remedy, code="publish-at")
        return
    local = written.publish_at.astimezone(usual.tzinfo)
    if local.date() != day:
        what = (
            f"this is {local:%Y-%m-%d %H:%M} in {usual.tzinfo}, and the name of the file says {day}"
        )
        stem = Path(document.path).stem[10:]
        remedy = f"change the time, or rename the file to {local:%Y-%m-%d}{stem}.yaml"
        yield document.problem(("publish_at",), what, remedy, code="publish-at")


def _contents(document: Document, written: IssueFile, day: dt.date) -> Iterator[Problem]:
    has_window = written.window is not None and written.window.first is not None
    if not has_window and not any(part.entries for part in written.sections.values()):
        what = "a one-off issue needs one of the two: a window, or entries that it lists"
        remedy = (
            f"add window: {{from: {day}, to: {day}}}, or list entries in a section: "
            "sections: {<section>: {entries: [<id>]}}"
        )
        yield Problem(document.path, 1, 1, what, remedy, code="one-off-contents")


def _texts(document: Document, written: IssueFile) -> Iterator[Problem]:
    """It has no number, and by its title readers tell it from the others."""
    for at, text in written.localized():
        if at[0] in {"title", "subject", "subtitle", "preheader"}:
            for key, value in text.items():
                if "{number}" in value:
                    what, remedy = "a one-off issue has no number", "write it without {number}"
                    yield document.problem((*at, key), what, remedy, code="one-off-number")
    if written.title is None:
        what = "this one-off issue has no title of its own: readers take it for a regular one"
        remedy = "add title: with what is special about it"
        yield Problem(document.path, 1, 1, what, remedy, "warning", "one-off-title")

"""The story of publishing: freeze → write site and feeds → live → announce → mail.

Each step may be run again with no further effect; one row per issue remembers how far it is.
What is due is computed from schedule, archive and rows, never remembered by a timer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from publisher.archive.library import Library
from publisher.content.load import Frame, issue_path
from publisher.desk import Desk, Prepared
from publisher.document import Problem
from publisher.errors import ContentError, NothingToPublish
from publisher.issue.approvals import lacks_approval
from publisher.issue.rolling import Shortages
from publisher.issue.timetable import timetable
from publisher.issue.timing import one_offs, slot_in
from publisher.issue.window import slots_between
from publisher.skipping import is_skipped

if TYPE_CHECKING:  # SQLAlchemy takes a fifth of a second to import, and `check` needs no database
    from publisher.mailing import Sent
    from publisher.storage.issues import StepRow

# A bulletin that was away for long comes back with its newest issues, not with all of them.
_MOST_MISSED = 3
# A month and some days: the newest slot of a monthly, and one-off issues that were missed.
_LOOK_BACK = dt.timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An issue that should be published, and its slot."""

    bulletin: str
    name: str
    slot: dt.datetime

    def __str__(self) -> str:
        return f"{self.bulletin} {self.name}"


def backfill(frame: Frame, rows: Rows) -> list[Wanted]:
    """Every issue that has a file, the oldest slot first over all bulletins.

    Those that an operator skips are left out, and those that lack an approval.
    Raises ContentError for a file without a slot.
    """
    wanted = [
        Wanted(slug, name, _slot_of_file(frame, slug, name))
        for slug, name in frame.issue_files
        if not is_skipped(rows.get(slug, name)) and not lacks_approval(frame, slug, name)
    ]
    return sorted(wanted, key=_by_slot)


def _slot_of_file(frame: Frame, slug: str, name: str) -> dt.datetime:
    try:
        return slot_in(frame, slug, name)
    except ValueError as error:
        what = f"{issue_path(slug, name)}: {str(error).partition('; ')[0]}"
        raise ContentError(what, "rename the file, or delete it") from None


def _by_slot(wanted: Wanted) -> tuple[dt.datetime, str, str]:
    return wanted.slot, wanted.bulletin, wanted.name


class Rows(Protocol):
    """What is remembered of an issue's steps (`publisher.storage.issues` has the rows)."""

    def get(self, bulletin: str, name: str) -> StepRow | None:
        """How far an issue is; None if nothing is known of it."""

    def is_settled(self, bulletin: str, name: str) -> bool:
        """Whether nothing is left to do for an issue."""

    def unfinished(self) -> list[tuple[str, str, dt.datetime]]:
        """(bulletin, issue, slot) of those that were begun and have steps left."""


def due(frame: Frame, library: Library, rows: Rows, now: dt.datetime) -> list[Wanted]:
    """What should have come out by now: schedule and one-off files minus archive minus rows.

    A bulletin that has never published begins with its newest slot; after a long absence only
    the newest few missed issues are made up for, and one-offs of the last weeks.
    """
    wanted = set(_begun(frame, library, rows, now))
    for slug in frame.bulletins:
        rhythm = timetable(frame, slug)
        newest = library.index.newest_numbered(slug)
        since = newest.slot if newest else now - _LOOK_BACK
        slots = [Wanted(slug, name, slot) for name, slot in slots_between(rhythm, since, now)]
        missed = slots[-1:] if not newest else slots[-_MOST_MISSED:]
        first = now - _LOOK_BACK if newest else missed[0].slot if missed else now
        missed += [each for each in one_off_issues(frame, slug) if first <= each.slot <= now]
        wanted |= {each for each in missed if not rows.is_settled(slug, each.name)}
    return sorted(wanted, key=_by_slot)


def coming(frame: Frame, after: dt.datetime, until: dt.datetime) -> list[Wanted]:
    """What the content asks for with ``after < slot <= until``, by slot; the past as well."""
    found: list[Wanted] = []
    for slug in frame.bulletins:
        slots = slots_between(timetable(frame, slug), after, until)
        found += [Wanted(slug, name, slot) for name, slot in slots]
        found += [each for each in one_off_issues(frame, slug) if after < each.slot <= until]
    return sorted(found, key=_by_slot)


def one_off_issues(frame: Frame, slug: str) -> list[Wanted]:
    """The one-off issues of a bulletin that have a file."""
    return [Wanted(slug, name, slot) for name, slot in one_offs(frame, slug).items()]


def _begun(frame: Frame, library: Library, rows: Rows, now: dt.datetime) -> Iterator[Wanted]:
    """What was begun and interrupted, which may be older than the newest in the archive.

    What is not frozen yet may have been put off since, or taken back.
    """
    for slug, name, begun in rows.unfinished():
        if slug not in frame.bulletins:
            continue
        is_frozen = library.index.issue(slug, name) is not None
        slot = begun if is_frozen else _slot_now(frame, slug, name)
        if slot is not None and slot <= now:
            yield Wanted(slug, name, slot)


def _slot_now(frame: Frame, slug: str, name: str) -> dt.datetime | None:
    """The slot of an issue as the content has it now; None where it asks for no such issue."""
    try:
        return slot_in(frame, slug, name)
    except (ValueError, ContentError):
        return None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal showed: issues that cannot come out and why, and remarks for editors.

    `library` is the archive as it would be, until the rehearsal is over; for the `empty` ones
    there is nothing to publish.
    """

    library: Library
    held: dict[Wanted, str]
    empty: tuple[Wanted, ...] = ()
    remarks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@contextmanager
def rehearse(desk: Desk, wanted: Iterable[Wanted]) -> Iterator[Rehearsed]:
    """Assemble and freeze issues, one after the other, over the archive and not into it.

    So that a problem is known before anything is written.
    """
    with desk.rehearsal() as over:
        yield _rehearsed(over, wanted)


def _rehearsed(desk: Desk, wanted: Iterable[Wanted]) -> Rehearsed:
    held: dict[Wanted, str] = {}
    empty: list[Wanted] = []
    remarks: list[str] = []
    problems: dict[Problem, None] = {}
    for each in wanted:
        try:
            prepared = _try(desk, each)
        except NothingToPublish:
            empty.append(each)
            desk = replace(desk, shortages=_and(desk.shortages, each))
            continue
        except ContentError as error:
            held[each] = str(error)
            continue
        if prepared is not None:
            remarks += [f"{each}: {one}" for one in prepared.assembled.remarks]
            problems.update(dict.fromkeys(prepared.problems))
    return Rehearsed(desk.library, held, tuple(empty), tuple(remarks), tuple(problems))


def _and(known: Shortages, short: Wanted) -> Shortages:
    """What was skipped, and an issue that would be."""

    def shortages(bulletin: str, after: dt.datetime | None, until: dt.datetime) -> list[str]:
        names = dict.fromkeys(known(bulletin, after, until))
        is_between = (after is None or after < short.slot) and short.slot < until
        if bulletin == short.bulletin and is_between:
            names[short.name] = None
        return list(names)

    return shortages


def _try(desk: Desk, wanted: Wanted) -> Prepared | None:
    if desk.frozen(wanted.bulletin, wanted.name) is not None:
        return None
    # Of a file that cannot be read nobody knows whether it approves: preparing says what it has.
    is_broken = (wanted.bulletin, wanted.name) in desk.frame.broken_issue_files
    if not is_broken and lacks_approval(desk.frame, wanted.bulletin, wanted.name):
        path = issue_path(wanted.bulletin, wanted.name)
        raise ContentError(f"{wanted} is not approved", f"write approved: true in {path}")
    prepared = desk.prepare(wanted.bulletin, wanted.name)
    desk.freeze(prepared)
    return prepared


@dataclass(frozen=True, slots=True)
class EditionReport:
    """What became of an issue in one edition."""

    bulletin: str
    issue: str
    edition: str
    entries: int
    email_bytes: int
    pages: int
    feeds: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An issue whose pages are written and not live yet, and which of them."""

    wanted: Wanted
    why: str

    def __str__(self) -> str:
        return f"{self.wanted}: {self.why}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of `publish` has done: mailings were `opened`, and messages `mailed`.

    `sent` tells of each mailing; None where another process is sending.  What is `waiting` is
    published, and its pages are not seen yet: ask again soon.
    """

    editions: tuple[EditionReport, ...] = ()
    published: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    mailed: int = 0
    sent: tuple[Sent, ...] | None = ()
    revised: int = 0
    skipped: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def followed_by(self, later: Report) -> Report:
        """Both as one, where the later run went on with what was waiting."""
        editions = {(e.bulletin, e.issue, e.edition): e for e in (*self.editions, *later.editions)}
        sent = {each.mailing.id: each for each in (*(self.sent or ()), *(later.sent or ()))}
        return replace(
            later,
            editions=tuple(editions.values()),
            published=tuple(dict.fromkeys((*self.published, *later.published))),
            opened=(*self.opened, *later.opened),
            mailed=self.mailed + later.mailed,
            sent=None if later.sent is None else tuple(sent.values()),
            revised=self.revised + later.revised,
            skipped=self.skipped,
            held=(*self.held, *later.held),
            problems=tuple(dict.fromkeys((*self.problems, *later.problems))),
            remarks=self.remarks,
            changed=self.changed + later.changed,
            removed=self.removed + later.removed,
            unchanged=self.unchanged,
        )


def unapproved(
    frame: Frame, library: Library, wanted: Iterable[Wanted], now: dt.datetime
) -> list[Wanted]:
    """Issues whose approval is missing though it was asked for by now: of those due, and coming."""
    settings = {slug: one.approval.by for slug, one in frame.bulletins.items() if one.approval}
    ahead = coming(frame, now, now + max(settings.values(), default=dt.timedelta()))
    return [
        each
        for each in dict.fromkeys([*wanted, *ahead])
        if each.bulletin in settings
        and each.slot - settings[each.bulletin] <= now
        and library.index.issue(each.bulletin, each.name) is None
        and lacks_approval(frame, each.bulletin, each.name)
    ]

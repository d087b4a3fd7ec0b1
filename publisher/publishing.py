"""The story of publishing: freeze → write site and feeds → live → announce → mail.

Each step may be run again with no further effect; one row per issue remembers how far it is.
What is due is computed from schedule, archive and rows, never remembered by a timer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Protocol

from publisher.archive.freeze import Commit, find_issue, freeze, log_freeze
from publisher.archive.library import Library
from publisher.archive.revise import identity_of
from publisher.content.issue_file import IssueFile
from publisher.content.load import Frame, entry_ids, load_entries
from publisher.document import Problem
from publisher.errors import ContentError, NothingToPublish
from publisher.issue.assemble import Assembled, History, Pool, assemble
from publisher.issue.issue import IssueRevision
from publisher.issue.rhythm import rhythm_of
from publisher.issue.window import period_of, slot_of, slots_between

Until = Literal["frozen", "written", "live", "announced", "mailed"]
UNTIL: tuple[Until, ...] = ("frozen", "written", "live", "announced", "mailed")

# How long after its slot an issue is still mailed; later it is published and not mailed.
MAX_LATENESS = {
    "daily": dt.timedelta(hours=12),
    "weekly": dt.timedelta(days=2),
    "monthly": dt.timedelta(days=4),
}
# A bulletin that was away for long comes back with its newest issues, not with all of them.
_MOST_MISSED = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """An issue that should be published, and its slot."""

    bulletin: str
    name: str
    slot: dt.datetime


def backfill(frame: Frame) -> list[Wanted]:
    """Every issue that has a file, the oldest slot first over all bulletins."""
    wanted = [
        Wanted(slug, name, slot_of(rhythm_of(frame.bulletins[slug], frame.publication), name))
        for slug, name in frame.issue_files
    ]
    return sorted(wanted, key=lambda each: (each.slot, each.bulletin))


class Rows(Protocol):
    """What is remembered of an issue's steps (`publisher.storage.issues` has the rows)."""

    def is_settled(self, bulletin: str, name: str) -> bool:
        """Whether nothing is left to do for an issue."""


def due(frame: Frame, library: Library, rows: Rows, now: dt.datetime) -> list[Wanted]:
    """What should have come out by now: schedule minus archive minus rows.

    A bulletin that has never published begins with its newest slot; after a long absence only
    the newest few missed issues are made up for.
    """
    wanted: list[Wanted] = []
    for slug, bulletin in frame.bulletins.items():
        rhythm = rhythm_of(bulletin, frame.publication)
        newest = library.index.issues(slug, limit=1)
        since = newest[0].slot if newest else now - dt.timedelta(days=40)
        slots = [Wanted(slug, name, slot) for name, slot in slots_between(rhythm, since, now)]
        missed = slots[-1:] if not newest else slots[-_MOST_MISSED:]
        # An issue that was begun and interrupted is older than the newest in the archive.
        wanted += [each for each in missed if not rows.is_settled(slug, each.name)]
    return sorted(wanted, key=lambda each: (each.slot, each.bulletin))


@dataclass(frozen=True, slots=True)
class Prepared:
    """An assembled issue, and the problems of the entries that were looked at."""

    assembled: Assembled
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """What assembling and freezing need: content, what was published, and the commit."""

    root: Path
    frame: Frame
    library: Library
    commit: Commit = field(default_factory=Commit)

    def rehearsal(self, library: Library) -> Desk:
        """The same desk over another archive."""
        return replace(self, library=library)

    def prepare(self, bulletin: str, name: str) -> Prepared:
        """Assemble an issue from the content of its window.  Raises ContentError."""
        frame, index = self.frame, self.library.index
        if (bulletin, name) in frame.broken_issue_files:
            raise ContentError(
                f"content/issues/{bulletin}/{name}.yaml has errors", "mend it first",
                [p for p in frame.problems if p.path == f"content/issues/{bulletin}/{name}.yaml"],
            )  # fmt: skip
        settings = frame.bulletins[bulletin]
        written = self._by_identity(frame.issue_files.get((bulletin, name)))
        period = period_of(rhythm_of(settings, frame.publication), name)
        first, last = period.start, period.end
        if written and written.window and written.window.first and written.window.last:
            first, last = written.window.first, written.window.last
        first -= dt.timedelta(days=settings.late_days)
        pool, problems = self._pool(first, last, written)
        since = f"{min([first.strftime('%Y/%m/%d'), *pool.entries])}"
        history = History(
            carried=index.carried(bulletin, since),
            rejected=index.rejected(bulletin, since),
            issues=index.count(bulletin),
            frozen=self.library.newest({*pool.entries, *_named(written)}),
            notices=tuple(index.notices(bulletin)),
        )
        assembled = assemble(
            frame.publication, bulletin, settings, name,
            pool=pool, history=history, issue_file=written,
        )  # fmt: skip
        return Prepared(assembled, problems)

    def _pool(
        self, first: dt.date, last: dt.date, written: IssueFile | None
    ) -> tuple[Pool, tuple[Problem, ...]]:
        ids, astray = entry_ids(self.root, first, last)
        here = [each for each in _named(written) if self._is_file(each)]
        loaded = load_entries(
            self.root, self.frame.publication, list(dict.fromkeys([*ids, *here]))
        )
        entries = {identity_of(self.library, each): each for each in loaded.entries.values()}
        return Pool(entries, loaded.broken), (*astray, *loaded.problems)

    def _is_file(self, entry_id: str) -> bool:
        return (self.root / f"content/entries/{entry_id}.yaml").is_file()

    def _by_identity(self, written: IssueFile | None) -> IssueFile | None:
        """The issue file with each entry by the id under which it was first published."""
        if written is None:
            return None

        def known(entry_id: str) -> str:
            return self.library.index.identity(entry_id) or entry_id

        sections = {
            key: part.model_copy(
                update={
                    "entries": [
                        pin.model_copy(update={"id": known(pin.id)}) for pin in part.entries
                    ]
                }
            )
            for key, part in written.sections.items()
        }
        return written.model_copy(
            update={
                "sections": sections,
                "lead": known(written.lead) if written.lead else None,
                "exclude": [known(each) for each in written.exclude],
            }
        )

    def freeze(self, prepared: Prepared) -> IssueRevision:
        """Freeze an issue, record it, and let the index know.

        Where it is in the archive already, that one counts; the record that an interrupted run
        left out is written now.
        """
        issue = prepared.assembled.issue
        frozen = self.library.newest(each.id for each in prepared.assembled.entries)
        revision = freeze(self.library.store, prepared.assembled, frozen, self.commit)
        self.record(issue.bulletin, issue.name)
        return revision

    def frozen(self, bulletin: str, name: str) -> IssueRevision | None:
        """The issue, if it is in the archive; an interrupted freeze is recorded first."""
        if find_issue(self.library.store, bulletin, name) is None:
            return None
        self.record(bulletin, name)
        key = self.library.index.issue(bulletin, name)
        return self.library.issue(key) if key else None

    def record(self, bulletin: str, name: str) -> None:
        """Write the record of a frozen issue if there is none."""
        index = self.library.index
        index.catch_up()
        if index.issue(bulletin, name) is None:
            revision = find_issue(self.library.store, bulletin, name)
            if revision is not None:
                log_freeze(self.library.store, revision, index.last_log)
                index.catch_up()


def _named(written: IssueFile | None) -> list[str]:
    if written is None:
        return []
    return [pin.id for part in written.sections.values() for pin in part.entries]


def rehearse(desk: Desk, wanted: Iterable[Wanted]) -> Iterator[tuple[Wanted, Prepared]]:
    """Assemble and freeze issues one after the other in a rehearsal's archive.

    Raises ContentError with every problem that would keep one of them from coming out, so that
    nothing is written before all is known to be right.
    """
    failures: list[ContentError] = []
    for each in wanted:
        if desk.frozen(each.bulletin, each.name) is not None:
            continue
        try:
            prepared = desk.prepare(each.bulletin, each.name)
            desk.freeze(prepared)
        except NothingToPublish:
            continue
        except ContentError as error:
            failures.append(error)
            continue
        yield each, prepared
    if failures:
        problems = [problem for each in failures for problem in each.problems]
        raise ContentError(
            "\n".join(f"{each.what}; {each.remedy}" for each in failures), "", problems
        )


def is_late(wanted: Wanted, cadence: str, now: dt.datetime) -> bool:
    """Whether it is too late to mail an issue."""
    return now - wanted.slot > MAX_LATENESS[cadence]


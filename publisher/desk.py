"""The desk: from the content on disk to an assembled issue, and from that into the archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.archive.freeze import Commit, find_issue, freeze, log_freeze
from publisher.archive.library import Library
from publisher.archive.overlay import OverlayStore
from publisher.archive.revise import identity_of
from publisher.content.entry_reader import EntryReader
from publisher.content.images import load_image
from publisher.content.issue_file import IssueFile
from publisher.content.load import Entries, Frame, entry_ids, entry_path, issue_path
from publisher.content.load_data import load_table
from publisher.content.table import Table
from publisher.document import Problem
from publisher.errors import ContentError
from publisher.issue.assemble import Assembled, assemble, order_of
from publisher.issue.choose import History, Order, Pool
from publisher.issue.issue import Candidate, Image, Issue, IssueRevision, Reason, Related
from publisher.issue.rolling import Shortages, may_roll, no_shortages, roll
from publisher.issue.supplies import (
    MOST_RELATED,
    Supplies,
    image_of,
    images_named,
    tables_named,
)

# How long before the end of the window a date may have been filed that calendars still show.
_LOOK_BACK = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An assembled issue, and the problems of the entries that were looked at."""

    assembled: Assembled
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """What assembling and freezing need: content, what was published, and the commit.

    The commit is asked for when something is frozen: git takes its time.
    `shortages` are the issues whose days may roll over into the next one.
    """

    root: Path
    frame: Frame
    reader: EntryReader
    library: Library
    commit_of: Callable[[], Commit] = Commit
    shortages: Shortages = no_shortages

    @property
    def commit(self) -> Commit:
        """The content's state."""
        return self.commit_of()

    @contextmanager
    def rehearsal(self) -> Iterator[Desk]:
        """The same desk over an archive that keeps what is written to itself, for a while.

        Nothing may be written into the archive itself before it is over.
        """
        overlay = OverlayStore(self.library.store)
        index = self.library.index.rehearsal(overlay)
        try:
            yield replace(self, library=Library(overlay, index))
        finally:
            index.close()

    def prepare(self, bulletin: str, name: str) -> Prepared:
        """Assemble an issue from the content of its window.  Raises ContentError."""
        frame, path = self.frame, issue_path(bulletin, name)
        if (bulletin, name) in frame.broken_issue_files:
            found = [each for each in frame.problems if each.path == path]
            raise ContentError(f"{path} has errors", "mend it first", found)
        settings, written = frame.bulletins[bulletin], frame.issue_files.get((bulletin, name))
        order = self._rolled(order_of(frame.publication, bulletin, settings, name, written))
        supplies, told = _Supplier(self, order).supplies()
        loaded, left_out = self._without_taken_down(self._load(order))
        names = self._identities(loaded)
        pool = Pool(
            {names[each]: entry for each, entry in loaded.entries.items()},
            {self._known(each): why for each, why in loaded.broken.items()},
        )
        order = replace(order, written=self._by_identity(order.written, names))
        assembled = assemble(order, pool, self._history(order, pool), supplies)
        assembled = _with_taken_down(assembled, left_out)
        return Prepared(assembled, (*loaded.problems, *told))

    def _rolled(self, order: Order) -> Order:
        """The order with the days of issues, since the last one, that had too few entries."""
        if not may_roll(order):
            return order
        last = self.library.index.newest_numbered(order.slug, order.slot)
        names = self.shortages(order.slug, last.slot if last else None, order.slot)
        return roll(order, names, self.frame.issue_files)

    def _history(self, order: Order, pool: Pool) -> History:
        index, slug = self.library.index, order.slug
        found = {*pool.entries, *pool.broken, *_named(order.written)}
        since = min([f"{_reach(order):%Y/%m/%d}", *found])
        return History(
            carried=index.carried(slug, since),
            rejected=index.rejected(slug, since),
            issues=index.count(slug),
            frozen=self.library.newest({*found, *self._published_dates(order)}),
            notices=tuple(index.notices(slug)),
        )

    def _published_dates(self, order: Order) -> Iterator[str]:
        """Published entries that calendars of the issue may show, wherever their files are now."""
        ahead = [each.horizon for each in order.bulletin.sections if each.block == "calendar"]
        if ahead:
            until = order.day + dt.timedelta(days=max(ahead))
            yield from (key.id for key in self.library.index.upcoming(order.day, until))

    def _load(self, order: Order) -> Entries:
        """The entries of the window, those that an issue file names, and dates for calendars."""
        last = order.window.end
        ids, astray = entry_ids(self.root, _reach(order), last)
        here = [each for each in _named(order.written) if self._is_file(each)]
        if any(each.block == "calendar" for each in order.bulletin.sections):
            here += self.reader.upcoming(last - _LOOK_BACK, last, order.day)
        loaded = self.reader.entries(dict.fromkeys([*ids, *here]))
        return replace(loaded, problems=(*astray, *loaded.problems))

    def _without_taken_down(self, loaded: Entries) -> tuple[Entries, tuple[Candidate, ...]]:
        """What may be published of some entries, and what was taken down, under any of its names.

        Files may lie there still; they never come back.
        """
        taken = self.library.taken_down()
        if not taken:
            return loaded, ()
        named = {name: [name] for name in loaded.broken}
        named |= {name: [name, *each.aliases] for name, each in loaded.entries.items()}
        gone = {
            name: taken[old]
            for name, every in named.items()
            if (old := next((each for each in every if each in taken), None)) is not None
        }
        left = replace(
            loaded,
            entries={name: each for name, each in loaded.entries.items() if name not in gone},
            broken={name: why for name, why in loaded.broken.items() if name not in gone},
        )
        return left, tuple(
            Candidate(entry=name, reason=Reason.TAKEN_DOWN, detail=f"on {stone.day}")
            for name, stone in sorted(gone.items())
        )

    def _identities(self, loaded: Entries) -> dict[str, str]:
        """By each name of the entries: the id under which it was, or will be, published."""
        found = {entry.id: identity_of(self.library, entry) for entry in loaded.entries.values()}
        old = {n: found[entry.id] for entry in loaded.entries.values() for n in entry.aliases}
        return old | found

    def _known(self, entry_id: str) -> str:
        """The id under which what is or was called so was first published, or else its own."""
        return self.library.index.identity(entry_id) or entry_id

    def _is_file(self, entry_id: str) -> bool:
        return (self.root / entry_path(entry_id)).is_file()

    def _by_identity(self, written: IssueFile, names: Mapping[str, str]) -> IssueFile:
        """The issue file with each entry by the id under which it was first published."""
        taken = self.library.taken_down()

        def known(entry_id: str) -> str:
            return names.get(entry_id) or self._known(entry_id)

        sections = {
            key: part.model_copy(
                update={
                    "entries": [
                        pin.model_copy(update={"id": known(pin.id)})
                        for pin in part.entries
                        if pin.id not in taken
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
        return self.library.published(bulletin, name)

    def record(self, bulletin: str, name: str) -> None:
        """Write the record of a frozen issue if there is none."""
        index = self.library.index
        index.catch_up()
        if index.issue(bulletin, name) is None:
            revision = find_issue(self.library.store, bulletin, name)
            if revision is not None:
                log_freeze(self.library.store, revision, index.last_log)
                index.catch_up()


def _reach(order: Order) -> dt.date:
    """The first day whose entries may come: late ones are taken up to some days."""
    return order.window.start - dt.timedelta(days=order.bulletin.late_days)


def _with_taken_down(assembled: Assembled, left_out: tuple[Candidate, ...]) -> Assembled:
    """The issue with a word on entries whose files lie there though they were taken down."""
    if not left_out:
        return assembled
    issue = assembled.issue
    told = sorted([*issue.candidates, *left_out], key=lambda one: one.entry)
    return replace(assembled, issue=issue.model_copy(update={"candidates": told}))


def _named(written: IssueFile) -> list[str]:
    return [pin.id for part in written.sections.values() for pin in part.entries]


class _Supplier:
    """Reads what an issue shows beside its entries, from content and archive."""

    def __init__(self, desk: Desk, order: Order) -> None:
        self._desk, self._order = desk, order
        self._sections = order.bulletin.sections
        self._missing: list[str] = []
        self._told: list[Problem] = []

    def supplies(self) -> tuple[Supplies, tuple[Problem, ...]]:
        """Tables, images and related issues, with warnings; raises ContentError for broken ones."""
        supplies = Supplies(dict(self._tables()), dict(self._related()), dict(self._images()))
        if self._missing:
            missing = " and ".join(self._missing)
            what = f"{self._order.slug} {self._order.name} cannot come out without {missing}"
            raise ContentError(what, "`publisher check` says what would be right", self._told)
        return supplies, tuple(self._told)

    def _tables(self) -> Iterator[tuple[str, Table]]:
        publication = self._desk.frame.publication
        figures = {each.id for each in self._sections if each.block == "figure"}
        for section, name in tables_named(self._sections, self._order.written).items():
            table, found = load_table(self._desk.root, publication, name)
            self._told += found
            if table is not None and table.chart is None and section in figures:
                self._refuse(f"a chart: in the table {name}", section, "table")
            elif table is not None:
                yield section, table
            else:
                self._refuse(f"the table {name}", section, "table")

    def _images(self) -> Iterator[tuple[str, tuple[Image, bytes]]]:
        for settings in self._sections:
            for name in images_named([settings]):
                image, found = load_image(self._desk.root, name)
                self._told += found
                if image is not None:
                    made = image_of(image.data, image.extension, image.width, image.height)
                    yield name, (made, image.data)
                else:
                    self._refuse(f"the image {name}", settings.id, "codes")

    def _refuse(self, what: str, section: str, key: str) -> None:
        """Remember what is asked for in vain, and where: in the issue file, or by the bulletin."""
        order = self._order
        path = issue_path(order.slug, order.name)
        place: tuple[str | int, ...] = ("sections", section, key)
        if not order.part(section).table:
            at = [each.id for each in self._sections].index(section)
            path, place = f"content/bulletins/{order.slug}.yaml", ("sections", at, key)
        line, column = self._desk.frame.documents[path].place(*place)
        self._missing.append(f"{what} (asked for in {path}:{line}:{column})")

    def _related(self) -> Iterator[tuple[str, list[Related]]]:
        order, library = self._order, self._desk.library
        for settings in self._sections:
            if settings.block == "related":
                slugs, most = settings.bulletins or [order.slug], settings.max or MOST_RELATED
                keys = library.index.issues_before(slugs, order.slot, most)
                yield settings.id, [_work(library.issue(key).issue) for key in keys]


def _work(issue: Issue) -> Related:
    return Related(title=issue.title, day=issue.day, issue=issue.id)

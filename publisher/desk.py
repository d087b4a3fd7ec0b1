"""The desk: from the content on disk to an assembled issue, and from that into the archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from publisher.archive.freeze import Commit, find_issue, freeze, log_freeze
from publisher.archive.library import Library
from publisher.archive.overlay import OverlayStore
from publisher.archive.revise import identity_of
from publisher.content.issue_file import IssueFile
from publisher.content.load import Entries, Frame, entry_ids, entry_path, issue_path, load_entries
from publisher.document import Problem
from publisher.errors import ContentError
from publisher.issue.assemble import Assembled, assemble, window_of
from publisher.issue.choose import History, Pool
from publisher.issue.issue import IssueRevision


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

    def rehearsal(self) -> Desk:
        """The same desk over a copy of the archive that keeps what is written to itself."""
        overlay = OverlayStore(self.library.store)
        return replace(self, library=Library(overlay, self.library.index.rehearsal(overlay)))

    def prepare(self, bulletin: str, name: str) -> Prepared:
        """Assemble an issue from the content of its window.  Raises ContentError."""
        frame, index = self.frame, self.library.index
        path = issue_path(bulletin, name)
        if (bulletin, name) in frame.broken_issue_files:
            found = [each for each in frame.problems if each.path == path]
            raise ContentError(f"{path} has errors", "mend it first", found)
        settings = frame.bulletins[bulletin]
        written = frame.issue_files.get((bulletin, name))
        window = window_of(frame.publication, settings, name, written)
        first, last = window.start - dt.timedelta(days=settings.late_days), window.end
        loaded = self._load(first, last, written)
        names = self._identities(loaded)
        pool = Pool({names[each]: entry for each, entry in loaded.entries.items()}, loaded.broken)
        written = self._by_identity(written, names)
        since = min([first.strftime("%Y/%m/%d"), *pool.entries, *_named(written)])
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
        return Prepared(assembled, loaded.problems)

    def _load(self, first: dt.date, last: dt.date, written: IssueFile | None) -> Entries:
        """The entries of some days, and those that an issue file names."""
        ids, astray = entry_ids(self.root, first, last)
        here = [each for each in _named(written) if self._is_file(each)]
        loaded = load_entries(self.root, self.frame.publication, list(dict.fromkeys([*ids, *here])))
        return replace(loaded, problems=(*astray, *loaded.problems))

    def _identities(self, loaded: Entries) -> dict[str, str]:
        """By each name of the entries: the id under which it was, or will be, published."""
        found = {entry.id: identity_of(self.library, entry) for entry in loaded.entries.values()}
        old = {n: found[entry.id] for entry in loaded.entries.values() for n in entry.aliases}
        return old | found

    def _is_file(self, entry_id: str) -> bool:
        return (self.root / entry_path(entry_id)).is_file()

    def _by_identity(self, written: IssueFile | None, names: Mapping[str, str]) -> IssueFile | None:
        """The issue file with each entry by the id under which it was first published."""
        if written is None:
            return None

        def known(entry_id: str) -> str:
            return names.get(entry_id) or self.library.index.identity(entry_id) or entry_id

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

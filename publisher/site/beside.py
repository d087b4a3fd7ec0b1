"""Files that are made beside an issue's page, each in every edition: its PDF, for one.

They take seconds, may fail, and need what not every machine has.  So they are made before the
pages, for a limited time, and kept; a page has the file, and the link to it, when it is there.
What could not be made is told, and tried again by later runs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from publisher.errors import UsageError
from publisher.issue.issue import Issue, IssueRevision
from publisher.render import paths
from publisher.render.head import revision_mark
from publisher.site.kept import Kept
from publisher.site.targets import Target

if TYPE_CHECKING:
    from publisher.site.bringing import Brought
    from publisher.site.editions import Editions

SOON = 60.0
"""Seconds after which a run that publishes begins with no further file: mail waits for it."""
PATIENT = 1200.0
"""The same for one that publishes what is old: nobody waits for that."""
LATER = "later"
"""The part that a target uses (`publisher.site.inputs`) when a file beside it is still to come."""

_NONE = Path("/nonexistent")


class NotHere(UsageError):
    """What one file needs is not on this machine, such as a font for its script."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be made: `key` is a digest of all that it follows from.

    `make` may be called in a thread, and takes at most two minutes.  It raises PublisherError where
    the file cannot be made from this; UsageError where nothing of the kind can be made here, or
    NotHere where others can; and OutputError where it may be made another time.
    """

    key: str
    make: Callable[[], bytes]


class Kind(Protocol):
    """A kind of file; `name` is that of its folder among the kept ones."""

    @property
    def name(self) -> str:
        """``pdf``, ``cover``."""

    def is_asked(self, issue: Issue) -> bool:
        """Whether an issue has such a file, by the settings that were frozen with it."""

    def path(self, edition: str, bulletin: str, name: str) -> str:
        """Its path on the site."""

    def tools(self) -> str:
        """What makes it here, with versions: another text, and all are made anew."""

    def job(self, site: Editions, revision: IssueRevision, edition: str) -> Job:
        """The file of an issue in an edition, to be made; raises PublisherError."""

    def notes(self) -> list[str]:
        """What an operator should know of those that were made."""


class Beside:
    """The files beside issues: kept in a folder, made several at once.

    `processes` is how many; 0: one for each core.  `brought` is what became of those that were
    looked at, each time that some were.
    """

    def __init__(
        self,
        folder: Path = _NONE,
        kinds: Sequence[Kind] = (),
        processes: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.kinds = tuple(kinds)
        self.kept = Kept(folder)
        self.processes, self.clock = processes or os.cpu_count() or 1, clock
        self.brought: list[Brought] = []
        self.seen: set[tuple[str, ...]] = set()
        """Those that are as they should be, with what they say: nothing is looked at twice."""
        self._later: set[tuple[str, str]] = set()

    # What pages ask ----------------------------------------------------------------------------

    def files(self, site: Editions, revision: IssueRevision, edition: str) -> dict[str, bytes]:
        """The files of an issue in an edition, as far as they are there."""
        found = {}
        for kind in self._asked(revision.issue):
            kept = self.kept.read(*name_of(kind, revision.issue, edition))
            if kept is not None and kept[1] and kept[0].says == says_of(site, revision):
                issue = revision.issue
                path = kind.path(edition, issue.bulletin, issue.name)
                found[paths.file_of(path)] = kept[1]
        return found

    def sizes(self, site: Editions, revision: IssueRevision, edition: str) -> dict[str, int]:
        """The bytes of each of them, by kind."""
        found = {}
        for kind in self._asked(revision.issue):
            about = self.kept.about(*name_of(kind, revision.issue, edition))
            if about is not None and about.size and about.says == says_of(site, revision):
                found[kind.name] = about.size
        return found

    def is_asked(self, issue: Issue) -> bool:
        """Whether an issue has any files beside it, or is to have."""
        return any(True for _ in self._asked(issue))

    def tools(self, site: Editions) -> list[str]:
        """What makes the files that the bulletins of a site ask for."""
        return [kind.tools() for kind in self.kinds if any(self._bulletins(site, kind))]

    def bulletins(self, site: Editions) -> set[str]:
        """The bulletins with such files."""
        return {slug for kind in self.kinds for slug in self._bulletins(site, kind)}

    def is_later(self, bulletin: str, name: str) -> bool:
        """Whether files of an issue are still to come."""
        return (bulletin, name) in self._later

    def _asked(self, issue: Issue) -> Iterator[Kind]:
        return (kind for kind in self.kinds if kind.is_asked(issue))

    def _bulletins(self, site: Editions, kind: Kind) -> Iterator[str]:
        """The bulletins that ask for a kind, or did: no issue of the others is looked at."""
        for slug, issue in site.newest.items():
            if kind.is_asked(issue) or self.kept.has(kind.name, slug):
                yield slug

    # Making them -------------------------------------------------------------------------------

    def bring(
        self,
        site: Editions,
        targets: Iterable[Target] | None,
        seconds: float | None = SOON,
        *,
        is_strict: bool = False,
    ) -> None:
        """Make what is missing or outdated beside the issues among some targets; None: all issues.

        The newest issues first.  After so many seconds nothing further is begun.  With `is_strict`
        what is outdated in any way is dropped at once; else a file that says what the issue says
        stays until another is made.
        """
        revisions = list(self._revisions(site, targets))
        if not revisions:
            return
        from publisher.site.bringing import Run  # no publication without such files needs it

        run = Run(self, site, None if seconds is None else self.clock() + seconds)
        if is_strict:
            run.drop_outdated(revisions)
        self.brought.append(run.bring(revisions))
        self._later -= {(each.issue.bulletin, each.issue.name) for each in revisions}
        self._later |= run.later

    def _revisions(
        self, site: Editions, targets: Iterable[Target] | None
    ) -> Iterator[IssueRevision]:
        slugs, index = self.bulletins(site), site.library.index
        if not slugs:
            return
        if targets is None:
            keys = [key for slug in sorted(slugs) for key in index.issues(slug)]
        else:
            issues = (each.name for each in targets if each.kind == "issue")
            found = (index.issue(*name) for name in issues if name[0] in slugs)
            keys = [key for key in found if key is not None]
        for key in sorted(keys, key=lambda each: (each.slot, each.bulletin), reverse=True):
            revision = site.library.issue(key)
            if self.is_asked(revision.issue):
                yield revision

    def withdraw(self, issues: Iterable[str]) -> list[str]:
        """Keep nothing of some issues (``bulletin/name``); the paths that they had on the site."""
        gone = []
        for each in issues:
            bulletin, name = each.split("/", 1)
            for kind in self.kinds:
                for edition in self.kept.editions(kind.name):
                    self.kept.drop(kind.name, edition, bulletin, name)
                    gone.append(paths.file_of(kind.path(edition, bulletin, name)))
        return gone


def name_of(kind: Kind, issue: Issue, edition: str) -> tuple[str, ...]:
    """Where a file is kept."""
    return kind.name, edition, issue.bulletin, issue.name


def says_of(site: Editions, revision: IssueRevision) -> str:
    """What a file says: another text with each revision of the issue, or of an entry of it."""
    return revision_mark(revision, site.library.entries_of(revision))

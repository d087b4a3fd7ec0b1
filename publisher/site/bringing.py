"""One time that files beside issues are made, several at once, and what came of it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from publisher.errors import OutputError, PublisherError, UsageError
from publisher.issue.issue import IssueRevision
from publisher.site.beside import Beside, Job, Kind, NotHere, name_of, says_of
from publisher.site.editions import Editions

log = logging.getLogger("publisher.site")


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that could not be made, and why; `is_final`: the same is not tried again."""

    kind: str
    issue: str
    edition: str
    why: str
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is not on this machine; where it is `edition`'s alone, others can be made."""

    kind: str
    why: str
    edition: str = ""


@dataclass(slots=True)
class Brought:
    """What became of the files of some issues; `made` by kind, issue and edition.

    `lacking` says why some cannot be made here, each reason once; `left` how many are to come.
    """

    made: list[tuple[str, str, str]] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    lacking: dict[Lacking, None] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)


@dataclass
class Run:
    """Makes files until `ends` by the clock; None: all of them."""

    beside: Beside
    site: Editions
    ends: float | None
    brought: Brought = field(default_factory=Brought)
    later: set[tuple[str, str]] = field(default_factory=set)
    _running: dict[Future[bytes], _Wanted] = field(default_factory=dict)

    def drop_outdated(self, revisions: Iterable[IssueRevision]) -> None:
        """What would not be made like that today is kept no longer."""
        for each in self._wanted(revisions):
            if (about := self.beside.kept.about(*each.name)) is None:
                continue
            job = self._job(each)
            if job is None or job.key != about.key or about.is_failed:
                self.beside.kept.drop(*each.name)
                self.beside.seen.discard(self._seen(each))

    def bring(self, revisions: Iterable[IssueRevision]) -> Brought:
        """Make what is not there, or outdated."""
        with ThreadPoolExecutor(self.beside.processes) as pool:
            for each in self._wanted(revisions):
                if self._seen(each) in self.beside.seen or self._is_over(each):
                    continue
                job = self._job(each, tell=True)
                if job is None or self._is_known(each, job):
                    continue
                while len(self._running) >= self.beside.processes:
                    self._settle()
                if not self._is_over(each):
                    each.key = job.key
                    self._running[pool.submit(job.make)] = each
            while self._running:
                self._settle()
        return self.brought

    def _wanted(self, revisions: Iterable[IssueRevision]) -> Iterator[_Wanted]:
        for revision in revisions:
            for kind in self.beside.kinds:
                if kind.is_asked(revision.issue):
                    for edition in self.site.editions_of(revision.issue.bulletin):
                        yield _Wanted(kind, revision, edition)

    def _is_over(self, each: _Wanted) -> bool:
        """Whether there is no time left for one, or nothing to make it with: it comes later."""
        is_late = self.ends is not None and self.beside.clock() >= self.ends
        lacks = any(one.kind == each.kind.name and not one.edition for one in self.brought.lacking)
        if is_late or lacks:
            self._leave(each)
            return True
        return False

    def _job(self, each: _Wanted, *, tell: bool = False) -> Job | None:
        """What makes one; None where its theme fails."""
        try:
            return each.kind.job(self.site, each.revision, each.edition)
        except Exception as error:  # noqa: BLE001 - see `_end`
            if tell:
                self._fail(each, error)
            return None

    def _is_known(self, each: _Wanted, job: Job) -> bool:
        """Whether it was made from the same, or could not be; who asks for all tries again."""
        about = self.beside.kept.about(*each.name)
        if about is None or about.key != job.key or (about.is_failed and self.ends is None):
            return False
        self.beside.seen.add(self._seen(each))
        return True

    def _seen(self, each: _Wanted) -> tuple[str, ...]:
        return *each.name, says_of(self.site, each.revision)

    def _settle(self) -> None:
        """Wait for one of those that are being made."""
        for each in wait(self._running, return_when=FIRST_COMPLETED).done:
            self._end(each, self._running.pop(each))

    def _end(self, done: Future[bytes], each: _Wanted) -> None:
        kept, says = self.beside.kept, says_of(self.site, each.revision)
        try:
            kept.keep(each.name, says, each.key, done.result())
            self.beside.seen.add(self._seen(each))
            self.brought.made.append((each.kind.name, each.revision.issue.id, each.edition))
        except UsageError as error:
            edition = each.edition if isinstance(error, NotHere) else ""
            self.brought.lacking[Lacking(each.kind.name, str(error), edition)] = None
            self._leave(each)
        except OutputError as error:
            self._fail(each, error)
        except PublisherError as error:
            self._fail(each, error, is_final=self._has_noted(each, says))
        except Exception as error:  # noqa: BLE001 - no mistake in one may keep an issue from readers
            self._fail(each, error)

    def _has_noted(self, each: _Wanted, says: str) -> bool:
        """Note that nothing is made from this; the older file stays where it says the same."""
        before = self.beside.kept.read(*each.name)
        data = before[1] if before is not None and before[0].says == says else b""
        try:
            self.beside.kept.keep(each.name, says, each.key, data, is_failed=True)
        except OutputError:
            return False
        return True

    def _fail(self, each: _Wanted, error: Exception, *, is_final: bool = False) -> None:
        why = str(error)
        if not isinstance(error, PublisherError):
            log.error("%s of %s failed", each.kind.name, each.revision.issue.id, exc_info=error)
            why = f"{type(error).__name__}: {why}; this is a mistake in the program: report it"
        issue = each.revision.issue.id
        self.brought.failed.append(Failed(each.kind.name, issue, each.edition, why, is_final))
        if not is_final:
            self._leave(each)

    def _leave(self, each: _Wanted) -> None:
        self.brought.left[each.kind.name] += 1
        self.later.add((each.revision.issue.bulletin, each.revision.issue.name))


@dataclass(slots=True)
class _Wanted:
    """A file that an issue is to have in an edition; `key` where it is being made."""

    kind: Kind
    revision: IssueRevision
    edition: str
    key: str = ""

    @property
    def name(self) -> tuple[str, ...]:
        """Where it is kept."""
        return name_of(self.kind, self.revision.issue, self.edition)

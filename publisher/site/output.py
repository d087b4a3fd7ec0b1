"""The site on the disk: wholly as it was, or wholly as it is to be.

A run stages every changed file beside the site, commits a journal of what is to be done, and
does it.  Killed before the commit it has changed nothing; killed after it, the next run (or
`recover`) does the rest, in the same order.  Files that do not change are not touched: their
dates are what a web server tells its readers (Last-Modified, RFC 9110 section 8.8.2).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from publisher import durable
from publisher.errors import OutputError
from publisher.site import journal as journals
from publisher.site.compress import Copies
from publisher.site.ground import NOTHING_CHANGED, Ground, above, checked, entries, saying
from publisher.site.staging import Staging

NO_COPIES = Copies()


@dataclass(frozen=True, slots=True)
class Written:
    """What a run has done: paths written and removed, in the order in which it was done."""

    changed: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]


class Session:
    """One run that writes a site: files are staged, and come into it portion by portion."""

    def __init__(self, target: Path, journal: Path, copies: Copies) -> None:
        self.target = target
        self._journal, self._copies = journal, copies

    @cached_property
    def folder(self) -> Path:
        """The folder of the staged files; made when it is first asked for."""
        return _staged_folder(self.target, self._journal)[0]

    def staging(self, prefix: str = "") -> Staging:
        """What stages files; those of each process with a prefix of their own."""
        return Staging(self.target, lambda: self.folder, self._copies, prefix)

    def commit(self, placed: Mapping[str, str], removed: Iterable[str] = ()) -> Written:
        """Bring staged files to their places, in their order, then remove what is to go.

        `placed` has the staged name of each path.  Raises OutputError, which says whether anything
        has changed.
        """
        ground = Ground(self.target)
        last = [path for path in removed if path not in placed and _is_file(ground, path)]
        plan = journals.Plan(placed=list(placed), staged=list(placed.values()), last=last)
        if not plan.paths:
            return Written((), 0, ())
        plan.inside = self.folder.parent == self.target
        with saying(self.folder, NOTHING_CHANGED):
            durable.settle([self.folder / name for name in plan.staged])
            durable.sync(self.folder)
        _make_way(ground, plan)
        _check_rights(ground, plan)
        journals.commit(self._journal, plan)
        journals.finish(self.target, self._journal)
        return Written(tuple(plan.placed), 0, (*plan.first, *plan.last))


@contextmanager
def session(target: Path, *, journal: Path, copies: Copies = NO_COPIES) -> Iterator[Session]:
    """Write a site while no other process does; what was interrupted is finished first."""
    target = _opened(target)
    with _alone(target):
        _start(target, journal)
        try:
            yield Session(target, journal, copies)
        finally:
            journals.clean(target, journal)


def write(target: Path, changes: Mapping[str, bytes | None], *, journal: Path) -> Written:
    """Make files of a site what they are to be; None removes one.

    Files appear in the order of the mapping, removals come last.  The mapping is gone through
    once.  A file in the place of a folder, or the reverse, is removed first if it is to be
    removed.  Raises OutputError, which says whether anything has changed.
    """
    with session(target, journal=journal) as run:
        staging, placed, removed, unchanged = run.staging(), dict[str, str](), list[str](), 0
        for path, data in changes.items():
            if data is None:
                removed.append(path)
                continue
            for name, staged in staging.put(path, data).items():
                if staged is None:
                    unchanged += 1
                else:
                    placed[name] = staged
        return replace(run.commit(placed, removed), unchanged=unchanged)


def recover(target: Path, *, journal: Path) -> bool:
    """Finish a run that was interrupted after its commit; whether there was one."""
    if not target.exists() and not journal.exists():
        return False
    target = _opened(target)
    with _alone(target):
        return _start(target, journal)


def tree(target: Path) -> Iterator[str]:
    """The relative paths of the files of a site, sorted; links are none of them."""
    return iter(sorted(path for path in entries(target) if not (target / path).is_symlink()))


def _opened(target: Path) -> Path:
    # The operator may well have made the site itself a link; only what is below must not be one.
    with saying(target, NOTHING_CHANGED):
        target.mkdir(parents=True, exist_ok=True)
        return target.resolve(strict=True)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Wait until no other process writes the site."""
    with saying(target, NOTHING_CHANGED):
        held = durable.lock(target)
    try:
        yield
    finally:
        os.close(held)


def _start(target: Path, journal: Path) -> bool:
    finished = journals.finish(target, journal)
    journals.clean(target, journal)
    return finished


def _is_file(ground: Ground, path: str) -> bool:
    with saying(ground.target, NOTHING_CHANGED, path):
        return ground.kind(checked(path)) == "file"


def _staged_folder(target: Path, journal: Path) -> tuple[Path, bool]:
    """A new folder from which files can be renamed into the site; whether it is inside of it.

    It lies beside the site, unless that is another file system or may not be written to:
    renaming the folder out of the site tries out just what will be needed.
    """
    beside, inside = journals.staged_folders(target, journal)
    with saying(inside, NOTHING_CHANGED):
        inside.mkdir(mode=0o700)
        with suppress(OSError):
            return inside.rename(beside), False
        return inside, True


def _make_way(ground: Ground, plan: journals.Plan) -> None:
    """Have removed first what lies in the way; refuse what would be in the way and stay."""
    removed, placed = set(plan.last), set(plan.placed)
    in_the_way: set[str] = set()
    for path in plan.placed:
        found = _obstacles(ground, path)
        _refuse(path, [file for file in found if file not in removed])
        _refuse(path, [folder for folder in above(path) if folder in placed])
        in_the_way.update(found)
        if ground.kind(path) == "folder":
            plan.cleared.append(path)
    plan.first = [path for path in plan.last if path in in_the_way]
    plan.last = [path for path in plan.last if path not in in_the_way]


def _obstacles(ground: Ground, path: str) -> list[str]:
    if ground.kind(path) == "folder":
        return [f"{path}/{below}" for below in entries(ground.target / path)]
    obstacle = ground.obstacle(path)
    return [] if obstacle is None else [obstacle]


def _refuse(path: str, obstacles: list[str]) -> None:
    if obstacles:
        raise OutputError(
            f"{path} cannot be written: {obstacles[0]} is in the way; {NOTHING_CHANGED}",
            "one of the two needs another path, or has to be removed",
        )


def _check_rights(ground: Ground, plan: journals.Plan) -> None:
    """Refuse before the commit what would fail after it."""
    for folder in sorted({_nearest(ground, path) for path in plan.paths}):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OutputError(
                f"{folder} may not be written to; {NOTHING_CHANGED}",
                "give the folder to the user that runs publisher, then run the command again",
            )


def _nearest(ground: Ground, path: str) -> Path:
    """The folder of a path, or the nearest one above it that is there."""
    there = (folder for folder in reversed(list(above(path))) if ground.kind(folder) == "folder")
    return ground.target / next(there, "")

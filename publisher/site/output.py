"""The site on the disk: wholly as it was, or wholly as it is to be.

A run stages every changed file beside the site, commits a journal of what is to be done, and
does it.  Killed before the commit it has changed nothing; killed after it, the next run (or
`recover`) does the rest, in the same order.  Files that do not change are not touched: their
dates are what a web server tells its readers (Last-Modified, RFC 9110 section 8.8.2).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Literal

from publisher import durable
from publisher.errors import OutputError

_STAGED = ".publisher-staged"
_FORMAT = 1

_Kind = Literal["nothing", "file", "folder"]


@dataclass(frozen=True, slots=True)
class Written:
    """What a run has done."""

    changed: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]


@dataclass(slots=True)
class _Plan:
    """What a journal holds.  Every step may be done again: doing it twice is doing it once."""

    first: list[str] = field(default_factory=list)  # removed: in the way of what is placed
    cleared: list[str] = field(default_factory=list)  # folders, empty by then, in the way
    placed: list[str] = field(default_factory=list)  # the staged files 0, 1, 2 … go here
    last: list[str] = field(default_factory=list)  # removed, when no page links there any more


def write(target: Path, changes: Mapping[str, bytes | None], *, journal: Path) -> Written:
    """Make files of the site what they are to be; None removes one.

    New and changed files appear in the order of the mapping, removals come last.  The mapping
    is gone through once.  Raises OutputError, and nothing has changed where it says so.
    """
    with _saying(target, "nothing was changed"):
        target.mkdir(parents=True, exist_ok=True)
        target = target.resolve()
    with _alone(target):
        _finish(target, journal)
        try:
            plan, unchanged = _stage(target, changes)
            if not (plan.placed or plan.last or plan.first):
                return Written((), unchanged, ())
            _commit(journal, plan)
            _finish(target, journal)
        finally:
            _clean(target, journal)
    gone = {*plan.first, *plan.last}
    return Written(tuple(plan.placed), unchanged, tuple(path for path in changes if path in gone))


def recover(target: Path, *, journal: Path) -> bool:
    """Finish a run that was interrupted after its commit; whether there was one."""
    if not target.exists() and not journal.exists():
        return False
    with _saying(target, "the interrupted run is not finished"):
        target.mkdir(parents=True, exist_ok=True)
        target = target.resolve()
    with _alone(target):
        finished = _finish(target, journal)
        _clean(target, journal)
    return finished


def tree(target: Path) -> Iterator[str]:
    """The relative paths of the files of a site, sorted; links are none of them."""
    files = (path for path in _entries(target) if not (target / path).is_symlink())
    return iter(sorted(files))


# Before the commit -----------------------------------------------------------------------------


class _Ground:
    """What lies where the site is to be, looked at once; links are refused."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self._kinds: dict[str, _Kind] = {}

    def kind(self, path: str) -> _Kind:
        """What is at a path, when nothing above it is in the way."""
        if self.obstacle(path) is not None:
            return "nothing"
        if path not in self._kinds:
            self._kinds[path] = self._look(path)
        return self._kinds[path]

    def obstacle(self, path: str) -> str | None:
        """The file that lies where a folder of the path has to be."""
        return next((above for above in _above(path) if self.kind(above) == "file"), None)

    def _look(self, path: str) -> _Kind:
        place = self.target / path
        try:
            mode = place.lstat().st_mode
        except FileNotFoundError:
            return "nothing"
        if S_ISDIR(mode):
            return "folder"
        if S_ISREG(mode):
            return "file"
        raise OutputError(
            f"{place} is a link or a device; nothing was changed",
            "move it away: the site is written to plain files and folders only",
        )


def _stage(target: Path, changes: Mapping[str, bytes | None]) -> tuple[_Plan, int]:
    """Write what changes to a folder beside the site, and plan how it gets in."""
    ground, plan, unchanged = _Ground(target), _Plan(), 0
    staged = _make_staged(target)
    for path, data in changes.items():
        with _saying(target / path, "nothing was changed"):
            kind = ground.kind(_checked(path))
            if data is None:
                plan.last.extend([path] if kind == "file" else [])
            elif kind == "file" and _holds(target / path, data):
                unchanged += 1
            else:
                durable.create(staged / str(len(plan.placed)), data, sync=False)
                plan.placed.append(path)
    with _saying(staged, "nothing was changed"):
        durable.settle([staged / str(n) for n in range(len(plan.placed))])
    _make_way(ground, plan)
    _check_rights(target, [*plan.placed, *plan.last, *plan.first])
    return plan, unchanged


def _holds(file: Path, data: bytes) -> bool:
    return file.stat().st_size == len(data) and file.read_bytes() == data


def _make_staged(target: Path) -> Path:
    """A new folder from which files can be renamed into the site.

    Beside the site, unless that is another file system or may not be written to: renaming the
    folder out of the site tries out just what will be needed.
    """
    beside, inside = _staged_folders(target)
    with _saying(inside, "nothing was changed"):
        inside.mkdir()
    with suppress(OSError):
        return inside.rename(beside)
    return inside


def _staged_folders(target: Path) -> tuple[Path, Path]:
    return target.with_name(f"{_STAGED}-{target.name}"), target / _STAGED


def _make_way(ground: _Ground, plan: _Plan) -> None:
    """Have removed first what lies in the way; refuse what would be in the way and stay."""
    removed, placed = set(plan.last), set(plan.placed)
    first: set[str] = set()
    for path in plan.placed:
        blocking = [above for above in _above(path) if above in placed]
        obstacle = ground.obstacle(path)
        if obstacle is not None:
            first.add(obstacle)
            blocking += [] if obstacle in removed else [obstacle]
        elif ground.kind(path) == "folder":
            files = [f"{path}/{below}" for below in _entries(ground.target / path)]
            first.update(files)
            blocking += [file for file in files if file not in removed]
            plan.cleared.append(path)
        if blocking:
            raise OutputError(
                f"{path} cannot be written: {blocking[0]} is in the way; nothing was changed",
                "one of the two needs another path, or has to be removed",
            )
    plan.first = [path for path in plan.last if path in first]
    plan.last = [path for path in plan.last if path not in first]


def _check_rights(target: Path, paths: Iterable[str]) -> None:
    """Refuse before the commit what would fail after it."""
    for folder in {_nearest(target, path) for path in paths}:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OutputError(
                f"{folder} may not be written to; nothing was changed",
                "give the folder to the user that runs publisher",
            )


def _nearest(target: Path, path: str) -> Path:
    """The folder of a path, or the nearest one above it that is there."""
    return next(folder for folder in (target / path).parents if folder.is_dir())


def _commit(journal: Path, plan: _Plan) -> None:
    """Write the journal in one step; from here on the new site counts."""
    data = json.dumps({"format": _FORMAT, **asdict(plan)}, ensure_ascii=False).encode()
    draft = _draft(journal)
    with _saying(journal, "nothing was changed"):
        draft.unlink(missing_ok=True)
        journal.parent.mkdir(parents=True, exist_ok=True)
        durable.create(draft, data)
    with _saying(journal, "run the same command again"):
        draft.replace(journal)
        durable.sync(journal.parent)


def _draft(journal: Path) -> Path:
    return journal.with_name(f"{journal.name}.draft")


# After the commit ------------------------------------------------------------------------------


def _finish(target: Path, journal: Path) -> bool:
    """Do, or do the rest of, what the journal says; whether there is one."""
    plan = _read(journal)
    if plan is None:
        _clean(target, journal)
        return False
    staged = next((folder for folder in _staged_folders(target) if folder.is_dir()), None)
    if staged is None:
        raise _unusable(journal, "has no staged files beside the site")
    with _saying(target, "the next run does the rest"):
        touched = _apply(target, plan, staged)
        durable.settle([folder for folder in touched if folder.is_dir()])
        journal.unlink()
        durable.sync(journal.parent)
    return True


def _apply(target: Path, plan: _Plan, staged: Path) -> list[Path]:
    """Do the steps of a plan that are not yet done; returns the folders to bring to the disk."""
    ground = _Ground(target)
    for path in plan.placed:
        ground.kind(path)  # refuses a link that has come since
    for path in plan.first:
        _remove(target, path)
    for path in plan.cleared:
        _remove_empty(target / path)
    for number, path in enumerate(plan.placed):
        _place(staged / str(number), target / path)
    for path in plan.last:
        _remove(target, path)
    paths = [*plan.first, *plan.cleared, *plan.placed, *plan.last]
    return list({folder for path in paths for folder in [target / path, *(target / path).parents]
                 if folder.is_relative_to(target)})


def _place(staged: Path, place: Path) -> None:
    if staged.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        staged.replace(place)


def _remove(target: Path, path: str) -> None:
    """Remove a file, and the folders that are empty then."""
    place = target / path
    # A folder there, or a file above it, has been placed by this plan in an earlier run.
    with suppress(FileNotFoundError, NotADirectoryError):
        if not S_ISDIR(place.lstat().st_mode):
            place.unlink()
    for above in reversed(list(_above(path))):
        try:
            (target / above).rmdir()
        except FileNotFoundError:
            continue
        except OSError:
            return


def _remove_empty(folder: Path) -> None:
    for base, _, _ in os.walk(folder, topdown=False):
        Path(base).rmdir()


def _read(journal: Path) -> _Plan | None:
    try:
        data = json.loads(journal.read_bytes())
        if data.pop("format") != _FORMAT:
            raise _unusable(journal, "was written by another version")
        plan = _Plan(**data)
        for path in (*plan.first, *plan.cleared, *plan.placed, *plan.last):
            _checked(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(journal, f"cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unusable(journal, "cannot be understood") from error
    return plan


def _unusable(journal: Path, why: str) -> OutputError:
    return OutputError(
        f"the journal {journal} of an interrupted run {why}",
        "delete the journal, then write the whole site again with `publisher build`",
    )


def _clean(target: Path, journal: Path) -> None:
    """Take away what a run that did not come to its commit, or to its end, has left."""
    if not journal.exists():
        for staged in _staged_folders(target):
            shutil.rmtree(staged, ignore_errors=True)
    _draft(journal).unlink(missing_ok=True)

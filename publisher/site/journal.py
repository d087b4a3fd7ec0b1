"""The journal of a run: what is to be done to a site, so that another run can finish it.

While there is a journal there are staged files; every step is one that may be done twice.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from stat import S_ISDIR

from publisher import durable
from publisher.errors import OutputError
from publisher.site.ground import NOTHING_CHANGED, STAGED, Ground, above, checked, saying

_SITE = "site"
_FORMAT = 2
_READ = (1, _FORMAT)  # the first named the staged files 0, 1, 2 …


@dataclass(slots=True)
class Plan:
    """The steps of a run, in their order."""

    first: list[str] = field(default_factory=list)  # removed: in the way of what is placed
    cleared: list[str] = field(default_factory=list)  # folders in the way, empty by then
    placed: list[str] = field(default_factory=list)  # the staged files go here
    staged: list[str] = field(default_factory=list)  # the names of the staged files
    last: list[str] = field(default_factory=list)  # removed, when no page links there any more
    inside: bool = False  # the staged files lie inside the site

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that the plan touches."""
        return (*self.first, *self.cleared, *self.placed, *self.last)

    @property
    def folders(self) -> set[str]:
        """The folders, below the site, of all paths that the plan touches."""
        return {folder for path in self.paths for folder in above(path)}


def staged_folders(target: Path, journal: Path) -> tuple[Path, Path]:
    """Where the staged files of a journal may be: beside the site, or inside it.

    The site and its search have a journal each: neither may clear away what the other's needs.
    """
    name = STAGED if journal.stem == _SITE else f"{STAGED}-{journal.stem}"
    return target.with_name(f"{name}-{target.name}"), target / name


def commit(journal: Path, plan: Plan) -> None:
    """Write the journal in one step; from here on the new site counts."""
    data = json.dumps({"format": _FORMAT, **asdict(plan)}, ensure_ascii=False).encode()
    draft = _draft(journal)
    with saying(journal, NOTHING_CHANGED):
        journal.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        durable.create(draft, data)
        draft.replace(journal)
    with saying(journal, "the next run does the rest"):
        durable.sync(journal.parent)


def finish(target: Path, journal: Path) -> bool:
    """Do, or do the rest of, what the journal says; whether there is one."""
    plan = _read(journal)
    if plan is None:
        return False
    staged = staged_folders(target, journal)[plan.inside]
    if not staged.is_dir():
        raise _unusable(journal, "does not find its staged files")
    with saying(target, "the next run does the rest"):
        _apply(target, plan, staged)
        touched = [target, *(target / folder for folder in plan.folders)]
        durable.settle([folder for folder in touched if folder.is_dir()])
        journal.unlink()
        durable.sync(journal.parent)
    return True


def clean(target: Path, journal: Path) -> None:
    """Take away what a run has left that did not come to its commit, or to its very end."""
    with suppress(OSError):
        _draft(journal).unlink(missing_ok=True)
    with suppress(OSError):
        if not journal.exists():
            for staged in staged_folders(target, journal):
                shutil.rmtree(staged, ignore_errors=True)


def _draft(journal: Path) -> Path:
    return journal.with_name(f"{journal.name}.draft")


def _read(journal: Path) -> Plan | None:
    try:
        data = json.loads(journal.read_bytes())
        version = data.pop("format")
        if version not in _READ:
            raise ValueError("written by another version")
        plan = Plan(**data)
        if version == 1:
            plan.staged = [str(number) for number in range(len(plan.placed))]
        for path in plan.paths:
            checked(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(journal, f"cannot be read ({error.strerror})") from error
    except (OutputError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unusable(journal, "cannot be understood") from error
    return plan


def _unusable(journal: Path, why: str) -> OutputError:
    return OutputError(
        f"the journal {journal} of an interrupted run {why}",
        "delete the journal, then write the whole site again with `publisher build`",
    )


def _apply(target: Path, plan: Plan, staged: Path) -> None:
    """Do the steps of a plan that are not done yet."""
    ground = Ground(target)
    for folder in plan.folders:
        ground.kind(folder)  # refuses a link that has come since the commit
    for path in plan.first:
        _remove(target, path)
    for path in plan.cleared:
        _remove_empty(target / path)
    made: set[str] = set()
    for name, path in zip(plan.staged, plan.placed, strict=True):
        _place(f"{staged}/{name}", target, path, made)
    for path in plan.last:
        _remove(target, path)


def _place(staged: str, target: Path, path: str, made: set[str]) -> None:
    """Rename a staged file to its place; `made` are folders that are known to be there."""
    place, folder = f"{target}/{path}", path.rpartition("/")[0]
    if folder not in made:
        os.makedirs(f"{target}/{folder}", exist_ok=True)  # noqa: PTH103 - as text, see Ground
        made.add(folder)
    # Where it is not there, it was placed before the run was interrupted.
    with suppress(FileNotFoundError):
        os.replace(staged, place)  # noqa: PTH105


def _remove(target: Path, path: str) -> None:
    """Remove a file, and the folders that are empty then."""
    place = target / path
    # A folder there, or a file above it, was placed by this very plan before it was interrupted.
    with suppress(FileNotFoundError, NotADirectoryError):
        if not S_ISDIR(place.lstat().st_mode):
            place.unlink()
    for folder in reversed(list(above(path))):
        try:
            (target / folder).rmdir()
        except FileNotFoundError:
            continue
        except OSError:
            return


def _remove_empty(folder: Path) -> None:
    for base, _, _ in os.walk(folder, topdown=False):
        Path(base).rmdir()

"""What git knows of the content: the commit, whether the tree differs from it, what changed since.

`head` and `changed_since` answer None where git or a repository is missing: the callers then walk.
`ask` is for those who must know why.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Head:
    """The commit that is checked out, its time, and the content files that differ from it."""

    commit: str
    at: dt.datetime
    differing: tuple[str, ...]


def head(root: Path) -> Head | None:
    """The checked-out commit; None without git, or before the first commit."""
    shown = _git(root, "show", "--no-patch", "--format=%H %cI", "HEAD")
    if shown is None:
        return None
    commit, at = shown.split()
    differing = changed_since(root, commit)
    return None if differing is None else Head(commit, dt.datetime.fromisoformat(at), differing)


def changed_since(root: Path, commit: str) -> tuple[str, ...] | None:
    """Content files that differ between a commit and the working tree; None if git cannot say."""
    # Each looks at every file of the content: at the same time, where there are two cores.
    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(
            _git, root, "ls-files", "--others", "--exclude-standard", "-z", "--", "content"
        )
        named = _git(root, "diff", *_NAMES, commit, "--", "content")
        untracked = others.result()
    return None if named is None or untracked is None else _paths(named + untracked)


def changed_between(root: Path, old: str, new: str) -> tuple[str, ...] | None:
    """Content files that differ between two commits; None if git cannot say.

    Costs what has changed, however many files there are.
    """
    named = _git(root, "diff", *_NAMES, old, new, "--", "content")
    return None if named is None else _paths(named)


_NAMES = ("--name-only", "--no-renames", "-z", "--relative")


def _paths(named: str) -> tuple[str, ...]:
    return tuple(sorted({each for each in named.split("\0") if each}))


def _git(root: Path, *arguments: str) -> str | None:
    try:
        return ask(root, *arguments)
    except GitError:
        return None


# Asking -------------------------------------------------------------------------------------------

_GRACE_SECONDS = 5
_KEPT = ("GIT_SSH_COMMAND", "GIT_SSH")
"""How the operator lets git reach a remote: nothing that would lead it to another repository."""


class GitError(Exception):
    """What git answered instead of what it was asked for; `said` is its own words, in English."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class GitMissing(GitError):
    """There is no git on this machine."""


class GitSilent(GitError):
    """git gave no answer in time, and was ended."""


def ask(root: Path, *arguments: str, seconds: float = _TIMEOUT_SECONDS) -> str:
    """What git prints in a folder; raises GitError.

    Nobody is asked for a password: git has no terminal, and helpers that open a window are off.
    What is not UTF-8 comes as surrogates.
    """
    return ask_bytes(root, *arguments, seconds=seconds).decode("utf-8", "surrogateescape")


def ask_bytes(
    root: Path, *arguments: str, seconds: float = _TIMEOUT_SECONDS, index: Path | None = None
) -> bytes:
    """The same, as bytes; with an index of one's own instead of the repository's."""
    try:
        process = subprocess.Popen(
            ["git", "-c", "core.quotepath=off", "-C", str(root), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=_environment(index), start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise GitMissing(f"git cannot be started: {error.strerror or error}") from error
    with process:
        try:
            out, said = process.communicate(timeout=seconds)
        except BaseException as error:
            _end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise GitSilent(f"git gave no answer within {seconds:.0f} seconds") from error
            raise
    if process.returncode != 0:
        raise GitError(said.decode("utf-8", "replace").strip())
    return out


def find(root: Path, name: str) -> str | None:
    """The commit that a name stands for; None where there is none."""
    try:
        return ask(root, "rev-parse", "--quiet", "--verify", f"{name}^{{commit}}").strip()
    except GitError:
        return None


def write_tree(root: Path, commit: str, folder: Path) -> Path:
    """Write the files of a commit into an empty folder; where in it the publication lies.

    Nothing of the repository is changed: git is given an index of its own.  Raises GitError.
    """
    index = folder / "index"
    tree = folder / "tree"
    ask_bytes(root, "read-tree", commit, index=index)
    ask_bytes(root, "-c", "core.sparseCheckout=false", "checkout-index", "--all", "--quiet",
              f"--prefix={tree}/", index=index, seconds=10 * _TIMEOUT_SECONDS)  # fmt: skip
    place = tree / ask(root, "rev-parse", "--show-prefix").strip()
    place.mkdir(parents=True, exist_ok=True)
    return place


def is_shallow(root: Path) -> bool:
    """Whether the repository lacks a part of its history."""
    try:
        return ask(root, "rev-parse", "--is-shallow-repository").strip() == "true"
    except GitError:
        return False


def _environment(index: Path | None) -> dict[str, str]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("GIT_") or key in _KEPT
    }
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS_REQUIRE": "never",
        **({"GIT_INDEX_FILE": str(index)} if index else {}),
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and what it has started; asked first, since then it takes its locks away."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=_GRACE_SECONDS)
            return

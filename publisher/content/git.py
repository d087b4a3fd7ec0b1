"""What git knows of the content: the commit, whether the tree differs from it, what changed since.

Every question answers None where git or a repository is missing: the callers then walk.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
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
    return Head(commit, dt.datetime.fromisoformat(at), changed_since(root, commit) or ())


def changed_since(root: Path, commit: str) -> tuple[str, ...] | None:
    """Content files that differ between a commit and the working tree; None if git cannot say."""
    named = _git(root, "diff", "--name-only", "--no-renames", "-z", "--relative", commit, "--",
                 "content")  # fmt: skip
    untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", "content")
    if named is None or untracked is None:
        return None
    return tuple(sorted({each for each in (named + untracked).split("\0") if each}))


def _git(root: Path, *arguments: str) -> str | None:
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }
    try:
        done = subprocess.run(
            ["git", "-c", "core.quotepath=off", "-C", str(root), *arguments],
            capture_output=True, timeout=_TIMEOUT_SECONDS, env=environment, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None

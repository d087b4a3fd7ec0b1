"""The clone in which a publication lies: its tree is moved to a commit whole, or not at all.

git looks first whether an edit is in the way.  Who is killed in the middle leaves a tree of two
commits: so what is being taken is noted under ``refs/publisher/taking``, and the next pull puts
back what was written of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from publisher.content import git
from publisher.errors import StepFailed

TAKING = "refs/publisher/taking"

_MOVE_SECONDS = 1200
_STALE = dt.timedelta(minutes=10)
"""A lock of git that is older was left by a process that was killed."""
_SHOWN = 20
_LOCK = re.compile(r"'([^'\n]+\.lock)'")
_FILES = re.compile(r"^\t(.+)$", re.MULTILINE)


class PullFailed(StepFailed):
    """The content could not be brought up to date; it is as it was."""


class Clone:
    """A clone in a folder; `now` judges the age of locks.  Its methods raise PullFailed."""

    def __init__(self, root: Path, now: dt.datetime) -> None:
        self.root = root
        self._now = now

    def find(self, name: str) -> str | None:
        """The commit that a name stands for; None where there is none."""
        return git.find(self.root, name)

    def is_ancestor(self, one: str, other: str) -> bool:
        """Whether one commit stands in the history of another."""
        try:
            git.ask(self.root, "merge-base", "--is-ancestor", one, other)
        except git.GitError as error:
            if error.said:
                raise self.failed(error) from error
            return False
        return True

    def ask(self, *arguments: str) -> str:
        """What git prints."""
        try:
            return git.ask(self.root, *arguments)
        except git.GitError as error:
            raise self.locked(error) or self.failed(error) from error

    def move(self, to: str, *arguments: str) -> None:
        """Change the tree to a commit, by a command that never writes over an edit."""
        # A file that was copied, or put back, is no edit; git knows only when it has looked again.
        with suppress(git.GitError):  # it "fails" where there are edits
            git.ask(self.root, "update-index", "-q", "--refresh")
        self.ask("update-ref", TAKING, to)
        try:
            git.ask(self.root, *arguments, to, seconds=_MOVE_SECONDS)
        except git.GitError as error:
            if (locked := self.locked(error)) is not None:
                raise locked from error
            self.put_back()
            raise self._in_the_way(error) or self.failed(error) from error
        self.ask("update-ref", "-d", TAKING)

    def _in_the_way(self, error: git.GitError) -> PullFailed | None:
        if "overwritten by" not in error.said and "not uptodate" not in error.said:
            return None
        return PullFailed(
            f"edits in {self.root} are in the way of what was pushed: "
            f"{listed(_FILES.findall(error.said)) or words(error)}",
            "commit and push them, or put them aside with `git stash`",
        )

    # After a pull that was killed ------------------------------------------------------------

    def put_back(self) -> None:
        """Take back what an interrupted move has written; edits are left alone."""
        taking, head = self.find(TAKING), self.find("HEAD")
        if taking is None:
            return
        top = Path(self.ask("rev-parse", "--show-toplevel").rstrip("\n"))
        self._refuse_lock(top)
        if head is not None and head != taking:
            named = self.ask("diff", "--name-only", "--no-renames", "-z", head, taking)
            for path in filter(None, named.split("\0")):
                self._put_back_file(top / path, path, head, taking)
        self.ask("update-ref", "-d", TAKING)

    def _refuse_lock(self, top: Path) -> None:
        """Another git may be at work just now: what it writes is not ours to take back."""
        lock = Path(self.ask("rev-parse", "--git-path", "index.lock").strip())
        if self._is_young(self.root / lock):
            raise self._at_work(top / lock)

    def _put_back_file(self, file: Path, path: str, head: str, taking: str) -> None:
        old, new = self._blob(head, path), self._blob(taking, path)
        now = file.read_bytes() if file.is_file() and not file.is_symlink() else None
        is_ours = now is None or (new is not None and new.startswith(now))  # whole, or cut off
        if now == old or not is_ours or file.is_symlink():
            return
        if old is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(old)

    def _blob(self, commit: str, path: str) -> bytes | None:
        try:
            return git.ask_bytes(self.root, "cat-file", "blob", f"{commit}:{path}")
        except git.GitError:
            return None

    # In words --------------------------------------------------------------------------------

    def failed(self, error: git.GitError) -> PullFailed:
        """What to say of anything else."""
        return PullFailed(
            f"git in {self.root} failed: {words(error)}", f"see `git -C {self.root} status`"
        )

    def locked(self, error: git.GitError) -> PullFailed | None:
        """What to say where git met a lock: somebody is at work, or somebody was killed."""
        found = _LOCK.search(error.said)
        if found is None:
            return None
        file = self.root / found[1]
        if not file.exists() or self._is_young(file):
            return self._at_work(file)
        touched = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
        return PullFailed(
            f"a git that was killed left its lock behind at {touched:%Y-%m-%d %H:%M} UTC",
            f"make sure that no git runs, then delete {file}",
        )

    def _at_work(self, file: Path) -> PullFailed:
        return PullFailed(f"another git is at work ({file})", "it is tried again next time")

    def _is_young(self, file: Path) -> bool:
        try:
            touched = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
        except OSError:
            return False
        return self._now - touched < _STALE


def words(error: git.GitError) -> str:
    """The last thing that git said that is not advice."""
    lines = [each.strip() for each in error.said.splitlines() if each.strip()]
    told = [each for each in lines if each.startswith(("fatal:", "error:"))] or lines[-1:]
    told = [re.sub(r"^(fatal|error): ", "", each).rstrip(".") for each in told]
    return "; ".join(told) or "it did not say why"


def listed(names: Iterable[str]) -> str:
    """Names in a sentence; of very many the first ones."""
    all_names = list(names)
    return ", ".join(all_names[:_SHOWN]) + (" …" if len(all_names) > _SHOWN else "")

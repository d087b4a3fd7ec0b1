"""Content arrives by git: the operator's clone follows a branch of a remote.

A pull either takes a commit whole or leaves the tree as it was, and never writes over what was
edited here.  History that was written anew (a forced push) is taken only where every published
entry whose file is here now has a file there, too.

The commit that was taken last is kept under ``refs/publisher/taken``: so a forced push is told
from commits that the operator made in the clone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.archive.queries import Queries
from publisher.config.settings import PullSettings
from publisher.content import git
from publisher.content.clone import TAKING, Clone, PullFailed, listed, words
from publisher.content.files import ENTRIES
from publisher.document import parse

if TYPE_CHECKING:
    from publisher.review import Told

FETCHED, TAKEN = "refs/publisher/fetched", "refs/publisher/taken"

_FETCH_SECONDS = 120


class HistoryRewritten(PullFailed):
    """The branch was written anew, and lacks entries that are published."""

    def __init__(self, what: str, remedy: str, lost: tuple[str, ...]) -> None:
        super().__init__(what, remedy)
        self.lost = lost


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought: the commits before and after, and the files of content that differ.

    `withdrawn` are published entries whose files are gone: the archive keeps them.
    """

    before: str
    after: str
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    is_rewritten: bool = False

    @property
    def is_news(self) -> bool:
        """Whether anything came."""
        return self.before != self.after

    def __str__(self) -> str:
        if not self.is_news:
            return f"nothing new since {self.after[:10]}"
        number = len(self.changed)
        files = "content file" if number == 1 else "content files"
        told = [f"{self.before[:10]} to {self.after[:10]}: {number} {files}"]
        if self.is_rewritten:
            told.append("the branch was written anew, and nothing that is published was lost")
        if self.withdrawn:
            told.append(f"published entries without a file now: {listed(self.withdrawn)}")
        return "; ".join(told)


class Checkout:
    """The clone in which a publication lies; `now` judges the age of locks."""

    def __init__(self, root: Path, settings: PullSettings, now: dt.datetime) -> None:
        self._root, self._settings = root, settings
        self._clone = Clone(root, now)

    @property
    def is_interrupted(self) -> bool:
        """Whether a pull was killed while it changed the tree."""
        return self._clone.find(TAKING) is not None

    def put_back(self) -> None:
        """Take back what such a pull has written.  Raises PullFailed."""
        self._clone.put_back()

    # What is there ---------------------------------------------------------------------------

    def fetch(self) -> None:
        """Bring the branch's commits here; the tree stays as it is.  Raises PullFailed."""
        self._refuse_other_branch()
        branch, remote = self._settings.branch, self._settings.remote
        if self._clone.find(TAKEN) is None and self._clone.find("HEAD") is not None:
            known = self._clone.find(f"refs/remotes/{remote}/{branch}")
            self._clone.ask("update-ref", TAKEN, known or "HEAD")
        options = ["--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
        source = f"+refs/heads/{branch}:{FETCHED}"
        try:
            git.ask(self._root, *self._ssh(), "fetch", *options, "--", remote, source,
                    seconds=_FETCH_SECONDS)  # fmt: skip
        except git.GitError as error:
            raise self._unreachable(error) from error

    def remote_head(self) -> str:
        """The commit that the branch has at the remote now; nothing is fetched, or written here.

        Raises PullFailed.
        """
        branch, remote = self._settings.branch, self._settings.remote
        try:
            said = git.ask(self._root, *self._ssh(), "ls-remote", "--", remote,
                           f"refs/heads/{branch}", seconds=_FETCH_SECONDS)  # fmt: skip
        except git.GitError as error:
            raise self._unreachable(error) from error
        return said.partition("\t")[0].strip()

    def _ssh(self) -> list[str]:
        """An ssh that asks nobody; a command of the operator's own is taken as it is."""
        if self._is_told("core.sshCommand"):
            return []
        return ["-c", "core.sshCommand=ssh -o BatchMode=yes -o ConnectTimeout=20"]

    def _is_told(self, key: str) -> bool:
        try:
            return bool(git.ask(self._root, "config", "--get", key).strip())
        except git.GitError:
            return False

    def _unreachable(self, error: git.GitError) -> PullFailed:
        branch, remote = self._settings.branch, self._settings.remote
        if "couldn't find remote ref" in error.said:
            return PullFailed(
                f"{remote} has no branch {branch}",
                "push it, or name another with PUBLISHER_BRANCH",
            )
        if (locked := self._clone.locked(error)) is not None:
            return locked
        return PullFailed(
            f"the content could not be fetched from {remote}: {words(error)}",
            f"see to it with `git -C {self._root} fetch {remote}`; until then what is here is "
            "published",
        )

    def _refuse_other_branch(self) -> None:
        try:
            git.ask(self._root, "rev-parse", "--git-dir")
        except git.GitMissing as error:
            raise PullFailed(
                error.said, "install git, or publish without it: unset PUBLISHER_BRANCH"
            ) from error
        except git.GitError as error:
            raise PullFailed(
                f"{self._root} cannot be used as a clone: {words(error)}",
                "clone the publication's repository with `git clone`, or unset PUBLISHER_BRANCH",
            ) from error
        try:
            here = git.ask(self._root, "symbolic-ref", "--quiet", "--short", "HEAD").strip()
        except git.GitError:
            here = ""
        if here != self._settings.branch:
            raise PullFailed(
                f"{self._root} is on {f'the branch {here}' if here else 'no branch'}, and "
                f"{self._settings.branch} is to be pulled",
                f"run `git -C {self._root} switch {self._settings.branch}`, or change "
                "PUBLISHER_BRANCH",
            )

    # Taking it -------------------------------------------------------------------------------

    def take(self, archive: Queries) -> Pulled:
        """Make the tree what was fetched.  Raises PullFailed, and HistoryRewritten."""
        before, after = self._clone.find("HEAD"), self._clone.find(FETCHED)
        if after is None:
            raise PullFailed("nothing was fetched", "pull again")
        if before is not None and before != after and not self._clone.is_ancestor(before, after):
            return self._rewritten(before, after, archive)
        if before != after:
            self._clone.move(after, "merge", "--quiet", "--ff-only", "--no-stat")
        self._clone.ask("update-ref", TAKEN, after)
        return self._pulled(before or after, after, archive)

    def _rewritten(self, before: str, after: str, archive: Queries) -> Pulled:
        """Take history that does not go on from what is here, where nothing published is lost."""
        taken = self._clone.find(TAKEN)
        if taken is not None and not self._clone.is_ancestor(before, taken):
            if self._clone.is_ancestor(after, before):
                return Pulled(before, before)  # commits of the operator's own, not pushed yet
            raise PullFailed(
                f"{self._root} has commits that {self._settings.branch} of "
                f"{self._settings.remote} does not have, and lacks others",
                "push them, or rebase them with `git pull --rebase`",
            )
        lost = self._lost(before, after, archive)
        if lost:
            raise HistoryRewritten(
                f"{self._settings.branch} of {self._settings.remote} was written anew "
                f"({before[:10]} is no longer in it), and lacks {len(lost)} published "
                f"{'entry' if len(lost) == 1 else 'entries'}: {listed(lost)}",
                "put their files back on the branch, or, where they are meant to be gone, say so: "
                f"`git -C {self._root} reset --keep {after[:10]}`; until then what is here is "
                "published",
                lost,
            )
        self._clone.move(after, "reset", "--quiet", "--keep")
        self._clone.ask("update-ref", TAKEN, after)
        return self._pulled(before, after, archive, is_rewritten=True)

    def _lost(self, before: str, after: str, archive: Queries) -> tuple[str, ...]:
        """Published entries that have a file in one commit and, under every name, none in another.

        A file of a new name counts where it names an old one under `aliases`.
        """
        old, new = self._entries(before), self._entries(after)
        gone = {each: archive.identity(each) for each in sorted(old - new)}
        names = set(new)
        if any(gone.values()):
            names.update(*(self._aliases(after, each) for each in new - old))
        there = {archive.identity(each) for each in names}
        return tuple(each for each, known in gone.items() if known and known not in there)

    def _entries(self, commit: str) -> set[str]:
        listed = self._clone.ask("ls-tree", "-r", "-z", "--name-only", commit, "--", ENTRIES)
        return set(_entry_ids(listed.split("\0")))

    def _aliases(self, commit: str, entry_id: str) -> list[str]:
        path = f"{ENTRIES}/{entry_id}.yaml"
        raw = git.ask_bytes(self._root, "cat-file", "blob", f"{commit}:./{path}")
        document, _ = parse(raw, path)
        found = document.data.get("aliases") if document is not None else None
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []

    def _pulled(
        self, before: str, after: str, archive: Queries, *, is_rewritten: bool = False
    ) -> Pulled:
        if before == after:
            return Pulled(before, after)
        changed = self._clone.ask("diff", "--name-only", "--no-renames", "-z", "--relative", before,
                            after, "--", "content").split("\0")  # fmt: skip
        paths = tuple(each for each in changed if each)
        return Pulled(before, after, paths, self._lost(before, after, archive), is_rewritten)


def _entry_ids(paths: Iterable[str]) -> Iterable[str]:
    for path in paths:
        if path.endswith(".yaml"):
            yield path.removeprefix(f"{ENTRIES}/").removesuffix(".yaml")


# One pull ----------------------------------------------------------------------------------------


def pull(
    checkout: Checkout, alone: Callable[[], AbstractContextManager[None]], archive: Queries
) -> Pulled:
    """Fetch, and take what came while nobody publishes.  Raises PullFailed."""
    if checkout.is_interrupted:
        with alone():
            checkout.put_back()
    checkout.fetch()
    with alone():
        return checkout.take(archive)


def remember(told: Told, failed: PullFailed | None) -> None:
    """Keep in mind that a pull failed, or that it is well again."""
    rewritten = isinstance(failed, HistoryRewritten)
    if rewritten:
        told.trouble("pull:rewritten", "A forced push was not taken", str(failed).splitlines())
    elif failed is None:
        told.settled("pull:rewritten")
    if failed is not None and not rewritten:
        told.trouble("pull", "The content cannot be pulled", str(failed).splitlines())
    else:
        told.settled("pull")

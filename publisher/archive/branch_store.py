"""An archive in a branch of git: after something was taken down, one new commit and no history.

The folder of the archive then lies in a work tree of its own, as deploy/github/publish.yml keeps
it.  The commit has no parents, so nothing that was in the branch can be reached from it; it takes
the place of the branch here and at its remote, and what git kept here beside is cleared away.
Whoever has fetched the branch before keeps what they have, and so may the host for a while.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from publisher.content import git
from publisher.errors import ArchiveError

_AUTHOR = ("-c", "user.name=publisher", "-c", "user.email=publisher@localhost")
_OURS = "refs/publisher/archive"
"""Commits that were to take the branch's place: known to a run after those that were interrupted.
"""


def rewrite(archive: Path, what: str, instead: Mapping[Path, bytes] | None = None) -> str:
    """Write the branch of an archive anew; what was done in words, "" where there is no branch.

    Some files are committed with other bytes `instead`, which the caller writes when this is done.
    Raises ArchiveError where the remote refuses: its branch has moved, or no forced push may be.
    """
    top, branch = _own_branch(archive)
    if top is None:
        return ""
    try:
        git.ask(top, "add", "--all")
        for file, data in (instead or {}).items():
            _put(top, file, data)
        tree = git.ask(top, "write-tree").strip()
        message = f"What is published, without {what}"
        commit = git.ask(top, *_AUTHOR, "commit-tree", tree, "-m", message).strip()
        git.ask(top, "update-ref", f"{_OURS}/{commit}", commit)
        told = _push(top, branch, commit)
        git.ask(top, "update-ref", f"refs/heads/{branch}", commit)
        _clear(top, branch)
    except git.GitError as error:
        raise ArchiveError(
            f"the branch {branch} of the archive was not written anew: {error.said}",
            "fetch what others have pushed, allow forced pushes to it, and run the same command "
            "again",
        ) from error
    return told


def _own_branch(archive: Path) -> tuple[Path | None, str]:
    """The work tree of the archive and its branch; none where it lies among other files."""
    try:
        top = Path(git.ask(archive, "rev-parse", "--show-toplevel").strip())
        branch = git.ask(archive, "symbolic-ref", "--quiet", "--short", "HEAD").strip()
        is_kept = bool(git.ask(top, "ls-files", "--", str(archive)).strip())
    except git.GitError:
        return None, ""
    has_content = (top / "content").exists()
    return (top, branch) if is_kept and not has_content else (None, "")


def _put(top: Path, file: Path, data: bytes) -> None:
    """Commit a file with other bytes than lie there."""
    with tempfile.NamedTemporaryFile() as draft:
        draft.write(data)
        draft.flush()
        name = git.ask(top, "hash-object", "-w", "--no-filters", draft.name).strip()
    path = file.resolve().relative_to(top.resolve()).as_posix()
    git.ask(top, "update-index", "--add", "--cacheinfo", f"100644,{name},{path}")


def _push(top: Path, branch: str, commit: str) -> str:
    """Put the commit in the place of the remote's branch, if that is what it was here."""
    remotes = git.ask(top, "remote").split()
    if not remotes:
        return f"the branch {branch} was written anew, as one commit"
    remote = "origin" if "origin" in remotes else remotes[0]
    there = git.ask(top, "ls-remote", remote, f"refs/heads/{branch}").split()
    if there and not _is_known(top, branch, there[0]):
        raise git.GitError(f"{remote} has commits that are not here")
    lease = f"--force-with-lease=refs/heads/{branch}:{there[0] if there else ''}"
    git.ask(top, "push", "--quiet", lease, remote, f"{commit}:refs/heads/{branch}", seconds=300)
    return f"the branch {branch} was written anew, as one commit, here and at {remote}"


def _is_known(top: Path, branch: str, commit: str) -> bool:
    """Whether the branch here holds what the remote's has: else something would be lost."""
    if commit in git.ask(top, "for-each-ref", "--format=%(objectname)", _OURS).split():
        return True
    try:
        git.ask(top, "merge-base", "--is-ancestor", commit, f"refs/heads/{branch}")
    except git.GitError:
        return False
    return True


def _clear(top: Path, branch: str) -> None:
    """No old commit stays here: not in a reflog, not as what was fetched last, not loose."""
    for each in git.ask(top, "for-each-ref", "--format=%(refname)", "refs/remotes").split():
        if each.split("/", 3)[3:] == [branch]:
            git.ask(top, "update-ref", "-d", each)
    for each in git.ask(top, "for-each-ref", "--format=%(refname)", _OURS).split():
        git.ask(top, "update-ref", "-d", each)
    for name in ("FETCH_HEAD", "ORIG_HEAD"):
        place = Path(git.ask(top, "rev-parse", "--git-path", name).strip())
        (top / place).unlink(missing_ok=True)
    git.ask(top, "reflog", "expire", "--expire=now", "HEAD", f"refs/heads/{branch}")
    git.ask(top, "gc", "--quiet", "--prune=now", seconds=600)

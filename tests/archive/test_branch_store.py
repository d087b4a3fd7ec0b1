"""An archive in a branch of git is one commit without history after a takedown."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from publisher.archive.branch_store import rewrite
from publisher.errors import ArchiveError

SECRET = "what nobody may read any more"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_AUTHOR_NAME": "a",
             "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a",
             "GIT_COMMITTER_EMAIL": "a@example.com"},
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def tree(swift: Path) -> Path:
    """A work tree of the branch `archive`, pushed to a bare remote, with two commits."""
    git(swift, "init", "--quiet", "--bare", "remote.git")
    git(swift, "clone", "--quiet", str(swift / "remote.git"), "tree")
    tree = swift / "tree"
    git(tree, "switch", "--quiet", "--orphan", "archive")
    for number, text in enumerate((SECRET, "good"), 1):
        file = tree / f"archive/entries/{number}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        git(tree, "add", ".")
        git(tree, "commit", "--quiet", "-m", str(number))
    git(tree, "push", "--quiet", "origin", "archive")
    return tree


def test_one_commit_takes_the_place_of_all(tree: Path) -> None:
    """Here and at the remote; the old ones cannot be reached, and are gone here."""
    old = git(tree, "rev-parse", "HEAD~1")
    (tree / "archive/entries/1.json").unlink()

    told = rewrite(tree / "archive", "2026/04/26/bad")

    assert told == "the branch archive was written anew, as one commit, here and at origin"
    for place in (tree, tree.parent / "remote.git"):
        assert git(place, "rev-list", "--count", "refs/heads/archive") == "1"
        assert (
            git(place, "ls-tree", "-r", "--name-only", "refs/heads/archive")
            == "archive/entries/2.json"
        )
    with pytest.raises(subprocess.CalledProcessError):
        git(tree, "cat-file", "-e", old)
    assert git(tree, "status", "--porcelain") == ""


def test_who_was_overtaken_cannot_bring_the_history_back(tree: Path) -> None:
    """A runner that has the old branch is refused when it pushes."""
    git(tree.parent, "clone", "--quiet", "--branch", "archive", "remote.git", "other")
    other = tree.parent / "other"
    (other / "archive/entries/3.json").write_text("new")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "-m", "3")
    (tree / "archive/entries/1.json").unlink()
    rewrite(tree / "archive", "2026/04/26/bad")
    with pytest.raises(subprocess.CalledProcessError):
        git(other, "push", "--quiet", "origin", "archive")


def test_what_others_have_pushed_is_not_lost(tree: Path) -> None:
    """A remote that has more is not written over: it is to be fetched first."""
    git(tree.parent, "clone", "--quiet", "--branch", "archive", "remote.git", "other")
    other = tree.parent / "other"
    (other / "archive/entries/3.json").write_text("new")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "-m", "3")
    git(other, "push", "--quiet", "origin", "archive")
    with pytest.raises(ArchiveError, match="fetch what others have pushed"):
        rewrite(tree / "archive", "2026/04/26/bad")
    assert git(tree.parent / "remote.git", "rev-list", "--count", "refs/heads/archive") == "3"


def test_a_run_that_was_killed_after_its_push_is_no_stranger(tree: Path) -> None:
    """The remote has what was made here, though the branch here is still the old one."""
    (tree / "archive/entries/1.json").unlink()
    git(tree, "add", "--all")
    made = git(tree, "commit-tree", git(tree, "write-tree"), "-m", "made")
    git(tree, "update-ref", f"refs/publisher/archive/{made}", made)
    git(tree, "push", "--quiet", "--force", "origin", f"{made}:refs/heads/archive")
    rewrite(tree / "archive", "2026/04/26/bad")
    for place in (tree, tree.parent / "remote.git"):
        assert git(place, "log", "--all", "--format=%s") == (
            "What is published, without 2026/04/26/bad"
        )


def test_a_file_may_be_committed_before_it_is_written(tree: Path) -> None:
    """What a commit says of itself is in it, and on the disk after it."""
    file = tree / "archive/entries/2.json"
    rewrite(tree / "archive", "2026/04/26/bad", {file: b"done"})
    assert file.read_text() == "good"
    file.write_text("done")
    assert git(tree, "status", "--porcelain") == ""


def test_an_archive_that_is_no_branch_is_left_alone(tree: Path, swift: Path) -> None:
    """A folder without git, and one that lies among the content."""
    plain = swift / "plain"
    plain.mkdir()
    assert rewrite(plain, "x") == ""
    (tree / "content").mkdir()
    assert rewrite(tree / "archive", "x") == ""

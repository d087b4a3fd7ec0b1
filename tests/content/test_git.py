"""What git knows of the content."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest
from newsroom import Newsroom

from publisher.content import git


def test_without_a_repository(newsroom: Newsroom) -> None:
    """Every question has the answer None."""
    assert git.head(newsroom.root) is None
    assert git.changed_since(newsroom.root, "0" * 40) is None


def test_before_the_first_commit(newsroom: Newsroom) -> None:
    """There is no commit to name."""
    newsroom.git("init", "--quiet")
    assert git.head(newsroom.root) is None


def test_without_git(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has no git publishes all the same."""
    newsroom.commit()
    monkeypatch.setenv("PATH", "/nowhere")
    assert git.head(newsroom.root) is None


def test_the_commit_that_is_checked_out(newsroom: Newsroom) -> None:
    """Its id, and when it was made, with the offset of its author."""
    commit = newsroom.commit("2026-04-26T12:00:00+08:00")
    head = git.head(newsroom.root)
    assert head is not None
    assert (head.commit, head.differing) == (commit, ())
    assert head.at == dt.datetime.fromisoformat("2026-04-26T12:00:00+08:00")


def test_what_differs_from_the_commit(newsroom: Newsroom) -> None:
    """Edited, new and deleted files of the content, and no others."""
    entry = newsroom.entry("one")
    newsroom.entry("two")
    newsroom.commit()
    newsroom.edit(entry, importance=5)
    newsroom.entry("新-three")
    (newsroom.root / "content/entries/2026/04/26/two.yaml").unlink()
    newsroom.file("var/archive/x.json", "{}")
    head = git.head(newsroom.root)
    assert head is not None
    assert [Path(path).stem for path in head.differing] == ["one", "two", "新-three"]


def test_what_changed_since_a_commit(newsroom: Newsroom) -> None:
    """In later commits, in the working tree, and new files that nobody added yet."""
    one, two = newsroom.entry("one"), newsroom.entry("two")
    newsroom.entry("three")
    first = newsroom.commit()
    newsroom.edit(one, importance=5)
    newsroom.commit()
    newsroom.edit(two, importance=5)
    newsroom.entry("new")
    newsroom.file("README.md", "not content")
    found = git.changed_since(newsroom.root, first)
    assert found is not None
    assert [Path(path).stem for path in found] == ["new", "one", "two"]
    assert all(path.startswith("content/entries/2026/04/26/") for path in found)


def test_what_two_commits_differ_in(newsroom: Newsroom) -> None:
    """Whatever the working tree says by now."""
    one, two = newsroom.entry("one"), newsroom.entry("two")
    first = newsroom.commit()
    newsroom.edit(one, importance=5)
    second = newsroom.commit()
    newsroom.edit(two, importance=5)
    assert git.changed_between(newsroom.root, first, second) == (
        "content/entries/2026/04/26/one.yaml",
    )
    assert git.changed_between(newsroom.root, "f" * 40, second) is None


def test_a_renamed_file_is_one_gone_and_one_new(newsroom: Newsroom) -> None:
    """Both names are told, so that the new one is looked at."""
    old = newsroom.entry("old")
    commit = newsroom.commit()
    newsroom.rename(old, "2026/04/26/new")
    newsroom.commit()
    found = git.changed_since(newsroom.root, commit)
    assert found is not None
    assert [Path(path).stem for path in found] == ["new", "old"]


def test_a_commit_that_is_not_there(newsroom: Newsroom) -> None:
    """After a shallow clone, or a history that was written anew: git cannot say."""
    newsroom.commit()
    assert git.changed_since(newsroom.root, "f" * 40) is None


def test_a_publication_in_a_folder_of_the_repository(newsroom: Newsroom) -> None:
    """Paths are those of the publication, not of the repository around it."""
    outer = Newsroom(newsroom.root / "inner")
    newsroom.git("init", "--quiet")
    newsroom.git("add", ".")
    newsroom.git("commit", "--quiet", "--message", "content")
    commit = newsroom.git("rev-parse", "HEAD")
    outer.entry("one")
    newsroom.entry("elsewhere")
    assert git.changed_since(outer.root, commit) == ("content/entries/2026/04/26/one.yaml",)
    head = git.head(outer.root)
    assert head is not None
    assert head.differing == ("content/entries/2026/04/26/one.yaml",)


def test_variables_of_an_outer_git_are_not_handed_on(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`publisher` in a hook asks the publication's repository."""
    commit = newsroom.commit()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    head = git.head(newsroom.root)
    assert head is not None
    assert head.commit == commit


def test_a_git_that_gives_no_answer(newsroom: Newsroom) -> None:
    """It is ended, with what it has started, and nobody waits for either."""
    newsroom.commit()
    mark = newsroom.root / "ended"
    begun = time.monotonic()
    with pytest.raises(git.GitSilent, match="no answer within"):
        git.ask(newsroom.root, "-c", f"alias.hang=!sleep 60; touch {mark}", "hang", seconds=0.2)
    assert time.monotonic() - begun < 40
    assert not mark.exists()


def test_what_git_says_instead(newsroom: Newsroom) -> None:
    """Its own words, in English."""
    with pytest.raises(git.GitError) as caught:
        git.ask(newsroom.root, "log")
    assert "not a git repository" in caught.value.said


def test_nobody_is_asked_for_a_password(newsroom: Newsroom) -> None:
    """Programs that would open a window are off, and there is no terminal."""
    newsroom.commit()
    told = git.ask(newsroom.root, "-c", "alias.env=!env; tty || true", "env")
    assert "GIT_TERMINAL_PROMPT=0" in told
    assert "GIT_ASKPASS=\n" in told
    assert "not a tty" in told


def test_the_files_of_a_commit(newsroom: Newsroom, tmp_path: Path) -> None:
    """As they were, whatever is checked out now; the repository stays as it is."""
    entry = newsroom.entry("one")
    commit = newsroom.commit()
    newsroom.edit(entry, importance=5)
    newsroom.git("add", "content")
    before = newsroom.files(".git")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    place = git.write_tree(newsroom.root, commit, folder)
    assert "importance" not in (place / f"content/entries/{entry}.yaml").read_text("utf-8")
    assert newsroom.files(".git") == before

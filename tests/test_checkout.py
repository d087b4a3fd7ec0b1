"""Content arrives by git: what is taken, what is refused, and in what words."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from clones import Clones
from newsroom import at

from publisher.content.clone import PullFailed


@pytest.fixture
def clones(swift: Path) -> Iterator[Clones]:
    found = Clones(swift)
    yield found
    found.close()


def refused(clones: Clones) -> str:
    """Pull in vain; what is said."""
    with pytest.raises(PullFailed) as caught:
        clones.app().pull()
    return str(caught.value)


def test_nothing_is_pulled_where_no_branch_is_named(clones: Clones) -> None:
    """Whoever publishes by hand is left alone."""
    clones.editor.entry("three")
    clones.push()
    assert clones.server.app().pull() is None
    assert not clones.has("2026/04/26/three")


def test_what_was_pushed_is_taken(clones: Clones) -> None:
    """The commits before and after are told, and the files that came."""
    new = clones.editor.entry("three")
    commit = clones.push()
    pulled = clones.app().pull()
    assert pulled is not None
    assert (pulled.before, pulled.after) == (clones.first, commit)
    assert pulled.changed == (f"content/entries/{new}.yaml",)
    assert clones.has(new)
    assert str(pulled) == f"{clones.first[:10]} to {commit[:10]}: 1 content file"


def test_nothing_new(clones: Clones) -> None:
    """A pull that brings nothing says so."""
    pulled = clones.app().pull()
    assert pulled is not None
    assert not pulled.is_news
    assert str(pulled) == f"nothing new since {clones.first[:10]}"


def test_an_app_sees_what_it_pulled(clones: Clones) -> None:
    """Settings that were read before the pull are read again."""
    app = clones.app()
    assert list(app.frame.bulletins) == ["daily"]
    clones.editor.bulletin("weekly", cadence="weekly", schedule={"on": "mon", "at": "18:00"})
    commit = clones.push()
    app.pull()
    assert list(app.frame.bulletins) == ["daily", "weekly"]
    assert app.head is not None
    assert app.head.commit == commit


def test_a_publication_in_a_folder_of_the_repository(clones: Clones) -> None:
    """The whole repository follows; paths are those of the publication."""
    from newsroom import Newsroom

    inner = Newsroom(clones.editor.root / "inner")
    clones.editor.git("add", "inner")
    clones.push()
    clones.app().pull()
    new = inner.entry("deep")
    clones.editor.git("add", "inner")
    clones.push()
    served = Newsroom(clones.server.root / "inner")
    pulled = served.app(None, PUBLISHER_BRANCH="main").pull()
    served.close()
    assert pulled is not None
    assert pulled.changed == (f"content/entries/{new}.yaml",)


# A remote that does not answer ------------------------------------------------------------------


def test_a_remote_that_is_gone(clones: Clones) -> None:
    """It is told in words and kept in mind, and is over with the next pull that works."""
    away = clones.remote.rename(clones.folder / "away.git")
    said = refused(clones)
    assert "the content could not be fetched from origin" in said
    assert "does not appear to be a git repository" in said
    assert clones.troubles() == ["pull"]
    away.rename(clones.remote)
    clones.app().pull()
    assert clones.troubles() == []


def test_a_branch_that_is_not_there(clones: Clones) -> None:
    """It is named."""
    clones.server.git("switch", "--quiet", "--create", "live")
    clones.environment["PUBLISHER_BRANCH"] = "live"
    assert refused(clones).startswith("origin has no branch live; push it")


# A clone that is not as it should be ------------------------------------------------------------


def test_no_repository(clones: Clones) -> None:
    """A folder that is no clone says how to make one."""
    (clones.server.root / ".git").rename(clones.folder / "elsewhere")
    said = refused(clones)
    assert "cannot be used as a clone: not a git repository" in said
    assert "git clone" in said


def test_no_git(clones: Clones, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without git says so."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert "git cannot be started" in refused(clones)


def test_another_branch_is_checked_out(clones: Clones) -> None:
    """Both are named; so is a clone on no branch at all."""
    clones.server.git("switch", "--quiet", "--create", "draft")
    assert "is on the branch draft, and main is to be pulled" in refused(clones)
    clones.server.git("switch", "--quiet", "--detach")
    assert "is on no branch, and main is to be pulled" in refused(clones)


def test_an_edit_in_the_way(clones: Clones) -> None:
    """The file is named, nothing of the commit is taken, and the edit stays."""
    clones.editor.edit("2026/04/26/one", importance=5)
    new = clones.editor.entry("three")
    clones.push()
    clones.server.edit("2026/04/26/one", importance=1)
    before = clones.server.files("content")
    said = refused(clones)
    assert "are in the way of what was pushed: content/entries/2026/04/26/one.yaml;" in said
    assert clones.server.files("content") == before
    assert not clones.has(new)


def test_an_edit_elsewhere_is_not_in_the_way(clones: Clones) -> None:
    """What was pushed comes, and the edit stays."""
    clones.editor.entry("three")
    clones.push()
    clones.server.edit("2026/04/26/one", importance=1)
    clones.app().pull()
    assert clones.has("2026/04/26/three")
    assert '"importance": 1' in (
        clones.server.root / "content/entries/2026/04/26/one.yaml"
    ).read_text("utf-8")


def test_a_new_file_in_the_way(clones: Clones) -> None:
    """A file that git does not know is never written over."""
    clones.editor.entry("three", importance=5)
    clones.push()
    clones.server.entry("three", importance=1)
    before = clones.server.files("content")
    assert "three.yaml" in refused(clones)
    assert clones.server.files("content") == before


@pytest.mark.parametrize(("age", "words"), [(60, "another git is at work"), (3600, "then delete")])
def test_the_lock_of_another_git(clones: Clones, age: int, words: str) -> None:
    """A young one is waited for; one that a killed process left behind is to be deleted."""
    clones.editor.entry("three")
    clones.push()
    lock = clones.server.root / ".git/index.lock"
    lock.touch()
    made = (at("2026-04-26") - dt.timedelta(seconds=age)).timestamp()
    os.utime(lock, (made, made))
    said = refused(clones)
    assert words in said
    assert str(lock) in said
    assert not clones.has("2026/04/26/three")


def test_commits_of_the_operator_are_left_alone(clones: Clones) -> None:
    """What was not pushed yet is nothing to pull; where both went on, a person decides."""
    clones.server.edit("2026/04/26/one", importance=1)
    clones.server.commit()
    pulled = clones.app().pull()
    assert pulled is not None
    assert not pulled.is_news
    clones.editor.entry("three")
    clones.push()
    assert "has commits that main of origin does not have" in refused(clones)
    assert clones.troubles() == ["pull"]

"""A service that follows a branch: what is pushed is pulled and published, whatever was done."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from clones import Clones
from newsroom import at

from publisher.checkout import HistoryRewritten
from publisher.content.clone import PullFailed
from publisher.publishing import Report

pytestmark = pytest.mark.integration


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


def tick(clones: Clones, day: str = "2026-04-26") -> Report:
    """What the service does at a wake-up: pull, and publish with what is there."""
    app = clones.app(at(day))
    with suppress(PullFailed):
        app.pull()
    return app.publish()


def test_what_is_pushed_is_published(clones: Clones) -> None:
    """The commit that was pulled stands in the issue."""
    clones.server.subscribe()
    new = clones.editor.entry("three")
    commit = clones.push()
    tick(clones)
    assert "three" in clones.server.carried()
    issue = clones.server.issue_of()
    assert (issue.commit, issue.reproducible) == (commit, True)
    assert clones.has(new)


def test_a_port_that_refuses(clones: Clones) -> None:
    """A remote that cannot be reached is a trouble; what is here is published all the same."""
    clones.server.subscribe()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    clones.server.git("remote", "set-url", "origin", f"git://127.0.0.1:{port}/content.git")
    assert "unable to connect to 127.0.0.1" in refused(clones)
    tick(clones)
    assert clones.server.carried() == ["one", "two"]
    assert clones.troubles() == ["pull"]


# A pull that was killed --------------------------------------------------------------------------


def killed(clones: Clones, new: str, commit: str) -> None:
    """Leave the tree as a git that was killed in the middle does: half of it is there."""
    served = clones.server
    served.git("fetch", "--quiet", "origin")
    served.git("update-ref", "refs/publisher/taking", commit)
    written = (clones.editor.root / f"content/entries/{new}.yaml").read_bytes()
    (served.root / f"content/entries/{new}.yaml").write_bytes(written[:40])
    (served.root / "content/entries/2026/04/26/one.yaml").unlink()


def test_a_half_updated_tree_is_put_back(clones: Clones) -> None:
    """Also where the remote cannot be reached: nothing is published of half a commit."""
    new = clones.editor.entry("three")
    clones.editor.edit("2026/04/26/one", importance=5)
    commit = clones.push()
    before = clones.server.files("content")
    killed(clones, new, commit)
    away = clones.remote.rename(clones.folder / "away.git")
    refused(clones)
    assert clones.server.files("content") == before
    away.rename(clones.remote)
    pulled = clones.app().pull()
    assert pulled is not None
    assert pulled.after == commit
    assert clones.server.files("content") == clones.editor.files("content")


def test_an_edit_after_it_is_left_alone(clones: Clones) -> None:
    """What does not come from the commit that was being taken is not ours to take back."""
    clones.editor.edit("2026/04/26/one", importance=5)
    commit = clones.push()
    clones.server.git("fetch", "--quiet", "origin")
    clones.server.git("update-ref", "refs/publisher/taking", commit)
    clones.server.edit("2026/04/26/one", importance=1)
    before = clones.server.files("content")
    assert "are in the way of what was pushed" in refused(clones)
    assert clones.server.files("content") == before


# What is broken in what was pushed --------------------------------------------------------------


def test_a_broken_entry_is_left_out(clones: Clones) -> None:
    """The rest of its commit counts."""
    clones.server.subscribe()
    clones.editor.entry("three")
    clones.editor.file("content/entries/2026/04/26/bad.yaml", "titel: [")
    clones.push()
    report = tick(clones)
    assert "three" in clones.server.carried()
    assert [each.path for each in report.problems] == ["content/entries/2026/04/26/bad.yaml"]


def test_a_broken_bulletin_stays_as_it_was(clones: Clones) -> None:
    """Its last good version is used, the rest of the commit counts, and mending it settles it."""
    clones.server.subscribe()
    new = clones.editor.entry("three")
    clones.editor.file("content/bulletins/daily.yaml", "cadence: hourly")
    commit = clones.push()
    report = tick(clones)
    assert report.published == ("daily 2026-04-26",)
    assert clones.first[:10] in report.problems[-1].what
    issue = clones.server.issue_of()
    assert new in [each.entry for each in issue.issue.placed()]
    assert (issue.commit, issue.reproducible) == (commit, True)
    assert clones.troubles() == ["broken:content/bulletins/daily.yaml"]
    clones.editor.bulletin("daily", name={"zh": "日报", "en": "The Daily"})
    clones.editor.entry("four", "2026-04-27")
    clones.push()
    assert tick(clones, "2026-04-27").problems == ()
    assert clones.server.issue_of("2026-04-27").issue.settings.name["en"] == "The Daily"
    assert clones.troubles() == []


def test_everything_broken_at_once(clones: Clones) -> None:
    """Publication, bulletin and issue file: each stays as it last was good."""
    clones.editor.issue("2026-04-26", lead="2026/04/26/two")
    clones.push()
    tick(clones, "2026-04-25")
    for path in ("publication", "bulletins/daily", "issues/daily/2026-04-26"):
        clones.editor.file(f"content/{path}.yaml", "<<<<<<< HEAD")
    clones.push()
    clones.server.subscribe()
    assert tick(clones).published == ("daily 2026-04-26",)
    assert clones.server.issue_of().issue.lead == "2026/04/26/two"
    assert len(clones.troubles()) == 3


# History that was written anew ------------------------------------------------------------------


def rewrite(clones: Clones) -> None:
    """Replace all commits by one of what the editor has now."""
    clones.editor.git("checkout", "--quiet", "--orphan", "anew")
    clones.push("--force")


def drop(clones: Clones, entry_id: str) -> None:
    (clones.editor.root / f"content/entries/{entry_id}.yaml").unlink()


def test_a_forced_push_that_drops_a_published_entry(clones: Clones) -> None:
    """It is refused each time, names what would be lost, and the tree stays as it was."""
    clones.server.publish()
    drop(clones, "2026/04/26/one")
    rewrite(clones)
    before = clones.server.files("content")
    for _ in range(2):
        with pytest.raises(HistoryRewritten) as caught:
            clones.app().pull()
        assert caught.value.lost == ("2026/04/26/one",)
    assert "lacks 1 published entry: 2026/04/26/one; put their files back" in str(caught.value)
    assert clones.server.files("content") == before
    assert clones.troubles() == ["pull:rewritten"]


def test_its_remedies(clones: Clones) -> None:
    """The files come back, or the operator says that they are meant to be gone."""
    clones.server.publish()
    drop(clones, "2026/04/26/one")
    rewrite(clones)
    refused(clones)
    clones.server.git("reset", "--quiet", "--keep", "refs/publisher/fetched")
    clones.app().pull()
    assert clones.troubles() == []
    clones.editor.entry("one", importance=2)
    clones.push()
    clones.app().pull()
    assert clones.has("2026/04/26/one")


def test_a_branch_that_was_set_back(clones: Clones) -> None:
    """A forced push of an older commit is one that drops entries, too."""
    clones.editor.entry("three")
    clones.push()
    clones.app().pull()
    clones.server.publish()
    clones.editor.git("reset", "--quiet", "--hard", clones.first)
    clones.push("--force")
    assert "2026/04/26/three" in refused(clones)
    assert clones.has("2026/04/26/three")


def test_a_forced_push_that_loses_nothing_published(clones: Clones) -> None:
    """It is taken and noted; what was never published may go, and local edits stay."""
    clones.editor.entry("draft", day="2026-05-26")
    clones.push()
    clones.app().pull()
    clones.server.publish()
    drop(clones, "2026/05/26/draft")
    clones.editor.edit("2026/04/26/two", importance=5)
    rewrite(clones)
    clones.server.edit("2026/04/26/one", importance=1)
    edited = clones.server.files("content")["entries/2026/04/26/one.yaml"]
    pulled = clones.app().pull()
    assert pulled is not None
    assert pulled.is_rewritten
    assert "written anew, and nothing that is published was lost" in str(pulled)
    assert not clones.has("2026/05/26/draft")
    assert clones.server.files("content")["entries/2026/04/26/one.yaml"] == edited


def test_a_forced_push_never_writes_over_edits(clones: Clones) -> None:
    """An edit of a file that the new history changes is in its way."""
    clones.editor.edit("2026/04/26/two", importance=5)
    rewrite(clones)
    clones.server.edit("2026/04/26/two", importance=1)
    before = clones.server.files("content")
    assert "are in the way of what was pushed" in refused(clones)
    assert clones.server.files("content") == before


def test_a_file_that_was_copied_is_no_edit(clones: Clones) -> None:
    """After a restore from a backup every file has another inode and time."""
    clones.editor.edit("2026/04/26/two", importance=5)
    rewrite(clones)
    file = clones.server.root / "content/entries/2026/04/26/two.yaml"
    copy = file.with_suffix(".copy")
    copy.write_bytes(file.read_bytes())
    os.utime(copy, (1, 1))
    copy.rename(file)
    pulled = clones.app().pull()
    assert pulled is not None
    assert pulled.is_rewritten


def test_a_renamed_entry_is_not_lost(clones: Clones) -> None:
    """A file of another name that names the old one under `aliases` is the same entry."""
    clones.server.publish()
    clones.editor.rename("2026/04/26/one", "2026/04/26/uno")
    rewrite(clones)
    pulled = clones.app().pull()
    assert pulled is not None
    assert pulled.is_rewritten
    assert clones.has("2026/04/26/uno")


def test_a_commit_that_deletes_published_entries(clones: Clones) -> None:
    """It is harmless, since the archive has them: it is taken, and told."""
    clones.server.publish()
    drop(clones, "2026/04/26/one")
    clones.push()
    pulled = clones.app().pull()
    assert pulled is not None
    assert pulled.withdrawn == ("2026/04/26/one",)
    assert "published entries without a file now: 2026/04/26/one" in str(pulled)
    assert clones.troubles() == []

"""Reading what was published."""

from __future__ import annotations

import pytest
from builders import both
from shelf import Shelf, written

from publisher.archive.library import Library
from publisher.archive.overlay import OverlayStore
from publisher.errors import ArchiveError


def test_the_newest_revision_of_an_entry(shelf: Shelf) -> None:
    """What a correction says now, whichever revision an issue was frozen with."""
    revision = shelf.publish(written("a"), written("b"))
    shelf.revise(written("a", title=both("new")))
    found = shelf.library.entries_of(revision)
    assert [(key, each.revision) for key, each in found.items()] == [
        ("2026/04/26/a", 2),
        ("2026/04/26/b", 1),
    ]


def test_a_renamed_entry_is_found_by_its_identity(shelf: Shelf) -> None:
    """Issues know it by its first id."""
    revision = shelf.publish(written("a"))
    shelf.revise(written("b", aliases=["2026/04/26/a"]), "rename", "2026/04/26/a")
    assert shelf.library.entries_of(revision)["2026/04/26/a"].entry.id == "2026/04/26/b"


def test_what_was_never_published_is_left_out(shelf: Shelf) -> None:
    """Asking for it is no error."""
    shelf.publish(written("a"))
    assert list(shelf.library.newest(["2026/04/26/x", "2026/04/26/a"])) == ["2026/04/26/a"]


def test_settings_are_those_of_the_newest_issue(shelf: Shelf) -> None:
    """By slot, whichever was frozen last."""
    shelf.publish(written("a"), slogan=both("new"), name="2026-04-26")
    shelf.publish(written("b", day="2026/04/20"), slogan=both("old"), name="2026-04-20")
    assert (shelf.library.settings("daily").slogan or {})["en"] == "new (en)"


def test_a_file_is_read_once(shelf: Shelf) -> None:
    """Revisions never change, so what was read stays read for the run."""
    key = shelf.publish(written("a")).issue.placed()[0]
    first = shelf.library.newest([key.entry])[key.entry]
    shelf.store.delete("entries/2026/04/26/a/1.json")
    assert shelf.library.newest([key.entry])[key.entry] is first


def test_the_bytes_of_an_image(shelf: Shelf) -> None:
    """As they were frozen; also through an archive that lies over it."""
    shelf.store.put_new("blobs/0f.png", b"\x89PNG\x00\xff")
    assert shelf.library.blob("0f.png") == b"\x89PNG\x00\xff"
    overlay = OverlayStore(shelf.store)
    assert Library(overlay, shelf.index).blob("0f.png") == b"\x89PNG\x00\xff"
    with pytest.raises(ArchiveError, match="restore it from a backup"):
        shelf.library.blob("1f.png")

"""A rehearsal over an archive."""

from __future__ import annotations

import pytest

from publisher.archive.overlay import OverlayStore
from publisher.archive.store import MemoryStore


@pytest.fixture
def below() -> MemoryStore:
    """An archive with one file."""
    store = MemoryStore()
    store.put_new("a/1", b"below")
    return store


def test_what_is_below_is_read(below: MemoryStore) -> None:
    """And what is nowhere is not."""
    overlay = OverlayStore(below)
    assert (overlay.get("a/1"), overlay.get("a/2")) == (b"below", None)


def test_what_is_written_stays_above(below: MemoryStore) -> None:
    """It is read and listed in the rehearsal, and nowhere else."""
    overlay = OverlayStore(below)
    assert overlay.put_new("a/2", b"above")
    assert overlay.get("a/2") == b"above"
    assert list(overlay.list("a")) == ["a/1", "a/2"]
    assert list(below.list("")) == ["a/1"]


def test_the_first_one_counts_in_both(below: MemoryStore) -> None:
    """What is below cannot be put again, nor what is above."""
    overlay = OverlayStore(below)
    assert not overlay.put_new("a/1", b"other")
    assert overlay.put_new("a/2", b"above")
    assert not overlay.put_new("a/2", b"other")
    assert [overlay.get("a/1"), overlay.get("a/2")] == [b"below", b"above"]


def test_nothing_below_is_deleted(below: MemoryStore) -> None:
    """A rehearsal takes back only its own."""
    overlay = OverlayStore(below)
    overlay.put_new("a/2", b"above")
    for path in ("a/1", "a/2"):
        overlay.delete(path)
    assert list(overlay.list("")) == ["a/1"]
    assert below.get("a/1") == b"below"

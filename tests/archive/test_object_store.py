"""What an object store promises beyond what every store does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from buckets import Buckets

from publisher.archive.object_store import ObjectStore, open_file_system
from publisher.errors import ArchiveError, SettingsError


@pytest.fixture
def url(buckets: Buckets) -> str:
    return f"{buckets.fresh()}/news/archive"


def test_objects_lie_below_the_address(url: str, buckets: Buckets, tmp_path: Path) -> None:
    """By their paths, as files would."""
    ObjectStore(url, tmp_path).put_new("log/00000001.json", b"{}")

    assert buckets.objects(url) == {"log/00000001.json": b"{}"}


def test_of_many_at_once_one_counts(url: str, tmp_path: Path) -> None:
    """As the store decides; the others read what is there."""
    stores = [ObjectStore(url, tmp_path / str(number)) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda n: stores[n].put_new("a", b"%d" % n), range(8)))

    assert won.count(True) == 1
    assert {each.get("a") for each in stores} == {b"%d" % won.index(True)}


def test_what_was_read_is_kept(url: str, buckets: Buckets, tmp_path: Path) -> None:
    """It never changes, so a second look asks nobody."""
    ObjectStore(url, tmp_path / "one").put_new("a/b", b"1")
    other = ObjectStore(url, tmp_path / "two")
    assert other.get("a/b") == b"1"
    buckets.put(f"{url}/a/b", b"changed past us")

    assert other.get("a/b") == b"1"
    assert (tmp_path / "two/a/b").read_bytes() == b"1"


def test_what_is_not_there_is_asked_for_again(url: str, tmp_path: Path) -> None:
    """Another machine may have put it meanwhile."""
    one, two = ObjectStore(url, tmp_path / "one"), ObjectStore(url, tmp_path / "two")
    assert one.get("a") is None
    two.put_new("a", b"1")

    assert one.get("a") == b"1"


def test_a_listing_is_never_an_old_one(url: str, tmp_path: Path) -> None:
    """What another machine has put is in it."""
    one, two = ObjectStore(url, tmp_path / "one"), ObjectStore(url, tmp_path / "two")
    assert list(one.list("")) == []
    two.put_new("log/1", b"")

    assert list(one.list("log/")) == ["log/1"]


def test_what_is_taken_down_is_gone_here_too(url: str, tmp_path: Path) -> None:
    """The copy goes with the object."""
    store = ObjectStore(url, tmp_path)
    store.put_new("a", b"1")
    store.delete("a")

    assert store.get("a") is None
    assert list(store.list("")) == []


def test_a_full_disk_costs_only_time(url: str, tmp_path: Path) -> None:
    """Where nothing can be kept, it is read again."""
    (tmp_path / "file").touch()
    store = ObjectStore(url, tmp_path / "file")

    assert store.put_new("a", b"1")
    assert store.get("a") == b"1"


def test_a_bucket_that_is_not_there_is_told(buckets: Buckets, tmp_path: Path) -> None:
    """With its address, and what to look at."""
    store = ObjectStore("s3://nowhere/archive", tmp_path)
    with pytest.raises(
        ArchiveError, match=r"s3://nowhere/archive/a could not be written: there is no such bucket"
    ):
        store.put_new("a", b"1")


def test_an_unknown_kind_of_store_is_told() -> None:
    """Before anything is done with it."""
    with pytest.raises((SettingsError, ValueError)):
        open_file_system("gopher://host/archive")

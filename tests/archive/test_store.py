"""What every store promises, and what a folder promises beyond."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from buckets import Buckets

from publisher.archive.object_store import ObjectStore
from publisher.archive.store import FolderStore, MemoryStore, Store
from publisher.errors import ArchiveError

PROCESSES = multiprocessing.get_context("fork")
BIG = bytes(range(256)) * 4096


@pytest.fixture(params=["folder", "memory", "objects"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each kind of store, empty."""
    if request.param == "objects":
        buckets: Buckets = request.getfixturevalue("buckets")
        return ObjectStore(f"{buckets.fresh()}/archive", tmp_path / "copies")
    return FolderStore(tmp_path / "archive") if request.param == "folder" else MemoryStore()


def test_what_was_put_is_read(store: Store) -> None:
    """The bytes come back as they were."""
    assert store.put_new("entries/2026/04/26/google/1.json", b"{}\r\n\0\xff")
    assert store.get("entries/2026/04/26/google/1.json") == b"{}\r\n\0\xff"


def test_an_empty_file_is_a_file(store: Store) -> None:
    """No bytes are something else than nothing."""
    assert store.put_new("a", b"")
    assert store.get("a") == b""


def test_nothing_is_none(store: Store) -> None:
    """A path with no file, with a folder, or below a file has nothing."""
    store.put_new("a/b", b"1")
    assert [store.get(path) for path in ("x", "a", "a/b/c", "a/x")] == [None] * 4


def test_the_first_one_counts(store: Store) -> None:
    """A second put changes nothing and says so."""
    assert store.put_new("a", b"first")
    assert not store.put_new("a", b"second")
    assert store.get("a") == b"first"


@pytest.mark.parametrize(("first", "second"), [("a", "a/b"), ("a/b", "a"), ("a/b/c", "a")])
def test_a_file_is_no_folder(store: Store, first: str, second: str) -> None:
    """A path cannot be a file and the folder of another one; objects do not mind."""
    if isinstance(store, ObjectStore):
        assert store.put_new(first, b"1")
        assert store.put_new(second, b"2")
        return
    store.put_new(first, b"1")
    with pytest.raises(ArchiveError, match=r"way|folder"):
        store.put_new(second, b"2")
    assert list(store.list("")) == [first]


def test_paths_are_listed_in_order(store: Store) -> None:
    """The order is that of the whole paths, character by character."""
    paths = ["log/2", "a/x", "a-b/x", "a.b", "log/10", "a/b/c", "Z", "log/.hidden"]
    for path in paths:
        store.put_new(path, b"")
    assert list(store.list("")) == sorted(paths)


@pytest.mark.parametrize("prefix", ["issues/daily", "issues/daily/"])
def test_a_folder_is_listed_by_its_whole_name(store: Store, prefix: str) -> None:
    """What merely begins alike is not below it."""
    for path in ("issues/daily/1", "issues/daily/2/3", "issues/daily-en/1", "issues/dail"):
        store.put_new(path, b"")
    assert list(store.list(prefix)) == ["issues/daily/1", "issues/daily/2/3"]


def test_nothing_is_below_what_is_no_folder(store: Store) -> None:
    """A folder that is not there, and a file, have nothing below them."""
    assert list(store.list("")) == []
    store.put_new("a", b"")
    assert [list(store.list("a")), list(store.list("b/c"))] == [[], []]


def test_a_listing_may_be_used_to_delete(store: Store) -> None:
    """Changes while it is read do not disturb a listing."""
    for path in ("a/1", "a/2", "b"):
        store.put_new(path, b"")
    for path in store.list("a"):
        store.delete(path)
    assert list(store.list("")) == ["b"]


def test_what_was_deleted_is_gone(store: Store) -> None:
    """A takedown leaves nothing, and the path can be written again."""
    store.put_new("a/b", b"1")
    store.delete("a/b")
    assert store.get("a/b") is None
    assert store.put_new("a/b", b"2")


@pytest.mark.parametrize("path", ["x", "a", "a/b/c"])
def test_deleting_nothing_is_no_mistake(store: Store, path: str) -> None:
    """A takedown that is run again, or that names a folder, changes nothing."""
    store.put_new("a/b", b"1")
    store.delete(path)
    assert list(store.list("")) == ["a/b"]


@pytest.mark.parametrize(
    "path",
    [
        *("", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a/./b", "a\\b", "a b", "a\0", "a\n"),
        *("新闻", "a/.tmp-1", ".tmp-x/a", "a:b", "~", "a" * 256),
    ],
)
def test_a_path_that_is_none(store: Store, path: str) -> None:
    """Whatever could lead out of a store, or not be a path in another, is refused."""
    for refused in (lambda: store.put_new(path, b""), lambda: store.get(path)):
        with pytest.raises(ArchiveError, match="cannot be a path"):
            refused()
    with pytest.raises(ArchiveError, match="cannot be a path"):
        store.delete(path)
    assert list(store.list("")) == []


def test_a_listing_does_not_lead_out(store: Store) -> None:
    """A folder outside of the store is refused at once."""
    with pytest.raises(ArchiveError, match="cannot be a path"):
        store.list("../..")


def test_one_of_many_threads_wins(store: Store) -> None:
    """Of thirty-two who put at once one is told that it did."""
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda n: store.put_new("a/b", b"%d" % n), range(32)))
    assert won.count(True) == 1
    assert store.get("a/b") == b"%d" % won.index(True)


# A folder --------------------------------------------------------------------------------------


def test_one_of_several_processes_wins(tmp_path: Path) -> None:
    """Of eight processes that put the same twenty paths, one wins each, and its bytes are there."""
    barrier, results = PROCESSES.Barrier(8), PROCESSES.SimpleQueue()

    def put_all(who: int) -> None:
        store = FolderStore(tmp_path)
        barrier.wait()
        for n in range(20):
            if store.put_new(f"x/{n}/1.json", BIG + bytes([who])):
                results.put((n, who))

    workers = [PROCESSES.Process(target=put_all, args=(who,)) for who in range(8)]
    for worker in workers:
        worker.start()
    winners = [results.get() for _ in range(20)]
    for worker in workers:
        worker.join()
    assert results.empty()
    assert sorted(n for n, _ in winners) == list(range(20))
    for n, who in winners:
        assert FolderStore(tmp_path).get(f"x/{n}/1.json") == BIG + bytes([who])
    assert _leftovers(tmp_path) == []


def test_a_kill_at_any_step_leaves_a_whole_file_or_none(tmp_path: Path) -> None:
    """Killed before each call on the file system in turn, then run again, all is there."""
    for step in range(1, 100):
        store = FolderStore(tmp_path / str(step))
        if _killed_at(step, lambda store=store: store.put_new("a/b/1.json", BIG)):  # type: ignore[misc]
            assert store.get("a/b/1.json") in {None, BIG}
            assert list(store.list("")) in ([], ["a/b/1.json"])
        else:
            break
        store.put_new("a/b/1.json", BIG)
        assert store.get("a/b/1.json") == BIG
    assert step > 5


def test_a_kill_in_the_middle_of_writing_leaves_no_file(tmp_path: Path) -> None:
    """A process that dies with half of the bytes written leaves only what nobody lists."""

    def put() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        FolderStore(tmp_path).put_new("a/1.json", BIG)

    assert _exit_code(put) == -signal.SIGXFSZ
    assert [file.stat().st_size for file in _leftovers(tmp_path)] == [1000]
    assert list(FolderStore(tmp_path).list("")) == []
    assert FolderStore(tmp_path).put_new("a/1.json", BIG)


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    """A write that fails half way says so and cleans up after itself."""

    def put() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        with pytest.raises(ArchiveError, match=r"1\.json could not be written: File too large"):
            FolderStore(tmp_path).put_new("a/1.json", BIG)

    assert _exit_code(put) == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_files_are_read_only(tmp_path: Path) -> None:
    """An editor that opens a file of the archive by accident is refused."""
    FolderStore(tmp_path).put_new("a", b"1")
    assert (tmp_path / "a").stat().st_mode & 0o222 == 0


def test_a_file_has_one_name(tmp_path: Path) -> None:
    """The temporary name is gone when a file is there."""
    FolderStore(tmp_path).put_new("a/b", b"1")
    assert (tmp_path / "a/b").stat().st_nlink == 1


def test_a_folder_that_vanished_is_made_again(tmp_path: Path) -> None:
    """A store does not rely on folders that it made before."""
    store = FolderStore(tmp_path)
    store.put_new("a/b", b"1")
    (tmp_path / "a/b").unlink()
    (tmp_path / "a").rmdir()
    assert store.put_new("a/b", b"2")


def test_strangers_are_not_listed(tmp_path: Path) -> None:
    """Files in the making, and files that no store could have written, are passed over."""
    store = FolderStore(tmp_path)
    store.put_new("a/b", b"1")
    (tmp_path / "a/.tmp-123-abc").write_bytes(b"half")
    (tmp_path / "a/b (copy)").write_bytes(b"1")
    assert list(store.list("")) == ["a/b"]


def test_bytes_are_whole_under_a_reader(tmp_path: Path) -> None:
    """Whoever reads while another writes sees nothing or everything."""
    store = FolderStore(tmp_path)
    digest = hashlib.sha256(BIG).digest()
    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(lambda: [store.put_new(f"{n}", BIG) for n in range(20)])
        while not writing.done():
            for path in store.list(""):
                data = store.get(path)
                assert data is not None
                assert hashlib.sha256(data).digest() == digest


def _leftovers(root: Path) -> list[Path]:
    return [path for path in root.rglob(".tmp-*") if path.is_file()]


def _exit_code(work: Callable[[], object]) -> int | None:
    child = PROCESSES.Process(target=work)
    child.start()
    child.join()
    return child.exitcode


def _killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do something in a child that is killed before its n-th call on the file system."""

    def run() -> None:
        left = step

        def watch(event: str, _: object) -> None:
            nonlocal left
            if event == "open" or event.startswith("os."):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        work()

    code = _exit_code(run)
    assert code in {0, -signal.SIGKILL}
    return code != 0

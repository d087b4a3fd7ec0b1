"""The archive as it was before one record of its log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from publisher.archive.records import LogRecord, entry_file, issue_file, log_file, read_log
from publisher.archive.store import Store
from publisher.errors import ArchiveError


class PastStore:
    """Reads through to a store, and hides a record of its log and what came with it and later.

    What no record names (an image, or what an interrupted run left behind) is shown: it may have
    been there.
    """

    def __init__(self, below: Store, before: int) -> None:
        """`before` is the number of the first record that is hidden."""
        self._below, self._before = below, before

    def get(self, path: str) -> bytes | None:
        """The bytes at a path; None when no file was there."""
        return None if self._is_hidden(path) else self._below.get(path)

    def list(self, prefix: str) -> Iterator[str]:
        """The paths of all files that were there below a folder, sorted."""
        return (path for path in self._below.list(prefix) if not self._is_hidden(path))

    def put_new(self, path: str, data: bytes) -> bool:
        """Refused: the past is over.  Lay an `OverlayStore` over it."""
        raise ArchiveError(f"{path} cannot be written into the past", "write it into the archive")

    def delete(self, path: str) -> None:
        """Refused, too."""
        raise ArchiveError(f"{path} cannot be deleted in the past", "delete it in the archive")

    def replace(self, path: str, data: bytes) -> None:
        """Refused, too."""
        raise ArchiveError(f"{path} cannot be replaced in the past", "do it in the archive")

    def forget(self, paths: Iterable[str]) -> None:
        """The store below sees to its own copies."""

    def _is_hidden(self, path: str) -> bool:
        if path.startswith("log/"):
            return path >= log_file(self._before)
        return path in self._later

    @cached_property
    def _later(self) -> frozenset[str]:
        """What no earlier record names, and a later one does."""
        before: set[str] = set()
        after: set[str] = set()
        for record in read_log(self._below, 0):
            (before if record.number < self._before else after).update(_named(record))
        return frozenset(after - before)


def _named(record: LogRecord) -> Iterator[str]:
    """The files that a record brought, or named again."""
    yield from (entry_file(entry, revision) for entry, revision in record.entries)
    if record.bulletin and record.issue and record.issue_revision:
        yield issue_file(record.bulletin, record.issue, record.issue_revision)


def record_of(store: Store, bulletin: str, issue: str) -> LogRecord | None:
    """The record of an issue's first revision; None where none was written."""
    wanted = ("freeze", bulletin, issue)
    records = read_log(store, 0)
    return next((one for one in records if (one.what, one.bulletin, one.issue) == wanted), None)

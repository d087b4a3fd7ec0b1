"""A rehearsal: an archive over another one, which keeps what is written to itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publisher.archive.store import MemoryStore, Store


class OverlayStore:
    """Reads through to the store below; writes stay in memory."""

    def __init__(self, below: Store) -> None:
        self._below = below
        self._own = MemoryStore()

    def get(self, path: str) -> bytes | None:
        """The bytes at a path; None when no file is there."""
        own = self._own.get(path)
        return self._below.get(path) if own is None else own

    def put_new(self, path: str, data: bytes) -> bool:
        """Keep a file in memory if there is none in either."""
        return self._below.get(path) is None and self._own.put_new(path, data)

    def list(self, prefix: str) -> Iterator[str]:
        """The paths of all files below a folder, sorted."""
        return iter(sorted({*self._below.list(prefix), *self._own.list(prefix)}))

    def delete(self, path: str) -> None:
        """Only what is in memory can be taken away."""
        self._own.delete(path)

    def replace(self, path: str, data: bytes) -> None:
        """Other bytes in memory; what lies below stays as it is."""
        self._own.replace(path, data)

    def forget(self, paths: Iterable[str]) -> None:
        """The store below sees to its own copies."""

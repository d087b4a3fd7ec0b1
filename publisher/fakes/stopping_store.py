"""An archive whose process dies: it stops before one of the steps that write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


class Stopped(BaseException):
    """The process is gone; nothing catches this but a test."""


class StoppingStore:
    """Hands everything on to a store, and stops before the step after some that write.

    `store` is a `publisher.archive.store.Store`; `steps` are those that were done.
    """

    def __init__(self, store: Any, most: int) -> None:
        self._store, self._most = store, most
        self.steps: list[str] = []

    def get(self, path: str) -> bytes | None:
        """The bytes at a path."""
        found: bytes | None = self._store.get(path)
        return found

    def list(self, prefix: str) -> Iterator[str]:
        """The paths below a folder."""
        yield from self._store.list(prefix)

    def put_new(self, path: str, data: bytes) -> bool:
        """Write a file if there is none."""
        self._step(f"put_new {path}")
        return bool(self._store.put_new(path, data))

    def replace(self, path: str, data: bytes) -> None:
        """Put other bytes in the place of a file's."""
        self._step(f"replace {path}")
        self._store.replace(path, data)

    def delete(self, path: str) -> None:
        """Take a file away."""
        self._step(f"delete {path}")
        self._store.delete(path)

    def forget(self, paths: Iterable[str]) -> None:
        """Forget copies."""
        self._step("forget")
        self._store.forget(paths)

    def _step(self, what: str) -> None:
        if len(self.steps) >= self._most:
            raise Stopped(what)
        self.steps.append(what)

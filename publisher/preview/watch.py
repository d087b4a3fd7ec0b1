"""Noticing that an editor has saved a file."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

# Polled, because the notifications of one operating system are not those of the next; a look at
# ten thousand files takes about a twentieth of a second.
SECONDS = 0.5


def state_of(folders: list[Path]) -> int:
    """A number that changes when a file in one of the folders is written, added or removed."""
    return hash(tuple(sorted(_files(folders))))


def _files(folders: list[Path]) -> Iterator[tuple[str, int, int]]:
    for folder in folders:
        for base, _, names in os.walk(folder):
            for name in names:
                path = Path(base, name)
                try:
                    found = path.stat()
                except OSError:
                    continue  # Gone between the two calls: the next look sees it.
                yield str(path), found.st_mtime_ns, found.st_size


class Watch:
    """Counts up each time something was saved; `wait` returns when it did."""

    def __init__(self, folders: list[Path], look: Callable[[list[Path]], int] = state_of) -> None:
        self._folders, self._look = folders, look
        self._seen = look(folders)
        self._changed = threading.Condition()
        self._is_over = threading.Event()
        self.version = 1

    def start(self) -> None:
        """Look every half second, in a thread of its own, until `stop`."""
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._is_over.wait(SECONDS):
            self.look()

    def look(self) -> None:
        """Look once."""
        now = self._look(self._folders)
        if now != self._seen:
            with self._changed:
                self._seen, self.version = now, self.version + 1
                self._changed.notify_all()

    def wait(self, known: int, seconds: float) -> int:
        """The version, as soon as it is not the known one any more, at most so many seconds."""
        with self._changed:
            self._changed.wait_for(
                lambda: self.version != known or self._is_over.is_set(), timeout=seconds
            )
            return self.version

    def stop(self) -> None:
        """Stop looking, and let everybody go who waits."""
        self._is_over.set()
        with self._changed:
            self._changed.notify_all()

    @property
    def is_over(self) -> bool:
        """Whether the watch was stopped."""
        return self._is_over.is_set()

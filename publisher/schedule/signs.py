"""Signs that there is something to publish: edited content, a touched file, a clock that was set.

Each is asked often, and answers whether something has happened since it was asked last.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

_JUMP = 30.0
"""Seconds by which a clock is set and not only corrected (NTP slews what is less than 0.128 s)."""
_LOOK = 5.0
"""Seconds between two looks at the content."""
_MONTHS = 3
"""Folders of so many months of entries are looked at; older edits wait for the next tick."""


class Sign(Protocol):
    """Something that may call for a run."""

    @property
    def name(self) -> str:
        """What it is about."""

    def is_given(self) -> bool:
        """Whether it has happened since the last time this was asked."""


class Called:
    """SIGHUP came."""

    name = "hangup"

    def __init__(self, event: threading.Event) -> None:
        self._event = event

    def is_given(self) -> bool:
        """Whether it came."""
        is_set = self._event.is_set()
        self._event.clear()
        return is_set


class Touched:
    """A file was written or touched: whoever runs beside us asks for a look."""

    name = "wake"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._mark()

    def is_given(self) -> bool:
        """Whether it was touched."""
        before, self._seen = self._seen, self._mark()
        return self._seen not in (before, None)

    def _mark(self) -> int | None:
        try:
            return self._path.stat().st_mtime_ns
        except OSError:
            return None


class ClockSet:
    """The clock was set, or the machine slept: wall clock and monotonic clock have parted."""

    name = "clock"

    def __init__(self, wall: Callable[[], dt.datetime], monotonic: Callable[[], float]) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._seen = self._offset()
        self.by = dt.timedelta()

    def is_given(self) -> bool:
        """Whether it was set since; `by` says by how much."""
        offset = self._offset()
        parted = offset - self._seen
        # Small steps are followed, so that a slow drift never adds up to a jump.
        self._seen = offset
        self.by = dt.timedelta(seconds=round(parted))
        return abs(parted) > _JUMP

    def _offset(self) -> float:
        return self._wall().timestamp() - self._monotonic()


class Edited:
    """Files of the content or of a theme were written, and then left alone for a moment."""

    name = "content"

    def __init__(self, root: Path, monotonic: Callable[[], float]) -> None:
        self._root, self._monotonic = root, monotonic
        self._known = self._last = fingerprint(root)
        self._looked = monotonic()

    def is_given(self) -> bool:
        """Whether two looks have found the same, and another state than the known one."""
        now = self._monotonic()
        if now - self._looked < _LOOK:
            return False
        self._looked, before, self._last = now, self._last, fingerprint(self._root)
        if self._last == self._known or self._last != before:
            return False
        self._known = self._last
        return True


def fingerprint(root: Path) -> int:
    """A number that changes with the files that matter now; no file is read."""
    content = root / "content"
    months = sorted(
        (month for year in _folders(content / "entries")[-2:] for month in _folders(year)),
    )[-_MONTHS:]
    others = [each for each in _folders(content) if each.name != "entries"]
    seen = [*_files(content, deep=False), *_files(root / "themes")]
    for folder in (*others, *months):
        seen += _files(folder)
    return hash(tuple(sorted(seen)))


def _folders(place: Path) -> list[Path]:
    try:
        with os.scandir(place) as found:
            return sorted(Path(each.path) for each in found if each.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _files(place: Path, *, deep: bool = True) -> Iterator[tuple[str, int, int]]:
    try:
        with os.scandir(place) as found:
            entries = list(found)
    except OSError:
        return
    for each in entries:
        try:
            if each.is_dir(follow_symlinks=False):
                if deep:
                    yield from _files(Path(each.path))
                continue
            state = each.stat(follow_symlinks=False)
        except OSError:  # gone meanwhile
            continue
        yield each.path, state.st_mtime_ns, state.st_size

"""What was made beside issues, kept in the state folder: one file for each issue and edition.

Derived, and may be deleted at any time: what is missing is made anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from publisher import durable
from publisher.site.ground import saying

_LONGEST_LINE = 4096
NOT_KEPT = "nothing was published by it"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a kept file: what it says, what it was made from, its size in bytes.

    `is_failed`: nothing could be made from what the key stands for; the bytes are older, or none.
    """

    says: str
    key: str
    size: int
    is_failed: bool = False


class Kept:
    """The folder: ``<kind>/<edition>/<bulletin>/<issue>``, each a line about it and its bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def about(self, *name: str) -> About | None:
        """What is known of a file; None where it is not there, or cannot be read."""
        with suppress(OSError, ValueError, KeyError, TypeError), self._place(name).open("rb") as it:
            return _about(it)
        return None

    def read(self, *name: str) -> tuple[About, bytes] | None:
        """A file with what is known of it."""
        with suppress(OSError, ValueError, KeyError, TypeError), self._place(name).open("rb") as it:
            return _about(it), it.read()
        return None

    def keep(
        self, name: tuple[str, ...], says: str, key: str, data: bytes, *, is_failed: bool = False
    ) -> None:
        """Keep a file; raises OutputError where the disk is full."""
        place = self._place(name)
        told = {"says": says, "key": key, "size": len(data), "failed": is_failed}
        line = json.dumps(told).encode()
        with saying(place, NOT_KEPT):
            place.parent.mkdir(parents=True, exist_ok=True)
            durable.replace(place, line + b"\n" + data, sync=False)

    def drop(self, *name: str) -> None:
        """Keep a file no longer."""
        with suppress(FileNotFoundError, NotADirectoryError):
            self._place(name).unlink()

    def has(self, kind: str, bulletin: str) -> bool:
        """Whether anything is kept of a bulletin."""
        return any(self.folder.glob(f"{kind}/*/{bulletin}"))

    def editions(self, kind: str) -> Iterator[str]:
        """The editions of which something is kept."""
        with suppress(OSError):
            yield from sorted(each.name for each in (self.folder / kind).iterdir())

    def _place(self, name: tuple[str, ...]) -> Path:
        return self.folder.joinpath(*name)


def _about(file: BinaryIO) -> About:
    """The line about a file; raises ValueError, KeyError or TypeError for what is none, or half."""
    line = file.readline(_LONGEST_LINE)
    found = json.loads(line)
    size = int(found["size"])
    if os.fstat(file.fileno()).st_size != len(line) + size:
        raise ValueError("it is not all there")
    return About(str(found["says"]), str(found["key"]), size, bool(found["failed"]))

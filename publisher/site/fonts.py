"""Which fonts this machine has: what is drawn with them is another with others."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


def digest_of_fonts(folders: Iterable[str] = FOLDERS) -> str:
    """A digest of the files below some folders: their names and bytes."""
    told = repr(sorted(_sizes(folders)))
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _sizes(folders: Iterable[str]) -> Iterator[tuple[str, int]]:
    for each in folders:
        for base, _, names in os.walk(Path(each).expanduser()):
            for name in names:
                with contextlib.suppress(OSError):
                    file = f"{base}/{name}"
                    yield file, Path(file).stat().st_size

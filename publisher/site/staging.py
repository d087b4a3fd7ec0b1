"""Comparing rendered files with what is there, and staging those that differ."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from publisher import durable
from publisher.site.compress import Copies
from publisher.site.ground import NOTHING_CHANGED, Ground, checked, saying

_REMEMBERED = 5000  # files, until the places that were looked at are forgotten


class Staging:
    """Stages files for a site; `prefix` tells the files of several processes apart."""

    def __init__(
        self, target: Path, folder: Callable[[], Path], copies: Copies, prefix: str = ""
    ) -> None:
        self._target, self._folder, self._copies = target, folder, copies
        self._prefix, self._number, self._seen = prefix, 0, 0
        self._ground = Ground(target)

    def put(self, path: str, data: bytes) -> dict[str, str | None]:
        """Stage a file, and before it its compressed copies, where they differ from what is there.

        Raises OutputError: nothing of the site has changed.
        """
        self._seen += 1
        if self._seen % _REMEMBERED == 0:
            self._ground = Ground(self._target)
        found: dict[str, str | None] = {}
        with saying(self._target, NOTHING_CHANGED, path):
            for copy in self._copies.of(path, data):
                there = self._there(copy.path)
                same = there is not None and copy.holds(there)
                found[copy.path] = None if same else self._stage(copy.make())
            kind = self._ground.kind(checked(path))
            same = kind == "file" and _holds(f"{self._target}/{path}", data)
            found[path] = None if same else self._stage(data)
        return found

    def _there(self, path: str) -> bytes | None:
        is_file = self._ground.kind(checked(path)) == "file"
        return (self._target / path).read_bytes() if is_file else None

    def _stage(self, data: bytes) -> str:
        name = f"{self._prefix}{self._number}"
        self._number += 1
        # As text, see Ground.
        durable.create(f"{self._folder()}/{name}", data, sync=False)
        return name


def _holds(file: str, data: bytes) -> bool:
    with open(file, "rb") as there:  # noqa: PTH123 - as text, see Ground
        return os.fstat(there.fileno()).st_size == len(data) and there.read() == data

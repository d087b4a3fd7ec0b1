"""Templates as Jinja2 compiled them, kept for the next process: an issue uses some fifty of them.

What is kept is derived, and may be deleted at any time.  It is found by the program, its version of
Jinja2 and of Python, the theme and the template's name; Jinja2 compares a digest of the text.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from publisher import durable
from publisher.render import sandbox
from publisher.site.program import SIZE, digest, program


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates in a folder; where it cannot be written or read, compiles again."""

    def __init__(self, folder: Path, theme: str) -> None:
        self._all = folder
        self._own = folder / _program()
        self._theme = theme

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what was kept; nothing of a file that is damaged is believed."""
        with suppress(OSError):
            found = self._file(bucket).read_bytes()
            if found[:SIZE] == digest(found[SIZE:]):
                bucket.bytecode_from_string(found[SIZE:])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; the first of a new version takes away what others kept."""
        with suppress(OSError):
            if not self._own.is_dir():
                self._make_room()
            data = bucket.bytecode_to_string()
            durable.replace(self._file(bucket), digest(data) + data, sync=False)

    def clear(self) -> None:
        """Forget everything."""
        shutil.rmtree(self._all, ignore_errors=True)

    def _make_room(self) -> None:
        if not self._all.parent.is_dir():
            raise FileNotFoundError(self._all.parent)  # a publication that was never published
        self.clear()
        self._own.mkdir(parents=True)

    def _file(self, bucket: Bucket) -> Path:
        return self._own / digest(f"{self._theme} {bucket.key}".encode()).hex()


@cache
def _program() -> str:
    """What writes Python for a template: other versions may write what this one cannot run."""
    return program(["jinja2"], [Path(sandbox.__file__)])

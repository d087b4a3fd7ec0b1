"""Compressed copies of text files, for web servers that send them as they are.

A copy is the same for the same text and the same library; whether one that is there is still right
is seen by unpacking it, which costs a hundredth of packing.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from publisher.errors import SettingsError

TEXT = (".atom", ".css", ".csv", ".html", ".ics", ".js", ".json", ".opml", ".svg", ".txt", ".xml")
"""The files that have copies; images and archives are packed as they are."""
_SMALLEST = 1024  # bytes: less than this fits a packet as it is
# As quick as gzip, and a seventh smaller; 11 takes fifty times as long for a tenth more.
_BROTLI_QUALITY = 9


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a file: where it lies, how it is made, whether some bytes are it."""

    path: str
    make: Callable[[], bytes]
    holds: Callable[[bytes], bool]


class Copies:
    """Makes the copies of the kinds that the settings ask for: gz, br.

    Raises SettingsError where brotli is asked for and not installed.
    """

    def __init__(self, kinds: Collection[str] = ()) -> None:
        self.kinds = tuple(kinds)
        if "br" in kinds:
            _brotli()

    def of(self, path: str, data: bytes) -> Iterator[Copy]:
        """The copies that a file is to have; none of a small one, or one that is no text."""
        if not self.kinds or len(data) < _SMALLEST or not path.endswith(TEXT):
            return
        if "br" in self.kinds:
            yield Copy(f"{path}.br", lambda: _pack_brotli(data), lambda had: _is_brotli(had, data))
        if "gz" in self.kinds:
            yield Copy(f"{path}.gz", lambda: _pack_gzip(data), lambda had: _is_gzip(had, data))


def original_of(path: str) -> str:
    """The file that a path would be the copy of; nothing where it can be none."""
    name, _, kind = path.rpartition(".")
    return name if kind in {"gz", "br"} and name.endswith(TEXT) else ""


def _pack_gzip(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _is_gzip(packed: bytes, data: bytes) -> bool:
    try:
        return gzip.decompress(packed) == data
    except (OSError, EOFError, zlib.error):
        return False


def _pack_brotli(data: bytes) -> bytes:
    import brotli

    # A window of the size of the file: the usual 4 MB cost ten times as much as the packing.
    window = min(max(len(data).bit_length(), 10), 24)
    mode, quality = brotli.MODE_TEXT, _BROTLI_QUALITY
    return bytes(brotli.compress(data, mode=mode, quality=quality, lgwin=window))


def _is_brotli(packed: bytes, data: bytes) -> bool:
    import brotli

    try:
        return bool(brotli.decompress(packed) == data)
    except brotli.error:
        return False


def _brotli() -> None:
    try:
        import brotli  # noqa: F401
    except ImportError as error:
        raise SettingsError(
            "PUBLISHER_COMPRESS: br needs brotli, which is not installed",
            "install publisher[compress], or write gz",
        ) from error

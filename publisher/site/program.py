"""What this program is, and what else is installed: others may make something else of the same."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from publisher.version import VERSION

SIZE = 16  # bytes of a digest


def digest(data: bytes) -> bytes:
    """What tells whether data is whole."""
    return hashlib.blake2b(data, digest_size=SIZE).digest()


def installed(package: str) -> str:
    """The version of a package; "" where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def program(packages: Iterable[str], sources: Iterable[Path]) -> str:
    """A name for this version, for its Python, for packages and for some of its own sources.

    The sources, because who works on the program changes them and not its version.
    """
    told = " ".join((VERSION, sys.implementation.cache_tag or "", *map(version, packages)))
    return digest(b" ".join((told.encode(), *(each.read_bytes() for each in sources)))).hex()

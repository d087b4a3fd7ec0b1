"""Whether commit and settings are still those that were read: another process may pull."""

from __future__ import annotations

from pathlib import Path

from publisher.content import git
from publisher.content.root import PUBLICATION

Stamp = tuple[str | None, tuple[tuple[str, int, int], ...]]
"""The commit that is checked out, and of each file of settings: path, change in ns, bytes."""

_FOLDERS = ("bulletins", "calendars", "issues")


def stamp_of(root: Path) -> Stamp:
    """What says that settings, issue files or the commit have changed, where it differs."""
    return git.find(root, "HEAD"), tuple(_files(root))


def _files(root: Path) -> list[tuple[str, int, int]]:
    content = root / "content"
    named = [file for folder in _FOLDERS for file in sorted((content / folder).rglob("*.yaml"))]
    found = []
    for file in (root / PUBLICATION, *named):
        try:
            seen = file.stat()
        except OSError:  # a link into nothing, or deleted just now
            continue
        found.append((str(file), seen.st_mtime_ns, seen.st_size))
    return found

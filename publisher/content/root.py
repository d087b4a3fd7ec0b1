"""Where a publication is: its top folder."""

from __future__ import annotations

from pathlib import Path

from publisher.errors import UsageError

PUBLICATION = "content/publication.yaml"


def find_root(start: Path) -> Path:
    """The nearest folder upward that holds a publication; raises UsageError where none does."""
    for folder in (start, *start.parents):
        if (folder / PUBLICATION).is_file():
            return folder
    raise UsageError(
        f"no publication here: neither {start} nor a folder above it has {PUBLICATION}",
        "go into your publication, name it with --root, or start one with `publisher init`",
    )

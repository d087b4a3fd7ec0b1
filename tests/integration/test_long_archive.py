"""A run costs one issue, however many came before: counted in what it has to render."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from sitelab.archive import write_archive

from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.records import read_log
from publisher.archive.store import FolderStore
from publisher.site.targets import touched


def kinds(archive: Path, issues: int) -> Counter[str]:
    """What the newest of so many issues touches, by kind."""
    write_archive(archive, issues, seed=1)
    store = FolderStore(archive)
    index = Index(None, store)
    index.catch_up()
    found = touched(Library(store, index), list(read_log(store, issues - 1)))
    return Counter(each.kind for each in found)


def test_an_issue_touches_no_more_in_a_long_archive(tmp_path: Path) -> None:
    """Itself, the one before, its entries, tags and stories, and its month of every list."""
    short, long = kinds(tmp_path / "short", 100), kinds(tmp_path / "long", 800)
    assert short["issue"] >= 2
    assert short["entry"] >= 10
    # The same day, but for what a longer story and fuller tags bring.
    assert sum(long.values()) <= sum(short.values()) * 1.25

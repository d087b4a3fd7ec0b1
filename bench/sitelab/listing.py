"""What a site consists of, by kind: all contenders must have made the same pages.

Who makes archives of feeds must have made the same ones, too.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What is ours alone.
_ALONE = re.compile(r"^\w+/search/")
_ARCHIVES = "archives of feeds"
_KINDS = (
    ("feed pages", r"/feed/index\.html$"),
    ("entries", r"^\w+/e/"),
    ("issues", r"^\w+/daily/\d{4}-"),
    ("lists of issues", r"^\w+/daily/"),
    ("tags", r"^\w+/tags/"),
    ("stories", r"^\w+/stories/"),
    ("lists of entries", r"^\w+/entries/"),
    ("fronts and others", r""),
)


@dataclass(frozen=True)
class Listing:
    """The pages that all have to make, how many of each kind and their bytes; and all bytes.

    `archives` are those of feeds, which not all make.
    """

    pages: frozenset[str]
    archives: frozenset[str]
    kinds: Counter[str]
    sizes: Counter[str]
    whole: int

    @property
    def size(self) -> int:
        """The bytes of the pages."""
        return sum(self.sizes.values()) - self.sizes[_ARCHIVES]


def listing(public: Path) -> Listing:
    """What lies in a folder."""
    pages: set[str] = set()
    archives: set[str] = set()
    kinds, sizes, whole = Counter[str](), Counter[str](), 0
    for path, size in _files(str(public)):
        name = path[len(str(public)) + 1 :]
        whole += size
        if name.endswith("/atom.xml") and "/archive/" in name:
            archives.add(name)
            kinds[_ARCHIVES] += 1
            sizes[_ARCHIVES] += size
        if name.endswith(".html") and not _ALONE.search(name):
            pages.add(name)
            kinds[kind(name)] += 1
            sizes[kind(name)] += size
    return Listing(frozenset(pages), frozenset(archives), kinds, sizes, whole)


def kind(name: str) -> str:
    """What sort of page a file is."""
    return next(label for label, pattern in _KINDS if re.search(pattern, name))


def compare(ours: Listing, theirs: Listing, name: str) -> None:
    """Raises SystemExit where a peer made other pages, or pages of another size, than we did."""
    differing = sorted(ours.pages ^ theirs.pages)
    if differing:
        counts = f"{dict(ours.kinds)} and {dict(theirs.kinds)}"
        raise SystemExit(f"{name} made other pages: {differing[:5]} …; {counts}")
    if theirs.archives and theirs.archives != ours.archives:
        some = sorted(ours.archives ^ theirs.archives)[:5]
        raise SystemExit(f"{name} made other archives of feeds: {some} …")
    for label, size in ours.sizes.items():
        if label == _ARCHIVES and not theirs.archives:
            continue
        # Our feeds say more of each item (its tags, its day in words): that is no peer's loss.
        least = 0.75 if label == _ARCHIVES else 0.85
        if ours.kinds[label] > 10 and not least < theirs.sizes[label] / size < 1.15:
            share = theirs.sizes[label] / size
            raise SystemExit(f"{name}: its {label} have {share:.2f} times the bytes of ours")


def _files(folder: str) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as found:
        for each in found:
            if each.is_dir(follow_symlinks=False):
                yield from _files(each.path)
            else:
                yield each.path, each.stat().st_size

"""Reading the entries of one run: each file once, though several issues ask for it.

So what a rehearsal has assembled is what is frozen, also where a file is saved in between.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from publisher.config.publication import Publication
from publisher.content.load import Entries, entry_ids, entry_path, load_entries
from publisher.document import read

# Enough for the windows of some weeks; an entry takes about ten kilobytes.
_REMEMBERED = 2000

# The month in which an event ends: of two days the second one counts.
_HAPPENED = re.compile(rb"""\bhappened["']?\s*:\s*["']?(?:\d{4}-\d\d(?:-\d\d)?/)?(\d{4}-\d\d)""")


class EntryReader:
    """Reads entries, and remembers what it has read."""

    def __init__(self, root: Path, publication: Publication) -> None:
        self._root, self._publication = root, publication
        self._read = lru_cache(_REMEMBERED)(self._read_one)
        self._last_month = lru_cache(maxsize=None)(self._find_last_month)

    def entries(self, ids: Iterable[str]) -> Entries:
        """What `load_entries` finds, without the documents."""
        found = [self._read(each) for each in ids]
        return Entries(
            {name: entry for each in found for name, entry in each.entries.items()},
            {name: why for each in found for name, why in each.broken.items()},
            {},
            tuple(problem for each in found for problem in each.problems),
        )

    def _read_one(self, entry_id: str) -> Entries:
        return replace(load_entries(self._root, self._publication, [entry_id]), documents={})

    def upcoming(self, first: dt.date, last: dt.date, after: dt.date) -> tuple[str, ...]:
        """The ids of entries filed between two days that may end in the month of `after`, or later.

        Only the line `happened:` is looked at, and nothing is parsed: some of them may be broken,
        or over by then.
        """
        ids, _ = entry_ids(self._root, first, last)
        month = f"{after:%Y-%m}".encode()
        return tuple(each for each in ids if self._last_month(each) >= month)

    def _find_last_month(self, entry_id: str) -> bytes:
        """The last month in which the entry may end; b"" where it has no such line."""
        raw, _ = read(self._root, entry_path(entry_id))
        return max(_HAPPENED.findall(raw or b""), default=b"")

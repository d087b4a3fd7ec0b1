"""Which targets are to be rendered: those that new records touch, or whose inputs differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from publisher.archive.library import Library
from publisher.archive.records import read_log
from publisher.site.beside import LATER
from publisher.site.inputs import BESIDE, mark
from publisher.site.ledger import Ledger, State
from publisher.site.targets import Target, everything, touched

_AT_ONCE = 24
"""Issues whose missing files a run looks for: more would not be made in the time that it has."""


@dataclass(frozen=True, slots=True)
class Due:
    """The targets, each after those that it links to; `is_whole`: there are no others."""

    targets: Iterable[Target]
    is_whole: bool = False


def due_of(library: Library, ledger: Ledger, known: State | None, now: State) -> Due:
    """What brings a site from the state that is known of it to what it is to be now."""
    whole = Due(everything(library.index), is_whole=True)
    if known is None or not _continues(library, known, now):
        return whole
    records = list(read_log(library.store, known.log))
    if any(record.what == "takedown" for record in records):
        return whole  # the files that earlier records name are not there any more
    found = touched(library, records) if records else []
    if BESIDE in now.inputs:
        found += _later(ledger, set(found))
    differing = known.differing(now)
    return Due(_in_order(library, ledger, found, differing) if differing else found)


def _later(ledger: Ledger, found: set[Target]) -> list[Target]:
    """The newest issues beside whose pages a file is still to come."""
    waiting = sorted(set(ledger.using({LATER})) - found, key=lambda each: each.name[::-1])
    return waiting[-_AT_ONCE:]


def _continues(library: Library, known: State, now: State) -> bool:
    """Whether the site shows an earlier state of this archive, in this folder."""
    same = known.folder == now.folder and known.log <= now.log
    return same and known.archive == mark(library.store, known.log)


def _in_order(
    library: Library, ledger: Ledger, found: list[Target], differing: frozenset[str]
) -> Iterator[Target]:
    """What was found, what was made from inputs that differ, and what never was written."""
    wanted = {*found, *ledger.using(differing)}
    for target in everything(library.index):
        if target in wanted or not ledger.has(target):
            wanted.discard(target)
            yield target
    # These are no more: they render to nothing, and their files go.
    yield from sorted(wanted)

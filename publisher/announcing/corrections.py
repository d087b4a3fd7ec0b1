"""Telling of corrections: the newest records of the archive's log, each once.

The log itself is the memory of what there is to tell, so nothing is lost with a run that dies.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publisher.announcing.book import Book, Keys
from publisher.announcing.shown import topics
from publisher.archive.library import Library
from publisher.archive.queries import IssueKey
from publisher.archive.records import LogRecord, get_entry, get_issue, read_log
from publisher.config.publication import Publication

_RECORDS = 50
"""So many records of the log are looked at."""
NEWS = dt.timedelta(days=14)
"""What was revised before is no news."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A record of the log that is to be told: which issues it changed, and the calls."""

    issues: Sequence[IssueKey]
    at: dt.datetime
    hooks: Sequence[tuple[IssueKey, Keys]]
    pings: Keys


def corrections(
    publication: Publication, library: Library, book: Book, now: dt.datetime
) -> Iterator[Correction]:
    """What was revised lately and is not told yet.

    Hooks hear of corrections only; the hub of all that changed a feed.
    """
    for record in read_log(library.store, max(library.index.last_log - _RECORDS, 0)):
        revised = _revised(library, record)
        if revised is None or now - revised[0] > NEWS:
            continue
        at, is_correction = revised
        issues, part = _issues_of(library, record), f"record {record.number}"
        hooks = [
            (each, book.hook_keys("issue.corrected", f"{each.bulletin}/{each.name}", part))
            for each in issues
            if is_correction
        ]
        bulletins = dict.fromkeys(each.bulletin for each in issues)
        feeds = [topic for slug in bulletins for topic in topics(publication, library, slug)]
        pings = book.ping_keys(dict.fromkeys(feeds), part)
        wanted = {*pings, *(key for _, keys in hooks for key in keys)}
        if wanted - book.calls.known(wanted):
            yield Correction(issues, at, hooks, pings)


def _revised(library: Library, record: LogRecord) -> tuple[dt.datetime, bool] | None:
    """When the revision of a record came, and whether it corrects something."""
    if record.what != "revise":
        return None
    if record.bulletin and record.issue and record.issue_revision:
        issue = get_issue(library.store, record.bulletin, record.issue, record.issue_revision)
        return issue.at, issue.kind == "correction"
    found = [get_entry(library.store, *each) for each in record.entries]
    if not found:
        return None
    return max(each.at for each in found), any(each.kind == "correction" for each in found)


def _issues_of(library: Library, record: LogRecord) -> list[IssueKey]:
    """The issues that a record of the log changes."""
    index = library.index
    keys = {key for entry, _ in record.entries for key in index.carried_in(entry)}
    if record.bulletin and record.issue and (own := index.issue(record.bulletin, record.issue)):
        keys.add(own)
    return sorted(keys, key=lambda each: (each.slot, each.bulletin, each.name))

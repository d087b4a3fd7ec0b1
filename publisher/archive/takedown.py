"""Taking an entry out of the archive by law: what is deleted, replaced and written instead.

The archive's files never change, except here.  The order makes every interruption harmless: the
tombstone first (from then on the entry never comes back), then new revisions of the issues that
showed it, then other bytes in the place of what older files say of it, then the deletions, and the
record in the log.  Each step may be done again with no further effect; the next run goes on with a
tombstone that is not finished.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from publisher.archive.freeze import log_revision, revise_issue
from publisher.archive.library import Library
from publisher.archive.records import (
    LogRecord,
    Tombstone,
    append_log,
    blob_file,
    dump,
    get,
    log_file,
    parse,
    read_log,
    tombstone_file,
)
from publisher.archive.store import Store
from publisher.issue.issue import EntryRevision, Issue, IssueRevision, Placed, Removed, Section

GAP = "…"
"""What stands for words that were taken away."""
_LONG_ENOUGH = 6
"""Characters from which on words are looked for inside other texts: shorter ones are common."""
_NOT_WORDS = frozenset(
    ("settings", "kinds", "entry", "issue", "lead", "see_also", "bulletin", "name", "blob", "url")
)


@dataclass(frozen=True, slots=True)
class Words:
    """What an entry said in one line or a few, in every language and revision, longest first."""

    texts: tuple[str, ...]

    @classmethod
    def of(cls, revisions: Iterable[EntryRevision]) -> Words:
        """The headlines, summaries and digests of some revisions."""
        found = {
            text.strip()
            for each in revisions
            for part in (each.entry.title, each.entry.short_title, each.entry.summary,
                         each.entry.digest)
            if part
            for text in part.values()
        }  # fmt: skip
        return cls(tuple(sorted(found - {""}, key=lambda text: (-len(text), text))))

    def out_of(self, text: str) -> str:
        """A text without them."""
        parts = [GAP if each.strip() in self.texts else each for each in text.split(" · ")]
        text = " · ".join(parts)
        for each in self.texts:
            if len(each) >= _LONG_ENOUGH:
                text = text.replace(each, GAP)
        return text


def bury(store: Store, names: Iterable[str], entry_id: str, day: dt.date, reason: str) -> Tombstone:
    """Write the tombstone; a second time gives back the one there is."""
    stone = Tombstone(entry=entry_id, names=sorted({*names, entry_id}), day=day, reason=reason)
    path = tombstone_file(entry_id)
    if store.put_new(path, dump(stone)):
        return stone
    return get(store, path, Tombstone) or stone


def take_down(library: Library, stone: Tombstone, at: dt.datetime) -> Tombstone:
    """Do what the tombstone asks for, or the rest of it; the index is made anew.

    Gives back the tombstone with what was changed; it is not finished (see `finished`).
    """
    store, index = library.store, library.index
    revisions = list(_revisions(store, stone.entry))
    words = Words.of(each for _, each in revisions)
    blobs = _only_its_own(store, revisions)
    touched = list(_touched(store, stone, words))
    issues = sorted({f"{each.issue.bulletin}/{each.issue.name}" for _, each in touched})
    files = [*(path for path, _ in revisions), *map(blob_file, blobs),
             *(path for path, _ in touched), *_naming(store, stone.entry)]  # fmt: skip
    # Before anything goes: a run that is interrupted leaves behind which files it was about.
    stone = _kept(store, stone, issues, files)
    _revise(library, stone, words, at)
    for path, revision in touched:
        store.replace(path, dump(_cleaned(revision, stone, words)))
    for number in _naming_numbers(store, stone.entry):
        store.replace(log_file(number), dump(_without(store, number, stone.entry)))
    for path in (*map(blob_file, blobs), *(path for path, _ in revisions)):
        store.delete(path)
    # Where nothing was left to do, others were told before.
    if files or not _is_told(store, stone.entry):
        record = LogRecord(number=index.last_log + 1, what="takedown", taken_down=stone.entry)
        append_log(store, record)
    store.forget(stone.files)
    library.forget()
    index.rebuild()
    return stone


def finished(stone: Tombstone) -> Tombstone:
    """A tombstone of which everything is done, in mail, site and branch as well."""
    return stone.model_copy(update={"is_finished": True})


def _kept(store: Store, stone: Tombstone, issues: list[str], files: list[str]) -> Tombstone:
    new = stone.model_copy(
        update={
            "issues": sorted({*stone.issues, *issues}),
            "files": sorted({*stone.files, *files}),
            "is_finished": False,
        }
    )
    store.replace(tombstone_file(stone.entry), dump(new))
    return new


# What there is ------------------------------------------------------------------------------------


def _revisions(store: Store, entry_id: str) -> Iterator[tuple[str, EntryRevision]]:
    for path in store.list(f"entries/{entry_id}"):
        raw = store.get(path)
        if raw is not None:
            yield path, parse(path, raw, EntryRevision)


def _only_its_own(store: Store, revisions: Iterable[tuple[str, EntryRevision]]) -> list[str]:
    """The blobs that are named by an entry and by nothing else in the archive."""
    own = {path for path, _ in revisions}
    raw = b"".join(store.get(path) or b"" for path in sorted(own))
    left = {name for path in store.list("blobs") if (name := path[6:]).encode() in raw}
    for folder in ("issues", "entries") if left else ():
        for path in store.list(folder):
            data = b"" if path in own else store.get(path) or b""
            left = {name for name in left if name.encode() not in data}
    return sorted(left)


def _touched(store: Store, stone: Tombstone, words: Words) -> Iterator[tuple[str, IssueRevision]]:
    """Every revision of an issue that shows the entry, or says its words."""
    needles = [json.dumps(each, ensure_ascii=False)[1:-1].encode()
               for each in (stone.entry, *words.texts)]  # fmt: skip
    for path in store.list("issues"):
        raw = store.get(path) or b""
        if any(each in raw for each in needles):
            revision = parse(path, raw, IssueRevision)
            if _cleaned(revision, stone, words) != revision:
                yield path, revision


def _naming_numbers(store: Store, entry_id: str) -> list[int]:
    """The records of the log that name the entry."""
    return [
        record.number
        for record in read_log(store, 0)
        if any(name == entry_id for name, _ in record.entries)
    ]


def _naming(store: Store, entry_id: str) -> list[str]:
    return [log_file(number) for number in _naming_numbers(store, entry_id)]


def _is_told(store: Store, entry_id: str) -> bool:
    return any(record.taken_down == entry_id for record in read_log(store, 0))


def _without(store: Store, number: int, entry_id: str) -> LogRecord:
    record = get(store, log_file(number), LogRecord)
    assert record is not None  # it was just read
    left = [each for each in record.entries if each[0] != entry_id]
    return record.model_copy(update={"entries": left})


# Issues without it --------------------------------------------------------------------------------


def _revise(library: Library, stone: Tombstone, words: Words, at: dt.datetime) -> None:
    """New revisions of the issues that showed it: readers and their programs look again."""
    store, index = library.store, library.index
    for each in stone.issues:
        key = index.issue(*each.split("/", 1))
        if key is None:
            continue
        old = library.issue(key)
        issue = clean(old.issue, stone, words)
        if issue != old.issue:
            new = revise_issue(store, old, issue, "takedown", at)
            log_revision(store, index.last_log, None, issue=new)
            index.catch_up()


def _cleaned(revision: IssueRevision, stone: Tombstone, words: Words) -> IssueRevision:
    """The same revision, with the issue as it may be kept."""
    return revision.model_copy(update={"issue": clean(revision.issue, stone, words)})


def clean(issue: Issue, stone: Tombstone, words: Words) -> Issue:
    """An issue without an entry and without its words: a gap stands where they stood.

    Where nothing is left of a title or subject, the bulletin's name stands there.
    """
    issue = issue.model_copy(
        update={
            "sections": [_section(each, stone) for each in issue.sections],
            "lead": None if issue.lead == stone.entry else issue.lead,
            "notices": [each for each in issue.notices if each.entry != stone.entry],
        }
    )
    if not words.texts:
        return issue
    data = _walk(issue.model_dump(mode="json", exclude_none=True, by_alias=True), words)
    for field in ("title", "subject"):
        data[field] = _named(data[field], issue.settings.name)
    return Issue.model_validate_json(json.dumps(data))


def _section(section: Section, stone: Tombstone) -> Section:
    gone = [
        Removed(place=place, day=stone.day)
        for place, each in enumerate(section.places())
        if isinstance(each, Placed) and each.entry == stone.entry
    ]
    entries = [
        each.model_copy(
            update={"see_also": [other for other in each.see_also if other != stone.entry]}
        )
        for each in section.entries
        if each.entry != stone.entry
    ]
    removed = section.removed
    if gone and not section.is_calendar:
        removed = sorted([*(removed or ()), *gone], key=lambda each: each.place)
    return section.model_copy(update={"entries": entries, "removed": removed})


def _walk(value: Any, words: Words) -> Any:
    if isinstance(value, str):
        return words.out_of(value)
    if isinstance(value, list):
        return [_walk(each, words) for each in value]
    if isinstance(value, dict):
        return {
            key: each if key in _NOT_WORDS else _walk(each, words) for key, each in value.items()
        }
    return value


def _named(text: Mapping[str, str], name: Mapping[str, str]) -> dict[str, str]:
    first = next(iter(name.values()))
    return {
        key: one if one.strip(f"{GAP} ·:|") else name.get(key, first) for key, one in text.items()
    }

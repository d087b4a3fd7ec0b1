"""The files of the archive: their paths, and models to bytes and back.

``entries/<id>/<revision>.json``, ``issues/<bulletin>/<issue>/<revision>.json``; images as they are
in ``blobs/<hash>.<extension>``; and, one numbered record for each change, ``log/<number>.json``.
What was taken down by law leaves ``tombstones/<id>.json``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError

from publisher.archive.store import Store
from publisher.config.model import Frozen
from publisher.errors import ArchiveError
from publisher.issue.issue import FORMAT, EntryRevision, IssueRevision

M = TypeVar("M", bound=BaseModel)


class LogRecord(Frozen):
    """One change of the archive, in the order in which they came."""

    format: int = FORMAT
    number: int
    what: Literal["freeze", "revise", "takedown"]
    bulletin: str | None = None
    issue: str | None = None
    issue_revision: int | None = None
    entries: list[tuple[str, int]] = []
    commit: str | None = None
    taken_down: str | None = None


class Tombstone(Frozen):
    """An entry that was taken down by law: what it was called, on which day, and why.

    `issues` (``<bulletin>/<issue>``) are those that were changed by it, which cannot be reproduced
    any more.  `files` are those of the archive that were deleted or replaced: other machines forget
    their copies.  Until it is `finished` the next run goes on with it.
    """

    format: int = FORMAT
    entry: str
    names: list[str]
    day: dt.date
    reason: str
    issues: list[str] = []
    files: list[str] = []
    is_finished: bool = False


def entry_file(entry_id: str, revision: int) -> str:
    """Where a revision of an entry lies."""
    return f"entries/{entry_id}/{revision}.json"


def issue_file(bulletin: str, name: str, revision: int) -> str:
    """Where a revision of an issue lies."""
    return f"issues/{bulletin}/{name}/{revision}.json"


def blob_file(name: str) -> str:
    """Where the bytes of an image lie; the name is made from them."""
    return f"blobs/{name}"


def tombstone_file(entry_id: str) -> str:
    """Where it is written that an entry was taken down."""
    return f"tombstones/{entry_id}.json"


def tombstones(store: Store) -> list[Tombstone]:
    """Every entry that was taken down, by identity."""
    found = (get(store, path, Tombstone) for path in store.list("tombstones"))
    return [each for each in found if each is not None]


def log_file(number: int) -> str:
    """Where a record of the log lies."""
    return f"log/{number:08d}.json"


def dump(model: BaseModel) -> bytes:
    """A model as bytes: the same model, the same bytes."""
    data = model.model_dump(mode="json", exclude_none=True, by_alias=True)
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def get(store: Store, path: str, model: type[M]) -> M | None:
    """Read a file of the archive; raises ArchiveError for one that cannot be read."""
    raw = store.get(path)
    return None if raw is None else parse(path, raw, model)


def parse(path: str, raw: bytes, model: type[M]) -> M:
    """A model from the bytes of a file; raises ArchiveError for one that cannot be read."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        version = _format_of(raw)
        remedy = "restore it from a backup"
        if version > FORMAT:
            remedy = f"it has format {version}, this program knows {FORMAT}: use a newer version"
        where = ".".join(map(str, first["loc"]))
        raise ArchiveError(f"{path} of the archive: {where}: {first['msg']}", remedy) from error


def _format_of(raw: bytes) -> int:
    try:
        return int(json.loads(raw).get("format", 0))
    except (ValueError, AttributeError):
        return 0


def get_entry(store: Store, entry_id: str, revision: int) -> EntryRevision:
    """A frozen entry; raises ArchiveError where it is missing."""
    path = entry_file(entry_id, revision)
    found = get(store, path, EntryRevision)
    if found is None:
        raise ArchiveError(f"{path} is missing from the archive", "restore it from a backup")
    return found


def get_issue(store: Store, bulletin: str, name: str, revision: int) -> IssueRevision:
    """A frozen issue; raises ArchiveError where it is missing."""
    path = issue_file(bulletin, name, revision)
    found = get(store, path, IssueRevision)
    if found is None:
        raise ArchiveError(f"{path} is missing from the archive", "restore it from a backup")
    return found


def get_blob(store: Store, name: str) -> bytes:
    """The bytes of an image; raises ArchiveError where they are missing."""
    found = store.get(blob_file(name))
    if found is None:
        missing = f"{blob_file(name)} is missing from the archive"
        raise ArchiveError(missing, "restore it from a backup")
    return found


def read_log(store: Store, after: int) -> Iterator[LogRecord]:
    """The records of the log that came after a number, in order."""
    number = after + 1
    while (record := get(store, log_file(number), LogRecord)) is not None:
        yield record
        number += 1


def append_log(store: Store, record: LogRecord) -> LogRecord:
    """Write a record under the first number that is free, from the record's own on.

    Where the same is written there already, by a machine that took over from a stalled one, that
    one counts.
    """
    while not store.put_new(path := log_file(record.number), dump(record)):
        if store.get(path) == dump(record):
            return record
        record = record.model_copy(update={"number": record.number + 1})
    return record

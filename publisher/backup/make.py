"""Making a backup, while the service goes on.

The database comes first, the archive after it: what was published in between is in the archive
and has no row, and such an issue is never mailed by itself.  The other way round, an issue could
be called mailed that the archive does not have.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher import durable
from publisher.archive.store import Store
from publisher.backup.dumping import dump
from publisher.backup.manifest import (
    ARCHIVE,
    DATABASES,
    MANIFEST,
    Manifest,
    digest_of,
    fingerprints,
    read_manifest,
)
from publisher.errors import PublisherError, StepFailed
from publisher.subscribers.tokens import Keys

_UNFINISHED = ".unfinished-"
_NAME = "%Y%m%dT%H%M%SZ"
_LOG = "log/"


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up: the database by its URL, the archive, the keys."""

    url: str
    schema: str
    archive: Store
    keys: Keys
    version: str


@dataclass(frozen=True, slots=True)
class Made:
    """A backup: where it lies, and what was new since the one before."""

    folder: Path
    manifest: Manifest
    new: int
    dropped: tuple[Path, ...]


def make_backup(source: Source, place: Path, now: dt.datetime, keep: int | None = None) -> Made:
    """Make a backup in a folder of its own below `place`; with `keep`, let older ones go.

    Files of the archive never change, so those that the last backup has are linked from there.
    Raises StepFailed; what was begun is not called a backup then, and goes with the next one.
    """
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in place.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left)
        last = newest(place)
        name = now.astimezone(dt.UTC).strftime(_NAME)
        if (place / name).exists():
            raise StepFailed(f"{place / name} is there already", "wait a second, and try again")
        folder = place / f"{_UNFINISHED}{name}"
        folder.mkdir(mode=0o700)
        manifest, new = _fill(source, folder, last, now)
        folder = folder.rename(place / name)
        durable.sync(place)
        return Made(folder, manifest, new, tuple(_drop(place, keep)) if keep else ())
    except OSError as error:
        raise StepFailed(
            f"the backup in {place} could not be written: {error.strerror}: {error.filename}",
            "see to the disk and the permissions; the backups that are there are whole",
        ) from error


def backups(place: Path) -> list[Path]:
    """The whole backups below a folder, the oldest first."""
    if not place.is_dir():
        return []
    return sorted(each for each in place.iterdir() if _is_name(each.name) and each.is_dir())


def newest(place: Path) -> tuple[Path, Manifest] | None:
    """The newest backup below a folder that can be read."""
    for each in reversed(backups(place)):
        try:
            return each, read_manifest(each)
        except PublisherError:
            continue
    return None


def _is_name(name: str) -> bool:
    try:
        dt.datetime.strptime(name, _NAME)  # noqa: DTZ007
    except ValueError:
        return False
    return True


def _fill(
    source: Source, folder: Path, last: tuple[Path, Manifest] | None, now: dt.datetime
) -> tuple[Manifest, int]:
    kind = "sqlite" if source.url.startswith("sqlite") else "postgresql"
    database = folder / DATABASES[kind]
    dump(source.url, database)
    files, new = _copy_archive(source.archive, folder / ARCHIVE, last)
    manifest = Manifest(
        now.isoformat(), source.version, source.schema,
        "sqlite" if kind == "sqlite" else "postgresql",
        digest_of(database), fingerprints(source.keys), files,
    )  # fmt: skip
    # What was copied is on the disk before the manifest says so.
    os.sync()
    durable.create(folder / MANIFEST, manifest.to_bytes(), 0o600)
    durable.sync(folder)
    return manifest, new


def _copy_archive(
    archive: Store, target: Path, last: tuple[Path, Manifest] | None
) -> tuple[dict[str, tuple[int, str]], int]:
    known = last[1].files if last else {}
    files: dict[str, tuple[int, str]] = {}
    new = 0
    for path in _listed(archive):
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if last and path in known and _linked(last[0] / ARCHIVE / path, file):
            files[path] = known[path]
            continue
        data = archive.get(path)
        if data is None:
            continue  # taken down by law while we read
        durable.create(file, data, 0o400, sync=False)
        files[path] = len(data), hashlib.sha256(data).hexdigest()
        new += 1
    return files, new


def _linked(old: Path, file: Path) -> bool:
    """Link a file of the last backup, where the file system can and it is still there."""
    try:
        os.link(old, file)
    except OSError:
        return False
    return True


def _listed(archive: Store) -> Iterator[str]:
    """The files of the archive; records of the log first, as they are now.

    A record is written after what it speaks of: so everything that it names is in the copy.
    """
    records = list(archive.list(_LOG))
    yield from (each for each in archive.list("") if not each.startswith(_LOG))
    yield from records


def _drop(place: Path, keep: int) -> Iterator[Path]:
    for each in backups(place)[:-keep]:
        # Under a name that is no backup's, so that half of one is never taken for one.
        gone = each.rename(place / f"{_UNFINISHED}{each.name}")
        shutil.rmtree(gone)
        yield each

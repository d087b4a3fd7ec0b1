"""The way back: a backup becomes an installation that knows it is a copy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from publisher.archive.store import Store
from publisher.backup.dumping import load
from publisher.backup.manifest import (
    ARCHIVE,
    DATABASES,
    Manifest,
    digest_of,
    fingerprints,
    read_manifest,
)
from publisher.config.settings import Settings
from publisher.errors import SettingsError, StepFailed, UsageError
from publisher.storage.copies import Copies
from publisher.storage.database import is_empty, open_database
from publisher.subscribers.tokens import Keys


def verify(folder: Path) -> Manifest:
    """Read all of a backup, and compare it with its manifest; raises StepFailed."""
    manifest = read_manifest(folder)
    broken = list(_broken(folder, manifest))
    if broken:
        shown = ", ".join(broken[:3]) + (" …" if len(broken) > 3 else "")
        raise StepFailed(
            f"{len(broken)} files of {folder} are missing or damaged: {shown}",
            "take an older backup",
        )
    return manifest


def _broken(folder: Path, manifest: Manifest) -> Iterator[str]:
    kept = {f"{ARCHIVE}/{path}": told for path, told in manifest.files.items()}
    for path, told in {DATABASES[manifest.kind]: manifest.database, **kept}.items():
        try:
            if digest_of(folder / path) != told:
                yield path
        except OSError:
            yield path


def restore(
    folder: Path, settings: Settings, archive: Store, keys: Keys, now: dt.datetime
) -> Manifest:
    """Put a backup into the places that the settings name, where nothing is yet.

    The copy mails nobody until it is told that it is the only one (`Copies.confirm`).  Raises
    StepFailed for a damaged backup, SettingsError for other keys, UsageError where something is
    in the way; nothing is changed then.
    """
    manifest = verify(folder)
    _refuse_other_keys(manifest, keys)
    kind = "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"
    if kind != manifest.kind:
        raise UsageError(
            f"the backup is of a database of kind {manifest.kind}, and {kind} is set",
            "set PUBLISHER_DATABASE_URL to one of that kind",
        )
    for what in _in_the_way(settings, archive):
        raise UsageError(
            f"{what} is in the way",
            "restore into an installation that has none: move it away, or set PUBLISHER_STATE",
        )
    try:
        _put_back(folder, settings, archive, manifest)
    except OSError as error:
        raise StepFailed(
            f"the archive could not be put back: {error.strerror}: {error.filename}",
            "see to the disk, delete what was put back, and try again",
        ) from error
    engine = open_database(settings.database_url)
    Copies(engine).mark(manifest.at, now)
    engine.dispose()
    return manifest


def _refuse_other_keys(manifest: Manifest, keys: Keys) -> None:
    have = fingerprints(keys)
    missing = sorted(name for name, told in manifest.keys.items() if have.get(name) != told)
    if missing:
        raise SettingsError(
            f"the keys are not those of the backup ({', '.join(missing)})",
            "put the file of keys that belongs to it where PUBLISHER_KEYS says: with another one, "
            "links in old mails are dead, and forgotten people could be mailed again",
        )


def _in_the_way(settings: Settings, archive: Store) -> Iterator[str]:
    if next(archive.list(""), None) is not None:
        yield f"the archive {settings.archive_url or settings.archive}"
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        if Path(url.database or "").exists():
            yield f"the database {url.database}"
    elif not is_empty(settings.database_url):
        yield f"the database {url.render_as_string(hide_password=True)}"


def _put_back(folder: Path, settings: Settings, archive: Store, manifest: Manifest) -> None:
    # The log last: what it names is there then.
    for path in sorted(manifest.files, key=lambda each: (each.startswith("log/"), each)):
        archive.put_new(path, (folder / ARCHIVE / path).read_bytes())
    # Derived from the archive, and perhaps of another one.
    settings.index.unlink(missing_ok=True)
    load(settings.database_url, folder / DATABASES[manifest.kind])

"""What a backup holds: ``manifest.json`` beside the database and the archive."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from publisher.errors import StepFailed
from publisher.subscribers.tokens import Keys

MANIFEST = "manifest.json"
ARCHIVE = "archive"
DATABASES = {"sqlite": "publisher.sqlite", "postgresql": "publisher.pgdump"}
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What lies in the folder of a backup.

    `files` are those of the archive by path, each with its length in bytes and its SHA-256;
    `database` is the file of the database with the same.  `keys` are fingerprints: secrets cannot
    be read from them, only recognised.
    """

    taken: str
    version: str
    schema: str
    kind: Literal["sqlite", "postgresql"]
    database: tuple[int, str]
    keys: dict[str, str]
    files: dict[str, tuple[int, str]]
    format: int = FORMAT

    @property
    def at(self) -> dt.datetime:
        """When the backup was taken."""
        return dt.datetime.fromisoformat(self.taken)

    def to_bytes(self) -> bytes:
        """As it is written."""
        return (json.dumps(asdict(self), indent=1, sort_keys=True) + "\n").encode()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup.  Raises StepFailed for what is no whole backup."""
    file = folder / MANIFEST
    try:
        kept = json.loads(file.read_bytes())
        if kept["format"] > FORMAT:
            raise StepFailed(f"{folder} was made by a newer version", "install that version first")
        files = {path: (int(size), str(digest)) for path, (size, digest) in kept["files"].items()}
        size, digest = kept["database"]
        if kept["kind"] not in DATABASES:
            raise ValueError("no such database")
        found = Manifest(
            kept["taken"], kept["version"], kept["schema"], kept["kind"],
            (int(size), str(digest)), dict(kept["keys"]), files,
        )  # fmt: skip
        if found.at.tzinfo is None:
            raise ValueError("a time without a zone")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StepFailed(
            f"{folder} is no backup: its {MANIFEST} cannot be read ({error})",
            "name a folder that `publisher backup` has made, such as backups/20260426T101500Z",
        ) from error
    return found


def fingerprints(keys: Keys) -> dict[str, str]:
    """The keys of an installation, such that they are recognised and cannot be guessed.

    They are of 256 random bits, so a plain hash of one gives nothing away.
    """
    found = {f"signing {number}": _print(key) for number, key in keys.signing.items()}
    return found | {"suppression": _print(keys.suppression)}


def _print(key: bytes) -> str:
    return hashlib.sha256(b"publisher key fingerprint\0" + key).hexdigest()[:32]


def digest_of(file: Path) -> tuple[int, str]:
    """Length and SHA-256 of a file."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return opened.tell(), digest

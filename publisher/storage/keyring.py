"""The file of keys: made when it is first needed, readable for its owner alone."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

from publisher import durable
from publisher.errors import SettingsError
from publisher.storage.subscribers import People
from publisher.subscribers.tokens import Keys, make_keys

_PRIVATE = 0o600
_FACT = "suppression-key"


def load_keys(path: Path) -> Keys:
    """The keys of the installation; new ones where there is no file yet.

    Raises SettingsError for a file that cannot be used, or that others may read.
    """
    try:
        durable.create(path, _written(make_keys()), _PRIVATE)
    except FileExistsError:
        pass
    except OSError as error:
        what = f"the keys cannot be kept in {path}: {error.strerror}"
        raise SettingsError(what, "make its folder, or set PUBLISHER_KEYS") from error
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingsError(f"{path} can be read by others", f"chmod 600 {path}")
        return _read(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"{path} does not hold the keys of an installation"
        raise SettingsError(
            what, "restore it from the backup: links in old mails need it"
        ) from error


def check_keys(keys: Keys, people: People) -> None:
    """Refuse keys that are not those of this database: forgotten people would come back."""
    kept = people.fact(_FACT, keys.suppression_fingerprint)
    if kept != keys.suppression_fingerprint:
        raise SettingsError(
            "the keys are not those that this database was made with",
            "restore the file of keys that belongs to it (PUBLISHER_KEYS); "
            "with another one, forgotten people could be mailed again",
        )


def _written(keys: Keys) -> bytes:
    kept = {
        "about": "Secrets of one installation of publisher. Back it up; never commit it. "
        "A further signing key takes the next number; keep the old ones.",
        "signing": {str(number): _text(key) for number, key in keys.signing.items()},
        "suppression": _text(keys.suppression),
    }
    return json.dumps(kept, indent=2).encode() + b"\n"


def _read(kept: dict[str, object]) -> Keys:
    signing, suppression = kept["signing"], kept["suppression"]
    if not isinstance(signing, dict):
        raise ValueError("no signing keys")
    found = {int(number): _bytes(key) for number, key in signing.items()}
    if not found or not all(0 < number < 256 for number in found):
        raise ValueError("no signing keys")
    return Keys(found, _bytes(suppression))


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _bytes(text: object) -> bytes:
    key = base64.b64decode(str(text), validate=True)
    if len(key) < 16:
        raise ValueError("a key is too short")
    return key

"""The operator's settings: ``PUBLISHER_*`` environment variables, never in git.

| variable | meaning | default |
|---|---|---|
| PUBLISHER_STATE | folder of archive, database and outbox | ``<root>/var`` |
| PUBLISHER_PUBLIC | folder of the site | ``<root>/public`` |
| PUBLISHER_DATABASE_URL | database of steps (SQLAlchemy URL) | SQLite in the state folder |
| PUBLISHER_OUTBOX | Maildir that takes the mail | ``<state>/outbox`` |
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import SettingsError

_KNOWN = (
    "PUBLISHER_STATE",
    "PUBLISHER_PUBLIC",
    "PUBLISHER_DATABASE_URL",
    "PUBLISHER_OUTBOX",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where everything lies."""

    root: Path
    state: Path
    public: Path
    outbox: Path
    database_url: str

    @property
    def archive(self) -> Path:
        """The folder of the archive."""
        return self.state / "archive"

    @property
    def index(self) -> Path:
        """The derived index of the archive."""
        return self.state / "index.sqlite"


def read_settings(root: Path, environment: Mapping[str, str]) -> Settings:
    """Read the operator's settings; raises SettingsError for one that cannot be used."""
    for name in environment:
        if name.startswith("PUBLISHER_") and name not in _KNOWN:
            # What all of them begin with would make any two look alike.
            words = [each.removeprefix("PUBLISHER_") for each in _KNOWN]
            close = difflib.get_close_matches(name.removeprefix("PUBLISHER_"), words, n=1)
            remedy = f"known are {', '.join(_KNOWN)}"
            if close:
                remedy = f"did you mean PUBLISHER_{close[0]}?"
            raise SettingsError(f"there is no setting {name}", remedy)
    state = _folder(root, environment.get("PUBLISHER_STATE"), root / "var")
    public = _folder(root, environment.get("PUBLISHER_PUBLIC"), root / "public")
    outbox = _folder(root, environment.get("PUBLISHER_OUTBOX"), state / "outbox")
    content = root / "content"
    for name, folder in (("PUBLISHER_STATE", state), ("PUBLISHER_PUBLIC", public)):
        if folder in (root, content) or content in folder.parents:
            raise SettingsError(
                f"{name}: {folder} would mix what is made with what editors write",
                "name a folder of its own",
            )
    url = environment.get("PUBLISHER_DATABASE_URL") or f"sqlite:///{state / 'publisher.sqlite'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError(
            "PUBLISHER_DATABASE_URL: this kind of database is not supported",
            "use sqlite:///… or postgresql+psycopg://…",
        )
    return Settings(root, state, public, outbox, url)


def _folder(root: Path, given: str | None, default: Path) -> Path:
    return (root / Path(given).expanduser()).resolve() if given else default

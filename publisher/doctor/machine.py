"""The machine: folders, disks, secrets, clock, versions."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from publisher.config.settings import Settings
from publisher.doctor.finding import Finding
from publisher.errors import UsageError
from publisher.version import VERSION

_ROOM = 1_000_000_000
_SHARE = 0.05
_SKEW = dt.timedelta(seconds=30)
_SQLITE = (3, 35, 0)
"""RETURNING and DROP COLUMN, which the migrations use."""


def check_versions() -> Iterator[Finding]:
    """What runs here."""
    import importlib.metadata

    zones = importlib.metadata.version("tzdata")
    seen = f"publisher {VERSION}, Python {platform.python_version()}, time zones of {zones}"
    yield Finding("versions", "ok", seen)
    if sys.version_info < (3, 11):  # noqa: UP036 - a venv can be moved under another Python
        yield Finding("versions", "problem", "this Python is too old", "install 3.11 or newer")
    if sqlite3.sqlite_version_info < _SQLITE:
        yield Finding("versions", "problem", f"SQLite {sqlite3.sqlite_version} is too old",
                      "use a Python that is linked with 3.35 or newer")  # fmt: skip


def check_folders(settings: Settings) -> Iterator[Finding]:
    """Whether what is to be written can be, and how long the disk will last."""
    folders = {"state": settings.state, "site": settings.public, "archive": settings.archive}
    if settings.delivery.smtp is None:
        folders["outbox"] = settings.outbox
    for what, folder in folders.items():
        place = _nearest(folder)
        if not os.access(place, os.W_OK | os.X_OK):
            yield Finding("folders", "problem", f"{what}: {place} cannot be written",
                          f"give it to the user of the service: chown -R … {place}")  # fmt: skip
    if links := _links(_nearest(settings.archive)):
        yield Finding("folders", "problem", f"archive: {links}",
                      "put it on a file system with hard links (PUBLISHER_ARCHIVE)")  # fmt: skip
    for folder in dict.fromkeys(map(_nearest, folders.values())):
        yield _room(folder)


def _nearest(folder: Path) -> Path:
    """The folder, or the first one above it that is there."""
    return next((each for each in (folder, *folder.parents) if each.is_dir()), Path("/"))


def _links(folder: Path) -> str:
    """Why files cannot be linked there; "" where they can, or nothing can be written."""
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=folder) as scratch:
            one = Path(scratch) / "one"
            one.touch()
            (Path(scratch) / "two").hardlink_to(one)
    except PermissionError:
        return ""
    except OSError as error:
        return f"files in {folder} cannot be linked: {error.strerror}"
    return ""


def _room(folder: Path) -> Finding:
    room = shutil.disk_usage(folder)
    seen = f"{folder}: {room.free / 1e9:,.1f} GB free of {room.total / 1e9:,.1f}"
    if room.free < _ROOM / 10:
        return Finding("disk", "problem", seen, "free some: nothing can be published soon")
    if room.free < _ROOM or room.free < room.total * _SHARE:
        return Finding("disk", "warning", seen, "free some")
    return Finding("disk", "ok", seen)


def check_secrets(settings: Settings) -> Iterator[Finding]:
    """Files that only the service may read."""
    if not settings.keys.exists():
        yield Finding("keys", "warning", f"{settings.keys} is not there yet",
                      "the first command that needs keys makes it; then keep a copy")  # fmt: skip
        return
    mode = stat.S_IMODE(settings.keys.stat().st_mode)
    if mode & 0o077:
        yield Finding("keys", "problem", f"{settings.keys} can be read by others",
                      f"chmod 600 {settings.keys}")  # fmt: skip
    else:
        yield Finding("keys", "ok", f"{settings.keys} is for its owner alone")


def check_clock(base_url: str, now: dt.datetime, newest: dt.datetime | None) -> Iterator[Finding]:
    """The clock, compared with the web server of the publication and with what was published.

    `newest` is the slot of the newest published issue.
    """
    if newest is not None and newest > now + _SKEW:
        yield Finding("clock", "problem",
                      f"an issue of {newest:%Y-%m-%d %H:%M %z} is published, and it is "
                      f"{now:%Y-%m-%d %H:%M %z} here",
                      "set the clock, or wait: nothing is published twice")  # fmt: skip
    try:
        answer = httpx.head(base_url, timeout=5, follow_redirects=False)
        told = parsedate_to_datetime(answer.headers["Date"])
    except (httpx.HTTPError, KeyError, ValueError, TypeError):
        yield Finding("clock", "unchecked", f"{base_url} tells no time", "")
        return
    off = abs(told - now)
    if off > _SKEW:
        yield Finding("clock", "problem", f"{off.total_seconds():.0f} s off the web server's",
                      "synchronise it (timedatectl set-ntp true)")  # fmt: skip
    else:
        yield Finding("clock", "ok", f"within {_SKEW.seconds} s of the web server's")


def check_pdf(make: Callable[[], object]) -> Iterator[Finding]:
    """Whether PDFs can be made here; `make` loads what makes them."""
    try:
        make()
    except UsageError as error:
        yield Finding("PDF", "problem", error.what, error.remedy)
    else:
        yield Finding("PDF", "ok", "WeasyPrint and its libraries are there")

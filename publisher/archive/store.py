"""Where what was published lies: paths and bytes, written once and never changed.

A path is put if nothing is there, in one step: whoever comes second reads what is there.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Protocol

from publisher import durable
from publisher.errors import ArchiveError

_SEGMENT = re.compile(r"[A-Za-z0-9._-]{1,255}")
_TEMPORARY = ".tmp-"
_READ_ONLY = 0o444


class Store(Protocol):
    """What an archive is kept in.  Every method may raise ArchiveError."""

    def get(self, path: str) -> bytes | None:
        """The bytes at a path; None when no file is there."""

    def put_new(self, path: str, data: bytes) -> bool:
        """Write a file in one step if there is none; False, and nothing done, if there is."""

    def list(self, prefix: str) -> Iterator[str]:
        """The paths of all files below a folder ("" for all), sorted."""

    def replace(self, path: str, data: bytes) -> None:
        """Put other bytes in the place of a file's, in one step, where the law asks for it."""

    def delete(self, path: str) -> None:
        """Take a file away, where the law asks for it; nothing is done if there is none."""

    def forget(self, paths: Iterable[str]) -> None:
        """Forget copies that this machine has kept of files which others deleted or replaced."""


class FolderStore:
    """An archive in a folder: read-only files, each linked to its name when it is whole.

    Needs a file system with hard links.  Files in the making are called ``.tmp-…``; one that
    a killed process left behind does no harm.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._settled: set[Path] = set()

    def get(self, path: str) -> bytes | None:
        """The bytes at a path; None when no file is there."""
        file = self._place(path)
        try:
            return file.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise _failed(file, "read", error) from error

    def put_new(self, path: str, data: bytes) -> bool:
        """Write a file in one step if there is none; False, and nothing done, if there is.

        It is on the disk when this returns, also when another process has written it: what
        follows (a mail) must not outlive it.
        """
        file = self._place(path)
        try:
            self._make_folder(file.parent)
            written = not file.exists() and _link_in(file, data)
            durable.sync(file.parent)
        except OSError as error:
            raise _failed(file, "written", error) from error
        if not written and not file.is_file():
            raise ArchiveError(f"{file} is in the way and is no file", "move it away")
        return written

    def list(self, prefix: str) -> Iterator[str]:
        """The paths of all files below a folder ("" for all), sorted."""
        folder = self._place(prefix.rstrip("/")) if prefix else self.root
        return iter(sorted(self._below(folder)))

    def replace(self, path: str, data: bytes) -> None:
        """Put other bytes in the place of a file's, in one step, where the law asks for it."""
        file = self._place(path)
        temporary = file.with_name(f"{_TEMPORARY}{os.getpid()}-{secrets.token_hex(8)}")
        try:
            durable.create(temporary, data, _READ_ONLY)
            temporary.replace(file)
            durable.sync(file.parent)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise _failed(file, "replaced", error) from error

    def forget(self, paths: Iterable[str]) -> None:
        """Nothing is kept beside the files."""

    def delete(self, path: str) -> None:
        """Take a file away, where the law asks for it; nothing is done if there is none."""
        file = self._place(path)
        try:
            with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                file.unlink()
                durable.sync(file.parent)
        except OSError as error:
            raise _failed(file, "deleted", error) from error

    def _place(self, path: str) -> Path:
        return self.root / checked(path)

    def _below(self, folder: Path) -> Iterator[str]:
        for base, _, names in os.walk(folder, onerror=_unless_missing):
            below = Path(base).relative_to(self.root)
            yield from ((below / name).as_posix() for name in names if _is_ours(name))

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and those above it, and bring their names to the disk once."""
        folder.mkdir(parents=True, exist_ok=True)
        while folder not in self._settled:
            durable.sync(folder.parent)
            self._settled.add(folder)
            if folder == self.root:
                return
            folder = folder.parent


class MemoryStore:
    """An archive in memory, for tests and rehearsals."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._lock = Lock()

    def get(self, path: str) -> bytes | None:
        """The bytes at a path; None when no file is there."""
        return self._files.get(checked(path))

    def put_new(self, path: str, data: bytes) -> bool:
        """Write a file in one step if there is none; False, and nothing done, if there is."""
        with self._lock:
            if checked(path) in self._files:
                return False
            for other in self._files:
                if other.startswith(f"{path}/") or path.startswith(f"{other}/"):
                    raise ArchiveError(f"{other} is in the way of {path}", "choose another path")
            self._files[path] = bytes(data)
            return True

    def list(self, prefix: str) -> Iterator[str]:
        """The paths of all files below a folder ("" for all), sorted."""
        start = f"{checked(prefix.rstrip('/'))}/" if prefix else ""
        return iter(sorted(path for path in self._files if path.startswith(start)))

    def delete(self, path: str) -> None:
        """Take a file away, where the law asks for it; nothing is done if there is none."""
        with self._lock:
            self._files.pop(checked(path), None)

    def replace(self, path: str, data: bytes) -> None:
        """Put other bytes in the place of a file's, where the law asks for it."""
        with self._lock:
            self._files[checked(path)] = bytes(data)

    def forget(self, paths: Iterable[str]) -> None:
        """Nothing is kept beside the files."""


def checked(path: str) -> str:
    """A path as it was given, if it can be one in every kind of store."""
    for part in path.split("/"):
        if not _SEGMENT.fullmatch(part) or part in {".", ".."} or part.startswith(_TEMPORARY):
            raise ArchiveError(
                f"{path!r} cannot be a path in the archive",
                "use relative paths of A-Z a-z 0-9 . _ - with / between the folders",
            )
    return path


def _is_ours(name: str) -> bool:
    return bool(_SEGMENT.fullmatch(name)) and not name.startswith(_TEMPORARY)


def _link_in(file: Path, data: bytes) -> bool:
    """Write beside the final name, then link: the name never stands for half a file."""
    temporary = file.with_name(f"{_TEMPORARY}{os.getpid()}-{secrets.token_hex(8)}")
    try:
        durable.create(temporary, data, _READ_ONLY)
        file.hardlink_to(temporary)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _unless_missing(error: OSError) -> None:
    if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
        raise _failed(Path(error.filename), "listed", error) from error


def _failed(file: Path, what: str, error: OSError) -> ArchiveError:
    remedy = "make sure that the folder of the archive can be read and written"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        remedy = "free some space on its disk, then run the same command again"
    elif error.errno in {errno.EEXIST, errno.ENOTDIR}:
        remedy = "a file lies where a folder has to be; move it away"
    return ArchiveError(f"{file} could not be {what}: {error.strerror or error}", remedy)

"""Files that are there after a power cut: the few calls that the archive, site and mail share."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

# From so many files on, one sync of the whole system is cheaper than one for each (4x for 500).
_MANY = 64


def create(path: Path | str, data: bytes, mode: int = 0o666, *, sync: bool = True) -> None:
    """Write a file that must not exist yet; its bytes are on the disk when this returns.

    `mode` is subject to the umask.  With ``sync=False`` the caller sees to the disk (`settle`).
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Write a small file so that it is wholly the old or wholly the new one."""
    draft = path.with_name(f"{path.name}.tmp")
    draft.unlink(missing_ok=True)
    create(draft, data, sync=sync)
    draft.replace(path)


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle(paths: list[Path]) -> None:
    """Bring many files and folders to the disk."""
    if len(paths) > _MANY:
        os.sync()
        return
    for path in paths:
        sync(path)


def lock(folder: Path) -> int:
    """Wait until no other process holds a folder, and hold it until the descriptor is closed.

    The lock is on the folder itself (flock(2)): who is killed leaves nothing behind.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def try_lock(path: Path) -> int | None:
    """Hold a file until the descriptor is closed; None where another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor

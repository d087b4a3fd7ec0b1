"""What happens to a sender from outside for some seconds: its relay, its database, its disk."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from faultlab.relay import PROCESSES, Relay

Trouble = Callable[[int], AbstractContextManager[object]]
"""Something that is wrong while it is entered; the argument is the sender's process."""


def relay_stops(relay: Relay) -> Trouble:
    """Nobody listens, and every connection was cut."""

    @contextmanager
    def trouble(_: int) -> Iterator[None]:
        relay.ask("stop")
        try:
            yield
        finally:
            relay.ask("start")

    return trouble


def locked(database: Path) -> Trouble:
    """Another process holds the database."""

    @contextmanager
    def trouble(_: int) -> Iterator[None]:
        ours, theirs = PROCESSES.Pipe()
        process = PROCESSES.Process(target=_hold, args=(database, theirs), daemon=True)
        process.start()
        ours.recv()
        try:
            yield
        finally:
            ours.send("enough")
            process.join()

    return trouble


def _hold(database: Path, pipe: object) -> None:
    connection = sqlite3.connect(database, isolation_level=None, timeout=60)
    connection.execute("BEGIN EXCLUSIVE")
    pipe.send("held")  # type: ignore[attr-defined]
    pipe.recv()  # type: ignore[attr-defined]
    connection.execute("ROLLBACK")
    connection.close()


def disk_full(database: Path) -> Trouble:
    """Another program has filled the disk to its last byte, and takes what becomes free."""

    @contextmanager
    def trouble(_: int) -> Iterator[None]:
        ballast = database.parent / "ballast"
        _shrink(database)
        process = PROCESSES.Process(target=_fill, args=(ballast,), daemon=True)
        process.start()
        try:
            yield
        finally:
            process.kill()
            process.join()
            ballast.unlink(missing_ok=True)

    return trouble


def _fill(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    while True:
        for size in (65_536, 4_096, 1):
            with suppress(OSError):
                while os.write(descriptor, bytes(size)):
                    pass
        time.sleep(0.001)


def _shrink(database: Path) -> None:
    """Give back the room of SQLite's log: it would be written over, and need no more."""
    connection = sqlite3.connect(database, timeout=60)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


_QUOTA = 100_000
"""Bytes: room for the few lines that a sender says."""


def quota(database: Path) -> Trouble:
    """No file of the sender may grow: as near to a full disk as one comes without mounting."""

    @contextmanager
    def trouble(sender: int) -> Iterator[None]:
        _shrink(database)
        before = resource.prlimit(sender, resource.RLIMIT_FSIZE)
        resource.prlimit(sender, resource.RLIMIT_FSIZE, (_QUOTA, before[1]))
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                resource.prlimit(sender, resource.RLIMIT_FSIZE, before)

    return trouble


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path | None]:
    """A file system of so many bytes in memory; None where mounting is not permitted."""
    mount = shutil.which("mount")
    folder.mkdir()
    command = [mount or "mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if (
        mount is None
        or os.geteuid() != 0
        or subprocess.run(command, capture_output=True, check=False).returncode
    ):
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)

"""Judging the files of many entries: those that were judged before are not read again.

A file is known by its stamp (times, size, number on the disk).  Where the stamp is another, as
after a fresh checkout, its bytes decide; only what is new is parsed, by several processes where
there is much of it.
"""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ClassVar

from publisher.config.publication import Publication
from publisher.content.facts import Judged, judge, packed, refused, unpacked
from publisher.content.load import entry_path
from publisher.document import read

Tell = Callable[[int, int], None]
"""Is told how many files of how many are done."""

MANY = 500
"""From so many files on it is worth while to keep what was found, and to start processes."""

_CHUNK = 200
_MOST_PROCESSES = 8

# A file that was written so shortly before it was read may be written again without another
# stamp: clocks of file systems go in ticks, that of FAT in steps of two seconds (the "racy" files
# of git's Documentation/technical/racy-git.txt).
_TICK = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of a file; its stamp is "" where none may be believed."""

    stamp: str
    hash: bytes
    kept: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that is there now, by id, and the rows that are not yet kept."""

    judged: Mapping[str, Judged]
    new: Mapping[str, Row]


def judge_all(
    root: Path,
    publication: Publication,
    ids: Sequence[str],
    known: Mapping[str, Row],
    tell: Tell | None = None,
    processes: int | None = None,
    clock: Callable[[], int] = time.time_ns,
) -> Found:
    """Judge the files of entries, in the order of their ids; `clock` is that of the files."""
    judged: dict[str, Judged] = {}
    new: dict[str, Row] = {}
    unread = list(_unknown(root, ids, known, judged))
    _say(tell, len(judged), len(ids))
    for done in _read_all(_Reader(root, publication, clock), unread, known, processes):
        for entry_id, row in done:
            kept = row.kept or known[entry_id].kept
            judged[entry_id] = unpacked(kept, entry_path(entry_id), entry_id)
            if row.hash:
                new[entry_id] = Row(row.stamp, row.hash, kept)
        _say(tell, len(judged), len(ids))
    return Found({each: judged[each] for each in ids}, new)


def _say(tell: Tell | None, done: int, of: int) -> None:
    if tell is not None:
        tell(done, of)


def _unknown(
    root: Path, ids: Sequence[str], known: Mapping[str, Row], judged: dict[str, Judged]
) -> Iterator[str]:
    """Those that must be read; the others are judged as they were."""
    base = str(root)
    for entry_id in ids:
        path = entry_path(entry_id)
        row = known.get(entry_id)
        if row is None or not row.stamp or _stamp(f"{base}/{path}") != row.stamp:
            yield entry_id
            continue
        judged[entry_id] = unpacked(row.kept, path, entry_id)


def _stamp(path: str) -> str:
    """The stamp of a regular file; "" where there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return ""
    if not stat.S_ISREG(found.st_mode):
        return ""
    return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino} {found.st_mode}"


class _Reader:
    """Reads files and judges them; lives in a process of its own, or in this one."""

    def __init__(self, root: Path, publication: Publication, clock: Callable[[], int]) -> None:
        self.root, self.publication, self.clock = root, publication, clock

    def read(self, asked: Sequence[tuple[str, bytes]]) -> list[tuple[str, Row]]:
        """A row for each id; without a judgement where the hash that was given is right.

        What cannot be read has no hash: next time it is tried again.
        """
        return [(entry_id, self._one(entry_id, before)) for entry_id, before in asked]

    def _one(self, entry_id: str, before: bytes) -> Row:
        path = entry_path(entry_id)
        now = self.clock()
        stamp = _stamp(f"{self.root}/{path}")
        raw, problems = read(self.root, path)
        if raw is None:
            return Row("", b"", packed(refused(problems)))
        if stamp and max(int(each) for each in stamp.split()[:2]) + _TICK > now:
            stamp = ""
        own = hashlib.blake2b(raw, digest_size=20).digest()
        if own == before:
            return Row(stamp, own, b"")
        return Row(stamp, own, packed(judge(raw, path, entry_id, self.publication)))


# Processes ---------------------------------------------------------------------------------------


def _read_all(
    reader: _Reader, ids: Sequence[str], known: Mapping[str, Row], processes: int | None
) -> Iterator[list[tuple[str, Row]]]:
    asked = [(each, known[each].hash if each in known else b"") for each in ids]
    chunks = [asked[at : at + _CHUNK] for at in range(0, len(asked), _CHUNK)]
    wanted = _processes() if processes is None else processes
    # A process with threads is not forked: a lock that one of them holds would stay locked.
    if wanted > 1 and len(asked) >= MANY and threading.active_count() == 1:
        yield from _by_processes(reader, chunks, wanted)
    else:
        yield from map(reader.read, chunks)


def _processes() -> int:
    return min(len(os.sched_getaffinity(0)), _MOST_PROCESSES)


class _Process:
    """What a process was started with."""

    reader: ClassVar[_Reader]


def _begin(reader: _Reader) -> None:
    """The start of a process: a key that ends the program is for the one that started it."""
    _Process.reader = reader
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read(chunk: list[tuple[str, bytes]]) -> list[tuple[str, Row]]:
    return _Process.reader.read(chunk)


def _by_processes(
    reader: _Reader, chunks: list[list[tuple[str, bytes]]], wanted: int
) -> Iterator[list[tuple[str, Row]]]:
    """What processes find; the work of one that is killed is done here."""
    left = dict(enumerate(chunks))
    pool = ProcessPoolExecutor(wanted, get_context("fork"), _begin, (reader,))
    try:
        waiting: dict[Future[list[tuple[str, Row]]], int] = {}
        for number, chunk in enumerate(chunks):
            waiting[pool.submit(_read, chunk)] = number
        for done in as_completed(waiting):
            found = done.result()
            del left[waiting[done]]
            yield found
    except (BrokenProcessPool, OSError):  # killed, or no process could be started
        yield from map(reader.read, left.values())
    finally:
        pool.shutdown(cancel_futures=True)

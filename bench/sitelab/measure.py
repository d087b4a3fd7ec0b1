"""What a process and its children take: seconds, seconds of CPU, and memory of all at once."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY, _SELDOM, _HUNDREDTH = 0.04, 1.0, 0.01


@dataclass(frozen=True)
class Run:
    """Seconds on the clock, seconds of CPU, and the most memory in MB."""

    seconds: float
    cpu: float
    mb: float


def run(command: Sequence[str | Path], cwd: Path, more: Mapping[str, str] | None = None) -> Run:
    """Run a program to its end.  Raises SystemExit, with what it said, if it fails.

    Memory is the proportional set size, summed over the processes that live at one moment, looked
    at every 40 ms, and in long runs every hundredth of them, a second at most: to look at gigabytes
    takes a while in which the program waits.  Never less than what the kernel says of the largest.
    """
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [str(each) for each in command], cwd=cwd, env={**os.environ, **(more or {})},
            stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
        )  # fmt: skip
        watch = _Watch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        most = watch.end()
        said.seek(0)
        words = said.read().decode(errors="replace")[-3000:]
    if process.returncode:
        raise SystemExit(f"{command[0]} failed:\n{words}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, max(most, usage.ru_maxrss / 1024))


class _Watch:
    """Looks at the memory of a process and its descendants until `end`."""

    def __init__(self, pid: int) -> None:
        self._pid, self._most, self._over = pid, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        begun, pause = time.perf_counter(), _EVERY
        while not self._over.wait(pause):
            pause = min(_SELDOM, max(_EVERY, (time.perf_counter() - begun) * _HUNDREDTH))
            self._most = max(self._most, sum(map(_mb, _tree(self._pid))))

    def end(self) -> float:
        """The most MB that were seen."""
        self._over.set()
        self._thread.join()
        return self._most


def _tree(pid: int) -> Iterator[int]:
    yield pid
    children: set[str] = set()
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children |= set((task / "children").read_text().split())
    for child in children:
        yield from _tree(int(child))


def _mb(pid: int) -> float:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024
    return 0.0

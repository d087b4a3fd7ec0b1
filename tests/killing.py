"""Processes that are killed before one of the changes that they make on the disk.

Which these are the audit events of Python tell; every transaction of a database opens a connection
of its own and so is one of them.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

PROCESSES = multiprocessing.get_context("fork")
AT_ONCE = 4
CHANGES = ("os.mkdir", "os.link", "os.rename", "os.remove", "os.rmdir", "sqlite3.connect")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def is_change(event: str, args: tuple[object, ...]) -> bool:
    """Whether an audit event is about to change something on the disk."""
    if event == "open":
        # Opened once more by its number, a new file is still empty: a place of its own to die at.
        return isinstance(args[2], int) and bool(args[2] & WRITING)
    return event in CHANGES


def label(event: str, args: tuple[object, ...], root: Path) -> str:
    """What is about to happen, in a few words: the step and the kind of file."""
    path = str(args[1] if event in {"os.link", "os.rename"} else args[0])
    path = "an open file" if path.isdigit() else path
    inside = path.removeprefix(f"{root}/").split("/")
    return f"{event} {'/'.join(inside[:3]) if inside[0] == 'var' else inside[0]}"


def watched(root: Path, work: Callable[[Path], None], watch: Callable[[str], None]) -> None:
    """Do something in this process, and call `watch` before each change.

    What its own forks change is not watched: they render, and their parent sees to them.
    """
    own = os.getpid()

    def hook(event: str, args: tuple[object, ...]) -> None:
        if os.getpid() == own and is_change(event, args):
            watch(label(event, args, root))

    sys.addaudithook(hook)
    work(root)


def killed_at(
    root: Path, work: Callable[[Path], None], step: int, place: Callable[[str], bool] | None = None
) -> None:
    """Do something in this process, and kill it before a change; only those at a place count."""
    left = step

    def watch(told: str) -> None:
        nonlocal left
        if place is not None and not place(told):
            return
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    watched(root, work, watch)


def together(work: Callable[..., None], *arguments: tuple[object, ...]) -> list[int | None]:
    """Run processes side by side, a few at once; their exit codes."""
    codes: list[int | None] = []
    for start in range(0, len(arguments), AT_ONCE):
        children = [PROCESSES.Process(target=work, args=each)
                    for each in arguments[start : start + AT_ONCE]]  # fmt: skip
        for child in children:
            child.start()
        for child in children:
            child.join()
        codes += [child.exitcode for child in children]
    return codes

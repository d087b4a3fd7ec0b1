"""Other processes of a run: forks that do a job, and talk with this one through a pipe.

A process that finds its pipe closed ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from publisher.errors import OutputError
from publisher.site.ground import NOTHING_CHANGED


def may_fork() -> bool:
    """Whether a fork of this process has all that it needs: no thread of it would be there."""
    tasks = Path("/proc/self/task")
    threads = sum(1 for _ in tasks.iterdir()) if tasks.is_dir() else threading.active_count()
    return hasattr(os, "fork") and threads == 1


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that was started, and the pipe to it."""

    process: int
    pipe: Connection

    def give(self, what: Any) -> None:
        """Send it something; raises OutputError where it is gone."""
        self._talk(lambda: self.pipe.send(what))

    def take(self) -> Any:
        """Wait for what it has made; raises what it raised, and OutputError where it is gone."""
        found = self._talk(self.pipe.recv)
        if isinstance(found, BaseException):
            raise found
        return found

    def end(self) -> None:
        """End it, whatever it is doing."""
        self.pipe.close()
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)

    def _talk(self, say: Callable[[], Any]) -> Any:
        try:
            return say()
        except (EOFError, OSError) as error:
            raise OutputError(
                f"process {self.process}, which rendered pages, was killed; "
                f"{NOTHING_CHANGED} by it",
                "see to the memory of the machine, or set PUBLISHER_PROCESSES=1; then run it again",
            ) from error


def start(others: Sequence[Worker], job: Callable[[Connection], None]) -> Worker:
    """Start a process that does a job; `others` were started before it."""
    mine, its = Pipe()
    process = os.fork()
    if process:
        its.close()
        return Worker(process, mine)
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # Who holds another end of a pipe keeps it open when the parent is gone.
        for pipe in (mine, *(each.pipe for each in others)):
            pipe.close()
        with suppress(EOFError, OSError):  # the parent is gone
            job(its)
        os._exit(0)
    finally:
        os._exit(1)


def tried(make: Callable[[], object]) -> object:
    """What was made, or what was raised: the parent raises it."""
    try:
        return make()
    except Exception as error:  # noqa: BLE001
        return _sendable(error)


def _sendable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - it has fields that no pipe can carry
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error

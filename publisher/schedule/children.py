"""Processes of the service: started, kept going, and ended; none outlives the service.

Each child is a command of this program, in a session of its own so that Ctrl-C reaches the
service only.  It reads a pipe on its standard input whose other end only the service holds: when
that end closes, for whatever reason, the child ends (`publisher.cli.child`).
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

log = logging.getLogger("publisher.run")

STABLE = 60.0
"""Seconds after which a child that ended had been well."""
_LONGEST = 60.0
"""Seconds to wait, at most, before a child is started again."""
_OFTEN = 5
"""So many quick ends in a row are a trouble."""


class Child(Protocol):
    """A process that was started."""

    pid: int

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it and what it has started, now."""


Start = Callable[[tuple[str, ...]], Child]
"""Starts the program with arguments."""


class Launcher:
    """Starts the program for one publication, as a child."""

    def __init__(self, root: Path) -> None:
        self._command = (sys.executable, "-m", "publisher.cli.child", "--root", str(root))

    def __call__(self, arguments: tuple[str, ...]) -> Child:
        """Start it with these arguments; its log goes where ours goes."""
        return _Process([*self._command, *arguments])


class _Process:
    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )
        self.pid = self._process.pid

    def poll(self) -> int | None:
        code = self._process.poll()
        if code is not None and self._process.stdin is not None:
            self._process.stdin.close()
        return code

    def terminate(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        if self._process.poll() is None:
            # Its group is its own: it began a session.
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()


class Kept:
    """A child that is started again whenever it ends, a little later each time.

    `unwell` is told of one that does not stay, `well` when it stays again.
    """

    def __init__(
        self,
        name: str,
        start: Start,
        monotonic: Callable[[], float],
        unwell: Callable[[str, int], None] = lambda name, code: None,
        well: Callable[[str], None] = lambda name: None,
    ) -> None:
        self.name = name
        self._start, self._monotonic = start, monotonic
        self._unwell, self._well = unwell, well
        self._child: Child | None = None
        self._begun, self._again, self._wait = 0.0, 0.0, 1.0
        self._quick_ends, self._is_known_well = 0, False

    @property
    def children(self) -> list[Child]:
        """The process, where it runs."""
        return [self._child] if self._child else []

    def look(self) -> None:
        """Start it, where it is time to."""
        now = self._monotonic()
        if self._child is None:
            if now >= self._again:
                self._begun, self._child = now, self._start((self.name,))
            return
        code = self._child.poll()
        if code is not None:
            self._child = None
            self._ended(code, now)
        elif not self._is_known_well and now - self._begun >= STABLE:
            self._is_known_well, self._quick_ends, self._wait = True, 0, 1.0
            self._well(self.name)

    def soon(self) -> None:
        """What kept it from staying may be mended: wait no longer."""
        self._again, self._wait = 0.0, 1.0

    def _ended(self, code: int, now: float) -> None:
        self._again = now + self._wait
        log.error("%s ended (%d); again in %.0f s", self.name, code, self._wait)
        self._wait = min(self._wait * 2, _LONGEST)
        self._is_known_well = False
        self._quick_ends += 1
        if self._quick_ends == _OFTEN:
            self._unwell(self.name, code)

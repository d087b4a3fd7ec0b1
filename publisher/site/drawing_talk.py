"""A conversation with the process that draws (`publisher.site.drawing_process`)."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

SECONDS = 30
"""How long one drawing may take; the first takes one second."""
PROGRAM = (sys.executable, "-P", str(Path(__file__).with_name("drawing_process.py")))
_PIECE = 1 << 16
# What finds Python and its packages, and the fonts; no secrets, and no time zone of the machine.
_KEPT = ("PATH", "HOME", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "PYTHONUSERBASE",
         "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS")  # fmt: skip
_SET = {"TZ": "UTC", "LC_ALL": "C.UTF-8"}


class Ended(Exception):
    """The process is no more; its text says how it ended."""


class TooLong(Exception):
    """A drawing took longer than it may; the process was ended."""


class Talk:
    """A process, from the first question to `end`; it also ends with this one, however that ends.

    It belongs to the process that made it: one that was forked since can only let go of it.
    """

    def __init__(self, program: Sequence[str] = PROGRAM, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = subprocess.Popen(
            # The kernel ends it where this process cannot: a little later.
            [*program, str(int(seconds) + 5)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=kept | _SET, bufsize=0,
            process_group=0,  # Ctrl-C is for us: we finish what is under way
        )  # fmt: skip
        self._owner = os.getpid()
        assert self._process.stdin is not None  # they are pipes
        assert self._process.stdout is not None
        self._to: IO[bytes] = self._process.stdin
        self._from: IO[bytes] = self._process.stdout
        os.set_blocking(self._to.fileno(), False)
        os.set_blocking(self._from.fileno(), False)
        self._finalizer = weakref.finalize(self, _end, self._process, self._owner)

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def is_ours(self) -> bool:
        """Whether this process made it: no two may speak through one pipe."""
        return self._owner == os.getpid()

    @property
    def is_alive(self) -> bool:
        """Whether it was not ended by us."""
        return self._finalizer.alive

    def end(self) -> None:
        """End the process, and wait for it; in a fork, only let go of it."""
        self._finalizer()

    def ask(self, what: str, given: str) -> dict[str, str]:
        """The answer to a request; raises Ended and TooLong, after which the process is ended."""
        line = json.dumps({what: given}).encode() + b"\n"
        try:
            told: dict[str, str] = json.loads(self._exchanged(line))
        except TooLong:
            self.end()
            raise
        except (OSError, ValueError) as error:
            # It is ending by itself: how, is worth a moment.
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            self.end()
            raise Ended(_how(self._process.returncode)) from error
        return told

    def _exchanged(self, line: bytes) -> bytes:
        """Write a line and read one, neither longer than a drawing may take."""
        until = time.monotonic() + self._seconds
        left, answer = memoryview(line), bytearray()
        with selectors.DefaultSelector() as ways:
            ways.register(self._to, selectors.EVENT_WRITE)
            ways.register(self._from, selectors.EVENT_READ)
            while not answer.endswith(b"\n"):
                ready = ways.select(max(0.0, until - time.monotonic()))
                if not ready:
                    raise TooLong
                for key, _ in ready:
                    if key.fileobj is self._from:
                        answer += self._piece()
                    else:
                        left = left[os.write(self._to.fileno(), left[:_PIECE]) :]
                        if not left:
                            ways.unregister(self._to)
        return bytes(answer)

    def _piece(self) -> bytes:
        piece = os.read(self._from.fileno(), _PIECE)
        if not piece:
            raise BrokenPipeError
        return piece


def _how(code: int) -> str:
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"exit code {code}"


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    if os.getpid() != owner:
        process.returncode = 0  # the one that made it waits for it
        return
    process.kill()
    process.wait()

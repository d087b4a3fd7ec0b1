"""A relay in a process of its own: it outlives the senders, and writes down what it accepts."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from publisher.fakes.smtp_server import Fault, ScriptedSmtpServer

PROCESSES = multiprocessing.get_context("fork")

STEADY = (
    Fault(step="body", delay=0.004, rate=0.3),
    Fault(step="dot", delay=0.012, rate=0.3),
    Fault(step="dot", delay=0.004),
)
"""A relay that does nothing wrong, in no hurry: a kill hits every phase of a message."""

FAULTY = (
    Fault(step="greeting", reply="421 4.3.2 busy", close=True, rate=0.1),
    Fault(step="MAIL", reply="451 4.3.0 try later", rate=0.005),
    Fault(step="MAIL", reply="say again?", rate=0.005),
    Fault(step="RCPT", reply="451 4.7.1 greylisted", rate=0.1, times=1),
    Fault(step="RCPT", reply="550 5.1.1 no such user", rate=0.02),
    Fault(step="DATA", delay=0.3, rate=0.01),
    Fault(step="body", close=True, after_bytes=5_000, rate=0.02),
    Fault(step="dot", reply="", close=True, is_taken=True, rate=0.01),
    Fault(step="dot", reply="", close=True, is_taken=False, rate=0.01),
    Fault(step="dot", reply="and so it goes", is_taken=True, rate=0.005),
    Fault(step="dot", reply="452 4.3.1 no room", rate=0.02),
    Fault(step="dot", reply="554 5.7.1 not wanted", rate=0.01),
    Fault(step="dot", delay=0.3, rate=0.01),
    *STEADY,
)
"""Everything that a relay gets wrong, each now and then."""


class Relay:
    """A scripted relay; `log` has a line for each message it accepted, before it said so."""

    def __init__(self, log: Path, faults: Sequence[Fault], seed: int) -> None:
        self.log = Log(log)
        self._pipe, theirs = PROCESSES.Pipe()
        self._process = PROCESSES.Process(
            target=_serve, args=(theirs, log, faults, seed), daemon=True
        )
        self._process.start()
        theirs.close()
        self.port = int(self._pipe.recv())

    def ask(self, what: str) -> tuple[int, int]:
        """Have it start or stop; how often it was silent after a message, and had taken it."""
        self._pipe.send(what)
        silent, hidden = self._pipe.recv()
        return silent, hidden

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


class Log:
    """The lines of a relay's log, read on as they come."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self._path = path
        self._size = self._count = 0

    @property
    def count(self) -> int:
        """How many messages were accepted so far."""
        if self._path.stat().st_size > self._size:
            with self._path.open("rb") as file:
                file.seek(self._size)
                new = file.read()
            self._size, self._count = self._size + len(new), self._count + new.count(b"\n")
        return self._count

    def accepted(self) -> Counter[str]:
        """How often a message to each recipient was accepted."""
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return Counter(line.split("\t")[1] for line in lines)


def _serve(pipe: Connection, log: Path, faults: Sequence[Fault], seed: int) -> None:
    server = ScriptedSmtpServer(faults, seed=seed, log=log)
    server.start()
    pipe.send(server.port)
    while True:
        asked = pipe.recv()
        if asked == "start":
            server.start()
        elif asked == "stop":
            server.stop()
        pipe.send(_silent(server))


def _silent(server: ScriptedSmtpServer) -> tuple[int, int]:
    """After how many messages nothing was said that makes sense; those of them it had taken."""
    script = server.script
    silent = [each for each in script.faults if each.step == "dot" and each.is_taken is not None]
    return (
        sum(script.done(each) for each in silent),
        sum(script.done(each) for each in silent if each.is_taken),
    )

"""How long a sender takes to end when it is told to."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from publisher.fakes.smtp_server import Fault, ScriptedSmtpServer
from sendlab.processes import environment, python, sink

HUNG = {
    "a relay that works": None,
    "hung before the greeting": Fault(step="greeting", delay=3600),
    "hung after RCPT": Fault(step="RCPT", delay=3600),
    "hung in the message": Fault(step="body", delay=3600, after_bytes=1000),
    "hung after the dot": Fault(step="dot", delay=3600, nth=3),
}


def stopping(database: Path, lanes: int, after: float) -> Iterator[tuple[str, float]]:
    """Seconds from SIGTERM to the exit, for relays of several kinds."""
    for name, fault in HUNG.items():
        with _relay(fault) as port:
            yield name, _stopped(python("ours.py", database, port, lanes), after)


@contextlib.contextmanager
def _relay(fault: Fault | None) -> Iterator[int]:
    if fault is None:
        with sink() as port:
            yield port
    else:
        with ScriptedSmtpServer([fault]) as server:
            yield server.port


def _stopped(command: list[str], after: float) -> float:
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        process.stdout.readline()  # it begins
        time.sleep(after)
        if process.poll() is not None:
            raise SystemExit("the sender ended before it was told to")
        begun = time.perf_counter()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        return time.perf_counter() - begun
    finally:
        process.kill()
        process.wait()

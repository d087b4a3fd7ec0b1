"""Processes that are started here and ended here, by their own numbers."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NODE = ROOT / ".venv/bench-node"


class Missing(Exception):
    """A program that is not there."""


def program(name: str) -> str:
    """Where a program is.  Raises Missing."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        raise Missing(f"{name} is not there (Debian: postfix, nodejs, npm)")
    return found


def free_port() -> int:
    """A port above 20000 that nobody listens on."""
    for port in range(20_000 + os.getpid() % 5_000, 32_000):
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Missing("a free port")


def python(script: str, *words: object) -> list[str]:
    """The command that runs one of our scripts."""
    return [sys.executable, str(HERE / script), *map(str, words)]


def environment() -> dict[str, str]:
    """What our scripts need to find each other."""
    path = os.pathsep.join([str(ROOT), str(HERE.parent)])
    return {**os.environ, "PYTHONPATH": path, "BENCH_NODE": str(NODE / "package.json")}


@contextlib.contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """A server for as long as it is needed, from when its port answers."""
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink, new; the port where it listens."""
    port = free_port()
    user = ["-u", "postfix"] if os.getuid() == 0 else []
    with running([program("smtp-sink"), *user, f"127.0.0.1:{port}", "1000"], port):
        yield port


@contextlib.contextmanager
def distant(delay: float) -> Iterator[int]:
    """A sink that is `delay` seconds away in each direction."""
    with sink() as near:
        port = free_port()
        with running(python("delay.py", port, near, delay), port):
            yield port


def install_nodemailer() -> None:
    """Install what bench/node/package-lock.json says, once.  Raises Missing."""
    program("node")
    npm, wanted, done = program("npm"), HERE.parent / "node", NODE / "installed.json"
    lock = (wanted / "package-lock.json").read_bytes()
    if done.is_file() and done.read_bytes() == lock:
        return
    shutil.rmtree(NODE, ignore_errors=True)
    NODE.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(wanted / name, NODE)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run([npm, "ci", "--prefix", str(NODE), *quiet], check=False).returncode:
        raise Missing("nodemailer cannot be installed")
    done.write_bytes(lock)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise Missing(f"an answer on port {port}")

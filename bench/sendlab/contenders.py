"""The contenders: each sends a number of messages to a port, and is told what that took."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sendlab.office import fresh, letter
from sendlab.processes import HERE, environment, program, python


@dataclass(frozen=True)
class Run:
    """One run: messages a second, and microseconds of the sender's CPU for each of them."""

    rate: float
    cpu: float


@dataclass(frozen=True)
class Contender:
    """`run` takes a port, a number of connections and a number of messages."""

    name: str
    run: Callable[[int, int, int], Run]


def ask(command: Sequence[str]) -> dict[str, Any]:
    """Run a program, and read the JSON that it says last."""
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[1]} failed:\n{done.stderr}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def contenders(folder: Path, readers: Callable[[int], Path]) -> list[Contender]:
    """Ourselves, the peer, and the limit; `readers` gives a database with so many of them."""
    message = letter().splice("a@b.example", "", "f" * 32, "0" * 60)
    raw = folder / "message.eml"
    raw.write_bytes(b"".join(message))
    size = raw.stat().st_size

    def ours(port: int, lanes: int, number: int) -> Run:
        database = fresh(readers(number), folder / "round.sqlite")
        told = ask(python("ours.py", database, port, lanes))
        return _run(told, number)

    def nodemailer(port: int, lanes: int, number: int) -> Run:
        script = HERE.parent / "node/send.mjs"
        told = ask([program("node"), str(script), str(raw), str(port), str(lanes), str(number)])
        return _run(told, number)

    def smtp_source(port: int, lanes: int, number: int) -> Run:
        command = [program("smtp-source"), "-d", "-s", str(lanes), "-l", str(size),
                   "-m", str(number), f"127.0.0.1:{port}"]  # fmt: skip
        before, begun = _children(), time.perf_counter()
        subprocess.run(command, check=True)
        seconds = time.perf_counter() - begun
        return Run(number / seconds, (_children() - before) / number * 1e6)

    return [
        Contender("publisher", ours),
        Contender("nodemailer", nodemailer),
        Contender("smtp-source", smtp_source),
    ]


def compare(
    those: Sequence[Contender], port: int, lanes: int, number: int, rounds: int
) -> dict[str, list[Run]]:
    """So many rounds, each contender once in each."""
    found: dict[str, list[Run]] = {each.name: [] for each in those}
    for _ in range(rounds):
        for each in those:
            found[each.name].append(each.run(port, lanes, number))
    return found


def ratios(found: dict[str, list[Run]], other: str) -> list[float]:
    """Our rate over that of another, round by round, sorted."""
    pairs = zip(found["publisher"], found[other], strict=True)
    return sorted(ours.rate / theirs.rate for ours, theirs in pairs)


def table(found: dict[str, list[Run]]) -> str:
    """The runs of every contender on a line."""
    head = f"  {'':<12}{'msgs/s':>8}{'min':>8}{'max':>8}{'CPU µs/msg':>12}"
    lines = [head + f"{'publisher is':>15}{'range':>14}"]
    for name, runs in found.items():
        rates = [run.rate for run in runs]
        cpu = statistics.median(run.cpu for run in runs)
        line = (f"  {name:<12}{statistics.median(rates):>8.0f}{min(rates):>8.0f}"
                f"{max(rates):>8.0f}{cpu:>12.0f}")  # fmt: skip
        if name != "publisher":
            times = ratios(found, name)
            line += f"{statistics.median(times):>13.2f} ×{times[0]:>8.2f}–{times[-1]:.2f}"
        lines.append(line)
    return "\n".join(lines)


def load() -> str:
    """What else the machine does."""
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


def _run(told: dict[str, Any], number: int) -> Run:
    if told["sent"] != number:
        raise SystemExit(f"only {told['sent']} of {number} messages were sent")
    return Run(number / told["seconds"], told["cpu"] / number * 1e6)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

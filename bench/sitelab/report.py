"""The table of bench/site, and what machine it is from."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sitelab.measure import Run

STEPS = {"full": "all anew", "none": "no change", "add": "one issue more"}


@dataclass
class Found:
    """The runs of one contender, by step, and what its site weighs."""

    name: str
    leaves: str
    runs: dict[str, list[Run]] = field(default_factory=lambda: {step: [] for step in STEPS})
    pages: int = 0
    page_bytes: int = 0
    all_bytes: int = 0

    def middle(self, step: str, what: str = "seconds") -> float:
        """The median of a step."""
        return statistics.median(getattr(run, what) for run in self.runs[step])


def table(found: Sequence[Found], *, markdown: bool = False) -> str:
    """A line for each contender and step; the ratio is the median of the rounds' own."""
    head = ["", "step", "s", "CPU s", "MB", "over ours: s", "CPU s", "MB"]
    rows = [head, *(_row(each, found[0], step) for step in STEPS for each in found)]
    text = _markdown(rows) if markdown else _plain(rows)
    head = ["", "HTML pages", "MB of them", "MB of all files", "leaves out"]
    rows = [head, *(_weight(each) for each in found)]
    return f"{text}\n\n{_markdown(rows) if markdown else _plain(rows)}"


def ratio(ours: Found, theirs: Found, step: str, what: str = "seconds") -> float:
    """Theirs over ours, or the reverse of it if `ours` is the peer."""
    pairs = zip(ours.runs[step], theirs.runs[step], strict=True)
    return statistics.median(getattr(b, what) / getattr(a, what) for a, b in pairs)


def machine() -> str:
    """What it ran on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    cores = len(os.sched_getaffinity(0))
    return (
        f"{cores} cores ({next(names, platform.machine())}), {memory:.0f} GB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, load {load}"
    )


def _row(each: Found, ours: Found, step: str) -> list[str]:
    measures = ("seconds", "cpu", "mb")
    line = [each.name, STEPS[step]]
    line += [_number(each.middle(step, what)) for what in measures]
    if each is ours:
        return [*line, "", "", ""]
    return [*line, *(f"{ratio(ours, each, step, what):.2f} ×" for what in measures)]


def _weight(each: Found) -> list[str]:
    return [
        each.name, str(each.pages), f"{each.page_bytes / 1e6:.1f}", f"{each.all_bytes / 1e6:.1f}",
        each.leaves,
    ]  # fmt: skip


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def _plain(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  " + "  ".join(_aligned(at, cell, widths[at]) for at, cell in enumerate(row)).rstrip()
        for row in rows
    )


def _aligned(at: int, cell: str, width: int) -> str:
    way: Callable[[int], str] = cell.ljust if at < 2 or cell[:4].isalpha() else cell.rjust
    return way(width)


def _markdown(rows: Iterable[Sequence[str]]) -> str:
    head, *rest = rows
    lines = [head, ["---", *("---:" if each else "---" for each in head[1:])], *rest]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

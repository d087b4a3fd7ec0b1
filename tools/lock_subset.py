"""Print the part of requirements.lock that some groups of dependencies need.

pyproject.toml says what is asked for directly, by whom: the package itself (`main`),
an optional extra (`extra:NAME`) or a dependency group (`group:NAME`). The lock says, in its
`# via` notes, who asked for each pinned package. Following those notes from the direct
requirements gives the subset, with its hashes, ready for `pip install --require-hashes -r`.
pip refuses a requirements file that leaves something out, so a mistake here cannot go unseen.

Only the standard library is used: this runs before anything is installed.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?==")
VIA = re.compile(r"^via(\s+|$)")
NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


class LockError(Exception):
    """The lock and pyproject.toml do not fit together."""


@dataclass(frozen=True)
class Pin:
    """One pinned package: its lines in the lock, and who asked for it."""

    name: str
    lines: tuple[str, ...]
    wanted_by: frozenset[str]


def normal(name: str) -> str:
    """Return a package name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirement: str) -> str:
    """Return the normalised package name of a requirement such as `Babel>=2`."""
    match = NAME.match(requirement)
    if not match:
        raise LockError(f"pyproject.toml: no package name in {requirement!r}")
    return normal(match.group(1))


def read_lock(text: str) -> Iterator[Pin]:
    """Cut a lock into its pins."""
    block: list[str] = []
    for line in [*text.splitlines(), "end==0"]:
        if PIN.match(line):
            if block:
                yield _pin(block)
            block = [line]
        elif block and line.strip():
            block.append(line)


def _pin(block: list[str]) -> Pin:
    match = PIN.match(block[0])
    assert match
    notes = (line.strip().removeprefix("#").strip() for line in block if line.lstrip()[:1] == "#")
    wanted_by = (VIA.sub("", note) for note in notes)
    return Pin(
        name=normal(match.group("name")),
        lines=tuple(line for line in block if line.lstrip()[:1] != "#"),
        wanted_by=frozenset(
            NAME.sub(lambda m: normal(m.group(1)), who) for who in wanted_by if who
        ),
    )


def direct(project: Mapping[str, Any], group: str) -> set[str]:
    """Return the names that `main`, `extra:NAME` or `group:NAME` asks for itself."""
    kind, _, name = group.partition(":")
    if kind == "main":
        wanted = project["project"]["dependencies"]
    elif kind == "extra":
        wanted = project["project"].get("optional-dependencies", {}).get(name)
    else:
        wanted = project.get("dependency-groups", {}).get(name)
    if wanted is None:
        raise LockError(f"pyproject.toml: nothing is called {group}")
    return {named(requirement) for requirement in wanted}


def subset(pins: list[Pin], roots: set[str]) -> list[Pin]:
    """Return the pins that the roots need, themselves included, in the lock's order."""
    missing = roots - {pin.name for pin in pins}
    if missing:
        raise LockError(f"requirements.lock lacks {', '.join(sorted(missing))}; run `make lock`")
    needed = set(roots)
    while more := {pin.name for pin in pins if pin.wanted_by & needed} - needed:
        needed |= more
    return [pin for pin in pins if pin.name in needed]


def main() -> int:
    """Print the subset for the groups named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("groups", nargs="+", metavar="main|extra:NAME|group:NAME")
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements.lock")
    parser.add_argument("--pyproject", type=Path, default=ROOT / "pyproject.toml")
    options = parser.parse_args()
    try:
        project = tomllib.loads(options.pyproject.read_text(encoding="utf-8"))
        pins = list(read_lock(options.lock.read_text(encoding="utf-8")))
        roots = set().union(*(direct(project, group) for group in options.groups))
        chosen = subset(pins, roots)
    except (LockError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(line for pin in chosen for line in pin.lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`publisher check` says how far it is: on a real terminal, and nowhere else."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from newsroom import Newsroom

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal"),
]

# So many are not read within the fifth of a second in which nothing is said.
FILES = 2_000
SUMMARY = f"no problems in {FILES + 2} files\n"


@pytest.fixture
def large(newsroom: Newsroom) -> Newsroom:
    """A publication that takes a while to be checked for the first time."""
    for number in range(FILES):
        newsroom.entry(f"e{number}", f"2026-04-{1 + number % 28:02}")
    return newsroom


def command(room: Newsroom, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "publisher", "--root", str(room.root), "check", *arguments]


def on_a_terminal(room: Newsroom, *arguments: str) -> tuple[str, str]:
    """What was printed, and what a person saw meanwhile; printed things go into a pipe."""
    master, terminal = os.openpty()
    with subprocess.Popen(
        command(room, *arguments), stdout=subprocess.PIPE, stderr=terminal, text=True
    ) as process:
        os.close(terminal)
        shown = _all_of(master)
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0, shown
    return printed, shown


def _all_of(master: int) -> str:
    found = b""
    with open(master, "rb", buffering=0) as screen:
        while True:
            try:
                more = screen.read(4096)
            except OSError:  # Linux: the other end is closed
                more = b""
            if not more:
                return found.decode()
            found += more


def test_a_terminal_shows_how_far_it_is(large: Newsroom) -> None:
    """One line that is written over, with numbers that grow, and blank at the end."""
    printed, shown = on_a_terminal(large)
    assert printed == SUMMARY
    assert re.fullmatch(r"(\rchecking [\d,]+ of 2,000 files *)+\r +\r", shown)
    done = [int(each.replace(",", "")) for each in re.findall(r"checking ([\d,]+) of", shown)]
    assert done == sorted(set(done))
    assert done[-1] <= FILES


def test_what_programs_read_has_no_progress(large: Newsroom) -> None:
    """Not in a pipe, and not in the report for programs, wherever errors go."""
    piped = subprocess.run(command(large), capture_output=True, text=True, check=True)
    assert (piped.stdout, piped.stderr) == (SUMMARY, "")
    (large.root / "var/check.sqlite").unlink()  # so that all is read again
    printed, shown = on_a_terminal(large, "--format", "json")
    assert (printed[0], shown) == ("{", "")

"""Jobs that several processes share: each takes the next that nobody has taken.

They run in a process of their own: that of the tests has threads, and is never forked.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BEGIN = """
import os, signal
from publisher.errors import OutputError, ThemeError
from publisher.site.parallel import shared

here = os.getpid()
told, teller = os.pipe()

def own(number):
    os.read(told, 1)  # until another process has begun with a job
    return here
"""


def run(script: str) -> list[str]:
    """What a script prints, line by line; it may take a minute."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + script],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def test_jobs_come_back_in_their_order() -> None:
    """Whoever has done them."""
    assert run("print(shared(7, lambda n: n, lambda: lambda n: n, 2))") == ["[0, 1, 2, 3, 4, 5, 6]"]


def test_one_process_does_all_where_no_other_is_asked_for() -> None:
    """Nothing is forked."""
    script = "print(set(shared(3, lambda n: os.getpid(), None, 1)) == {here})"
    assert run(script) == ["True"]


def test_another_process_takes_its_share() -> None:
    """What this one has not begun with."""
    script = """
def other(number):
    os.write(teller, b".")
    return os.getpid()
print(len(set(shared(4, own, lambda: other, 2))))
"""
    assert run(script) == ["2"]


def test_what_another_process_raises_is_raised_here() -> None:
    """With its place: a theme that fails is told of as if it had failed here."""
    script = """
def other(number):
    os.write(teller, b".")
    raise ThemeError("bad", "mend it", template="web/issue.html", line=7)
try:
    shared(2, own, lambda: other, 2)
except ThemeError as error:
    print(error)
"""
    (said,) = run(script)
    assert "web/issue.html" in said


def test_a_process_that_is_killed_is_an_error() -> None:
    """What it would have done is not there."""
    script = """
def other(number):
    os.write(teller, b".")
    os.kill(os.getpid(), signal.SIGKILL)
try:
    shared(2, own, lambda: other, 2)
except OutputError as error:
    print(error)
"""
    (said,) = run(script)
    assert "was killed" in said


def test_a_process_with_threads_is_not_forked() -> None:
    """What its threads hold would never be given back in the fork."""
    script = """
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
print(set(shared(3, lambda n: os.getpid(), None, 2)) == {here})

"""
    assert run(script) == ["True"]

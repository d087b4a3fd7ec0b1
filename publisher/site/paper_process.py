"""Making a PDF in a process of its own, which may hang or die without harm to who waits for it.

Run as a module it is that process: a pickled task on its standard input, the outcome on its output.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Literal

from publisher.errors import OutputError, ThemeError, UsageError
from publisher.render.pdf import Printable

MOST = 60
"""Seconds of a processor; the largest issue of the sample publication takes five."""
TIMEOUT = 120.0
"""Seconds by the clock: a machine that has too much to do is no fault of the issue."""
COMMAND = (sys.executable, "-P", "-m", __name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: a PDF, or what is wrong with the issue or with this machine."""

    kind: Literal["made", "theme", "lacking"]
    data: bytes = b""
    unknown: str = ""  # characters that no font has
    what: str = ""
    remedy: str = ""


def make(
    found: Printable,
    files: Mapping[str, bytes],
    told: Callable[[str], None] = lambda unknown: None,
    command: Sequence[str] = COMMAND,
    timeout: float = TIMEOUT,
) -> bytes:
    """The PDF of an issue; `told` hears of characters that no font of this machine has.

    Raises ThemeError for what cannot be laid out, or takes too long; UsageError where what makes
    PDFs is not installed; OutputError where the process was killed, or the machine is too busy.
    """
    task, done = pickle.dumps((found, dict(files))), None
    try:
        done = subprocess.run(
            command, input=task, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=timeout, check=False,
        )  # fmt: skip
        outcome = Outcome(*pickle.loads(done.stdout))  # noqa: S301 - our own process
    except subprocess.TimeoutExpired as error:
        what = f"the PDF of {found.title} was not made in {timeout:g} seconds"
        raise OutputError(what, "see what else the machine has to do") from error
    except Exception as error:  # it may have ended in the middle of a word
        if done is not None and done.returncode == -signal.SIGXCPU:
            raise ThemeError(
                f"the PDF of {found.title} takes more than {MOST} seconds of a processor",
                "look for very large tables, or what is laid out in an unusual way",
            ) from error
        raise OutputError(
            f"the process that makes the PDF of {found.title} was killed", "see to the memory"
        ) from error
    return _data(outcome, told)


def _data(outcome: Outcome, told: Callable[[str], None]) -> bytes:
    if outcome.kind == "lacking":
        raise UsageError(outcome.what, outcome.remedy)
    if outcome.kind == "theme":
        raise ThemeError(outcome.what, outcome.remedy)
    if outcome.unknown:
        told(outcome.unknown)
    return outcome.data


def outcome_of(task: bytes) -> Outcome:
    """Do a task here."""
    from publisher.site.paper import maker

    found, files = pickle.loads(task)  # noqa: S301 - our own process
    try:
        pdf = maker()(found, files)
    except UsageError as error:
        return Outcome("lacking", what=error.what, remedy=error.remedy)
    except ThemeError as error:
        return Outcome("theme", what=error.what, remedy=error.remedy)
    return Outcome("made", pdf.data, pdf.unknown)


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST, MOST + 1))
    answer = os.dup(1)
    os.dup2(2, 1)  # what a library says is no part of the answer
    outcome = outcome_of(sys.stdin.buffer.read())
    with os.fdopen(answer, "wb") as out:
        # As a tuple: here its class is one of __main__.
        out.write(pickle.dumps(astuple(outcome)))


if __name__ == "__main__":
    _main()

"""Jobs that several processes share."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from publisher.errors import OutputError, ThemeError
from publisher.site.parallel import shared


def doing(job: Callable[[int], int]) -> Callable[[], Callable[[int], int]]:
    """What other processes are given to do."""
    return lambda: job


@pytest.mark.parametrize("processes", [1, 2, 3, 50])
def test_every_job_is_done_once_and_in_its_place(processes: int) -> None:
    """However many processes there are."""
    assert shared(9, str, lambda: str, processes) == [str(number) for number in range(9)]


def test_another_process_does_its_share() -> None:
    """As long as this one waits for it, it takes all that is left."""
    here = os.getpid()
    told, teller = os.pipe()

    def own(number: int) -> int:
        os.read(told, 1)  # until another process has done a job
        return here

    def other(number: int) -> int:
        os.write(teller, b".")
        return os.getpid()

    made = shared(4, own, doing(other), 2)
    assert set(made) - {here}


def test_what_another_process_raises_is_raised_here() -> None:
    """With its place: a theme that fails is told of as if it had failed here."""
    told, teller = os.pipe()

    def own(number: int) -> int:
        os.read(told, 1)
        return number

    def other(number: int) -> int:
        os.write(teller, b".")
        raise ThemeError("bad", "mend it", template="web/issue.html", line=7)

    with pytest.raises(ThemeError, match=r"web/issue\.html"):
        shared(2, own, doing(other), 2)


def test_a_process_that_is_killed_is_an_error() -> None:
    """What it would have done is not there."""
    told, teller = os.pipe()

    def own(number: int) -> int:
        os.read(told, 1)
        return number

    def other(number: int) -> int:
        os.write(teller, b".")
        os.kill(os.getpid(), signal.SIGKILL)
        return number

    with pytest.raises(OutputError, match="was killed"):
        shared(2, own, doing(other), 2)

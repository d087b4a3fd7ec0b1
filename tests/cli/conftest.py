"""What tests of the command line share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from newsroom import Newsroom

from publisher.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], newsroom: Newsroom) -> Run:
    """Runs the program in this process, in the newsroom: exit code, output, errors.

    With themes of one line a page: to compile the real ones takes a second each time.
    """
    newsroom.plain()

    def call(*arguments: str, now: str = "2026-04-26T18:05+08:00") -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main(["--root", str(newsroom.root), "--now", now, *arguments])
        told = capsys.readouterr()
        code = caught.value.code
        return (code if isinstance(code, int) else 1), told.out, told.err

    return call

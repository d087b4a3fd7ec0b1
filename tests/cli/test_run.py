"""`publisher run`: what it refuses before it begins; the rest is in tests/integration."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from newsroom import Newsroom

from publisher import durable
from publisher.cli import main

Run = Callable[..., tuple[int, str, str]]


def run_now(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run the service, which refuses to begin: exit code and errors."""
    with pytest.raises(SystemExit) as caught:
        main(["--root", str(newsroom.root), "run"])
    assert isinstance(caught.value.code, int)
    return caught.value.code, capsys.readouterr().err


def test_it_goes_by_the_clock(run: Run) -> None:
    """A service at a time that stands still would publish nothing."""
    code, _, errors = run("run")
    assert code == 2
    assert "`run` goes by the clock" in errors


def test_a_second_one_is_refused(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    """It names the process that works, and leaves it alone."""
    (newsroom.root / "var").mkdir()
    lock = newsroom.root / "var/run.lock"
    held = durable.try_lock(lock)
    assert held is not None
    lock.write_text("12345\n")
    code, errors = run_now(newsroom, capsys)
    os.close(held)
    assert code == 2
    assert "`publisher run` works here already: process 12345 on this machine" in errors
    assert lock.read_text() == "12345\n"


def test_a_state_folder_that_cannot_be_made(
    newsroom: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says which, and what to do."""
    newsroom.file("var", "no folder")
    code, errors = run_now(newsroom, capsys)
    assert code == 2
    assert f"{newsroom.root / 'var'} cannot be used" in errors


def test_a_setting_that_cannot_be_used(
    newsroom: Newsroom, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once: a person has to mend it."""
    monkeypatch.setenv("PUBLISHER_RATE", "fast")
    code, errors = run_now(newsroom, capsys)
    assert code == 2
    assert "PUBLISHER_RATE" in errors

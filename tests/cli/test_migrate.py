"""`publisher migrate`."""

from __future__ import annotations

from collections.abc import Callable

from newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]


def test_the_version_is_told(run: Run, newsroom: Newsroom) -> None:
    """With a database, and before there is one."""
    first = run("migrate")
    assert first[0] == 0
    assert first[1].startswith("the database is at version 0")
    assert (newsroom.root / "var/publisher.sqlite").is_file()
    assert run("migrate") == first

"""`publisher migrate`."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from newsroom import Newsroom

from publisher import durable

Run = Callable[..., tuple[int, str, str]]


def test_the_version_is_told(run: Run, newsroom: Newsroom) -> None:
    """With a database, and before there is one."""
    first = run("migrate")
    assert first[0] == 0
    assert first[1].startswith("the database is at version 0")
    assert (newsroom.root / "var/publisher.sqlite").is_file()
    assert run("migrate") == first


def test_without_postgresql_nothing_is_moved(run: Run) -> None:
    """There is nowhere to move it to."""
    code, _, said = run("migrate", "--from", "sqlite:///x")
    assert code != 0
    assert "PUBLISHER_DATABASE_URL names none; set it to postgresql+psycopg://" in said


@pytest.mark.integration
class TestMoving:
    @pytest.fixture(autouse=True)
    def _moves(self, newsroom: Newsroom, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A newsroom with readers, whose settings name a new database of PostgreSQL."""
        newsroom.subscribe()
        monkeypatch.setenv("PUBLISHER_DATABASE_URL", postgres)

    def source(self, newsroom: Newsroom) -> str:
        return f"sqlite:///{newsroom.root / 'var/publisher.sqlite'}"

    def test_what_was_moved_is_counted(self, run: Run, newsroom: Newsroom) -> None:
        """And it is said what comes next."""
        code, told, _ = run("migrate", "--from", self.source(newsroom))
        assert code == 0
        assert "subscribers             2\n" in told
        assert "next: start everything with PUBLISHER_DATABASE_URL" in told
        assert "z…@example.org" in run("subscribers", "list")[1]

    def test_a_second_time_is_refused(self, run: Run, newsroom: Newsroom) -> None:
        """The old database says where everything is."""
        run("migrate", "--from", self.source(newsroom))
        code, _, said = run("migrate", "--from", self.source(newsroom))
        assert code != 0
        assert "this database was moved to postgresql+psycopg://" in said

    def test_nothing_is_moved_while_somebody_sends(self, run: Run, newsroom: Newsroom) -> None:
        """A sender would go on writing into what was copied."""
        held = durable.try_lock(newsroom.root / "var/sending.lock")
        assert held is not None
        code, _, said = run("migrate", "--from", self.source(newsroom))
        os.close(held)
        assert code != 0
        assert "another process is sending a mailing; stop every" in said

"""Signs of life of the service's processes."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from publisher.logbook.pulse import Pulse, run_fact, worker_fact
from publisher.storage.database import open_database
from publisher.storage.facts import Facts


@pytest.fixture
def url(swift: Path) -> str:
    """A database in memory."""
    return f"sqlite:///{swift / 'facts.sqlite'}"


def wait_for(facts: Facts, name: str, other_than: str | None = None) -> str:
    """A fact, when it is there."""
    until = time.monotonic() + 60
    while (found := facts.get(name)) in (None, other_than):
        assert time.monotonic() < until
        time.sleep(0.01)
    assert found is not None
    return found


def test_it_beats_until_it_ends(url: str) -> None:
    """With what is told of the process; and is gone when the process has stopped."""
    facts, told = Facts(open_database(url)), {"next": "a"}
    pulse = Pulse(url, "run:here", lambda: told, every=0.01)
    pulse.start()
    first = wait_for(facts, "run:here")
    assert json.loads(first).items() >= {"pid": os.getpid(), "next": "a"}.items()
    told["next"] = "b"
    while json.loads(first)["next"] == "a":
        first = wait_for(facts, "run:here", first)
    pulse.end()
    assert facts.get("run:here") is None


def test_who_was_killed_long_ago_is_forgotten(url: str) -> None:
    """Of the same kind, and no fact of another."""
    facts = Facts(open_database(url))
    old = json.dumps({"pid": 1, "at": "2020-01-01T00:00:00+00:00"})
    for name in ("worker:here:1", "run:here"):
        facts.set(name, old)
    pulse = Pulse(url, "worker:here:2", every=10)
    pulse.start()
    wait_for(facts, "worker:here:2")
    pulse.end()
    assert facts.all() == {"run:here": old}


def test_a_database_that_cannot_be_reached_ends_nothing(
    swift: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The sign is missing, and comes when there is one again."""
    (swift / "folder").write_text("")
    url = f"sqlite:///{swift / 'folder/facts.sqlite'}"
    pulse = Pulse(url, "run:here", every=0.01)
    pulse.start()
    until = time.monotonic() + 60
    while "no sign of life" not in caplog.text:
        assert time.monotonic() < until
        time.sleep(0.01)
    (swift / "folder").unlink()
    wait_for(Facts(open_database(url)), "run:here")
    pulse.end()


def test_names_fit_into_a_fact() -> None:
    """However long the name of the machine."""
    assert run_fact("x") == "run:x"
    assert len(worker_fact()) <= 60

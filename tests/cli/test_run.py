"""`publisher run`: a process that stays."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from newsroom import Newsroom, at

from publisher.cli.run import _deliver, _publish

Run = Callable[..., tuple[int, str, str]]
PATIENCE = 60


@pytest.fixture
def service(newsroom: Newsroom) -> Iterator[subprocess.Popen[str]]:
    """The service of a daily whose slot was a minute ago."""
    now = dt.datetime.now(dt.UTC)
    slot = now - dt.timedelta(minutes=1)
    newsroom.plain()
    newsroom.publication(time_zone="UTC")
    newsroom.bulletin("daily", schedule={"at": f"{slot:%H:%M}"}, editions=["en"])
    newsroom.entry("one", f"{slot:%Y-%m-%d}")
    newsroom.subscribe("en")
    others = {key: value for key, value in os.environ.items() if not key.startswith("PUBLISHER_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher", "--root", str(newsroom.root), "run"],
        env=others, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def wait_for(place: Path) -> None:
    """Wait until something is there."""
    until = time.monotonic() + PATIENCE
    while not (place.is_dir() and any(place.iterdir())):
        assert time.monotonic() < until, f"{place} did not come"
        time.sleep(0.1)


def test_it_publishes_what_is_due_and_stops_when_told(
    newsroom: Newsroom, service: subprocess.Popen[str]
) -> None:
    """At once, without waiting for the next slot; and ends with exit code 0."""
    wait_for(newsroom.root / "var/outbox/new")
    service.send_signal(signal.SIGTERM)
    output, _ = service.communicate(timeout=PATIENCE)
    assert service.returncode == 0
    assert "waiting for the slots of daily" in output
    assert "published daily" in output
    assert "Traceback" not in output


def test_it_does_not_begin_with_a_broken_publication(run: Run, newsroom: Newsroom) -> None:
    """A service that could publish nothing says so at once."""
    newsroom.file("content/publication.yaml", "name: [")
    code, _, errors = run("run")
    assert code == 1
    assert "content/publication.yaml:2:1" in errors


def test_an_error_does_not_end_the_service(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and the next tick tries again."""
    newsroom.entry("one")
    newsroom.subscribe()
    newsroom.file("public", "")
    _publish(newsroom.app(at("2026-04-26")))
    assert "could not be written" in caplog.text
    (newsroom.root / "public").unlink()
    with caplog.at_level(logging.INFO):
        _publish(newsroom.app(at("2026-04-26")))
        _deliver(newsroom.app(at("2026-04-26")))
    assert "published daily 2026-04-26" in caplog.text
    assert "mailing of daily 2026-04-26 opened" in caplog.text
    assert "mailing of daily 2026-04-26 finished: 2 sent" in caplog.text


def test_what_editors_should_know_is_logged(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Broken entries, and issues that are held."""
    newsroom.bulletin("strict", strict=True)
    newsroom.entry("one")
    newsroom.file("content/entries/2026/04/26/two.yaml", "kind: event\n")
    _publish(newsroom.app(at("2026-04-26")))
    assert "content/entries/2026/04/26/two.yaml:1:1" in caplog.text
    assert "held: " in caplog.text

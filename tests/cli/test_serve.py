"""`publisher serve`: a process that answers."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest
from newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]
PATIENCE = 60


@pytest.fixture
def service(newsroom: Newsroom) -> Iterator[subprocess.Popen[str]]:
    """The service of a publication, on any port that is free."""
    newsroom.plain()
    newsroom.publication(service_url="https://news.example.com")
    others = {key: value for key, value in os.environ.items() if not key.startswith("PUBLISHER_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher", "--root", str(newsroom.root), "serve"],
        env=others | {"PUBLISHER_LISTEN": "127.0.0.1:0", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def test_it_answers_tells_nobody_what_it_is_and_stops_when_told(
    service: subprocess.Popen[str],
) -> None:
    """Nothing of a request stands in what it prints: its address may hold a token."""
    assert service.stdout is not None
    line = service.stdout.readline()
    (url,) = re.findall(r"http://127\.0\.0\.1:\d+", line)
    with httpx.Client(base_url=url, timeout=PATIENCE) as web:
        health = web.get("/healthz")
        missing = web.get("/-/leave/abcdef0123456789")
        head = web.head("/-/zh/subscribe")

    service.send_signal(signal.SIGTERM)
    output, errors = service.communicate(timeout=PATIENCE)
    assert (health.status_code, health.text) == (200, "ok\n")
    assert "server" not in health.headers
    assert (missing.status_code, head.status_code, head.content) == (404, 200, b"")
    assert service.returncode == 0
    assert "abcdef0123456789" not in output + errors
    assert "Traceback" not in errors


def test_without_an_address_for_readers_there_is_no_service(run: Run) -> None:
    """Links in mails would lead nowhere."""
    code, _, errors = run("serve")

    assert code == 2
    assert "service_url" in errors


def test_a_port_that_is_taken_is_told(
    run: Run, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the name of the setting."""
    newsroom.publication(service_url="https://news.example.com")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PUBLISHER_LISTEN", f"127.0.0.1:{taken.getsockname()[1]}")
        code, _, errors = run("serve")

    assert code == 2
    assert "PUBLISHER_LISTEN" in errors

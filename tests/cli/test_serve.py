"""`publisher serve`: a process that answers readers, and those who look after it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from newsroom import Newsroom
from prometheus_client.parser import text_string_to_metric_families

Run = Callable[..., tuple[int, str, str]]
PATIENCE = 60
SECRET = "a secret of the forge and of us"


class Serving:
    """The program, and where it says that it serves."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process, self.lines = process, list[str]()
        while not self.lines or not self.lines[-1].startswith("Ctrl-C"):
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            self.lines.append(line)
        found = re.findall(r"(http://127\.0\.0\.1:\d+)(/\S+)", "".join(self.lines))
        self.pages = next((url for url, path in found if path == "/-/"), "")
        self.own = next(url for url, path in found if path == "/readyz")

    def stop(self) -> tuple[int, str]:
        """Ask it to stop: its exit code, and everything that it printed."""
        self.process.send_signal(signal.SIGTERM)
        output, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, "".join(self.lines) + output + errors


@contextmanager
def serving(newsroom: Newsroom, **settings: str) -> Iterator[Serving]:
    """The program as a process of its own, on ports that are free."""
    others = {key: value for key, value in os.environ.items() if not key.startswith("PUBLISHER_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher", "--root", str(newsroom.root), "serve"],
        env=others | {
            "PUBLISHER_LISTEN": "127.0.0.1:0", "PUBLISHER_ADMIN_LISTEN": "127.0.0.1:0",
            "PYTHONUNBUFFERED": "1",
        } | settings,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Serving(process)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def office(newsroom: Newsroom) -> Newsroom:
    """A publication that says where readers reach the service."""
    newsroom.plain()
    newsroom.publication(service_url="https://news.example.com")
    return newsroom


def test_it_answers_tells_nobody_what_it_is_and_stops_when_told(office: Newsroom) -> None:
    """Nothing of a request stands in what it prints: its address may hold a token."""
    with serving(office) as served:
        with httpx.Client(base_url=served.pages, timeout=PATIENCE) as web:
            health = web.get("/healthz")
            missing = web.get("/-/leave/abcdef0123456789")
            head = web.head("/-/zh/subscribe")
            metrics = web.get("/metrics")
        code, told = served.stop()

    assert (health.status_code, health.text) == (200, "ok\n")
    assert "server" not in health.headers
    assert (missing.status_code, head.status_code, head.content) == (404, 200, b"")
    assert metrics.status_code == 404  # nothing for operators stands beside the pages
    assert code == 0
    assert "abcdef0123456789" not in told
    assert "Traceback" not in told


def test_operators_have_a_listener_of_their_own(office: Newsroom) -> None:
    """Health, readiness, metrics; and none of the pages."""
    with serving(office, PUBLISHER_LOG="json") as served:
        with httpx.Client(base_url=served.own, timeout=PATIENCE) as web:
            health, ready, metrics = (
                web.get(f"/{each}") for each in ("healthz", "readyz", "metrics")
            )
            page = web.get("/-/zh/subscribe")
            stranger = web.get("/readyz", headers={"Host": "evil.example"})
        code, told = served.stop()

    assert (health.status_code, health.text) == (200, "ok\n")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    names = {family.name for family in text_string_to_metric_families(metrics.text)}
    assert {"publisher_build_info", "publisher_queue", "publisher_overdue_issues"} <= names
    assert (page.status_code, stranger.status_code) == (404, 421)
    assert code == 0
    lines = told.splitlines()[len(served.lines) :]
    assert all(json.loads(line) for line in lines)


def test_a_broken_database_makes_it_unready_and_not_dead(office: Newsroom) -> None:
    """It goes on answering, and says what is wrong."""
    with serving(office) as served, httpx.Client(base_url=served.own, timeout=PATIENCE) as web:
        for each in (office.root / "var").glob("publisher.sqlite*"):
            each.write_bytes(b"no database" * 100)
        health, ready = web.get("/healthz"), web.get("/readyz")

    assert health.status_code == 200
    assert ready.status_code == 503
    assert "database" in ready.json()["reasons"][0]


def test_a_database_that_is_away_at_the_start_is_waited_for(office: Newsroom) -> None:
    """It answers that it is alive and not ready, and is well by itself when the database is."""
    database = office.root / "var/publisher.sqlite"
    database.parent.mkdir(exist_ok=True)
    database.write_bytes(b"no database" * 100)
    with (
        serving(office) as served,
        httpx.Client(base_url=served.own, timeout=PATIENCE) as own,
        httpx.Client(base_url=served.pages, timeout=PATIENCE) as pages,
    ):
        health, ready, page = own.get("/healthz"), own.get("/readyz"), pages.get("/-/zh/subscribe")
        database.unlink()
        ends = time.monotonic() + PATIENCE
        while pages.get("/-/zh/subscribe").status_code != 200 and time.monotonic() < ends:
            time.sleep(0.2)
        healed = pages.get("/-/zh/subscribe")
        code, told = served.stop()

    assert (health.status_code, ready.status_code, page.status_code) == (200, 503, 503)
    assert page.headers["cache-control"] == "no-store"
    assert page.text.startswith("This page cannot be shown at the moment.")
    assert healed.status_code == 200
    assert (code, "Traceback" in told) == (0, False)


def test_a_signed_webhook_wakes_the_service(office: Newsroom) -> None:
    """It touches the file that `publisher run` looks at; anybody else changes nothing."""
    wake, body = office.root / "var" / "wake", b'{"ref": "refs/heads/main"}'
    told = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    with (
        serving(office, PUBLISHER_PULL_SECRET=SECRET) as served,
        httpx.Client(base_url=served.pages, timeout=PATIENCE) as web,
    ):
        refused = web.post("/-/hooks/pull", content=body)
        was_there = wake.exists()
        headers = {"X-Hub-Signature-256": f"sha256={told}"}
        taken = web.post("/-/hooks/pull", content=body, headers=headers)

    assert (refused.status_code, was_there) == (401, False)
    assert (taken.status_code, wake.exists()) == (202, True)


def test_without_an_address_for_readers_only_operators_are_served(newsroom: Newsroom) -> None:
    """Links in mails would lead nowhere."""
    newsroom.plain()
    with serving(newsroom) as served:
        assert served.pages == ""
        assert httpx.get(f"{served.own}/healthz", timeout=PATIENCE).status_code == 200
        assert served.stop()[0] == 0


@pytest.mark.parametrize("setting", ["PUBLISHER_LISTEN", "PUBLISHER_ADMIN_LISTEN"])
def test_a_port_that_is_taken_is_told(
    run: Run, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    """With the name of the setting."""
    newsroom.publication(service_url="https://news.example.com")
    for each in ("PUBLISHER_LISTEN", "PUBLISHER_ADMIN_LISTEN"):
        monkeypatch.setenv(each, "127.0.0.1:0")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv(setting, f"127.0.0.1:{taken.getsockname()[1]}")
        code, _, errors = run("serve")

    assert code == 2
    assert f"{setting}: 127.0.0.1:" in errors

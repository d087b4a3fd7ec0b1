"""The service as processes: what is killed comes back, and what ends leaves nothing behind."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from newsroom import Newsroom

from publisher import durable
from publisher.storage.facts import Facts

PATIENCE = 40.0


def wait_for(happens: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until something has happened."""
    until = time.monotonic() + patience
    while not happens():
        assert time.monotonic() < until, f"{what} did not happen"
        time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


class Service:
    """`publisher run` for a newsroom whose daily had its slot a minute ago."""

    def __init__(self, newsroom: Newsroom, log: Path) -> None:
        self.newsroom, self.log = newsroom, log
        self.slot = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
        self.day = f"{self.slot:%Y-%m-%d}"
        self.port = free_port()
        self.started: list[subprocess.Popen[bytes]] = []
        newsroom.plain()
        newsroom.publication(time_zone="UTC")
        newsroom.bulletin("daily", schedule={"at": f"{self.slot:%H:%M}"}, editions=["en"])
        newsroom.entry("one", self.day)
        newsroom.subscribe("en")

    def start(self) -> subprocess.Popen[bytes]:
        """Start it; its log goes into a file."""
        own = {key: each for key, each in os.environ.items() if not key.startswith("PUBLISHER_")}
        own["PUBLISHER_ADMIN_LISTEN"] = f"127.0.0.1:{self.port}"
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "publisher", "--root", str(self.newsroom.root), "run"],
                env=own, stdout=log, stderr=log,
            )  # fmt: skip
        self.started.append(process)
        return process

    def said(self) -> str:
        """The log so far."""
        return self.log.read_text("utf-8")

    def processes(self) -> dict[int, str]:
        """Every process of this publication but the service itself, and what it does."""
        found, told = {}, f"--root\0{self.newsroom.root}\0"
        for place in Path("/proc").iterdir():
            try:
                line = (place / "cmdline").read_text() if place.name.isdigit() else ""
            except OSError:
                continue
            if told in line and "publisher.cli.child" in line:
                found[int(place.name)] = line.partition(told)[2].split("\0")[0]
        return found

    def find(self, name: str) -> int | None:
        """The process that does something."""
        return next((pid for pid, does in self.processes().items() if does == name), None)

    def is_ready(self) -> bool:
        """Whether the issue is out and mailed, and both processes are there."""
        is_served = {"serve", "worker"} <= set(self.processes().values())
        return is_served and "finished: 1 sent" in self.said() and self.find("publish") is None

    def troubles(self) -> list[str]:
        """What needs a person."""
        return [each.key for each in self.newsroom.app().post.troubles.all()]

    def last(self) -> dict[str, object]:
        """How the last run went."""
        told = Facts(self.newsroom.app().post.engine).get("publish.last")
        found: dict[str, object] = json.loads(told or "{}")
        return found

    def stop(self) -> None:
        """Leave nothing behind, whatever the test has found."""
        for each in self.started:
            each.kill()
            each.wait()
        wait_for(lambda: not self.processes(), "the end of all processes")


@pytest.fixture
def service(newsroom: Newsroom, swift: Path) -> Iterator[Service]:
    """A service that is not started yet."""
    made = Service(newsroom, swift / "run.log")
    yield made
    made.stop()


def test_a_day_of_the_service(service: Service) -> None:
    """It publishes, heals what is killed, publishes what is new when it is woken, and ends."""
    process = service.start()
    wait_for(service.is_ready, "the issue")
    service_alive = Facts(service.newsroom.app().post.engine).all("run:")
    assert [json.loads(each)["pid"] for each in service_alive.values()] == [process.pid]

    for name in ("worker", "serve"):
        killed = service.find(name)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda name=name, killed=killed: service.find(name) not in (None, killed), name)

    entry = f"{service.day.replace('-', '/')}/one"
    service.newsroom.correct(entry, summary={"zh": "新", "en": "New"})
    (service.newsroom.root / "var/wake").touch()
    revisions = service.newsroom.root / "var/archive/entries" / entry
    wait_for(lambda: len(list(revisions.iterdir())) == 2, "the correction")

    before = service.last()["at"]
    process.send_signal(signal.SIGHUP)
    wait_for(lambda: service.last()["at"] != before, "a run after SIGHUP")

    begun = time.monotonic()
    process.terminate()
    assert process.wait(PATIENCE) == 0
    assert time.monotonic() - begun < 20
    assert service.processes() == {}
    said = service.said()
    assert "published daily" in said
    assert "worker ended (-9)" in said
    assert "Traceback" not in said
    assert len(service.newsroom.mails()) == 1
    assert Facts(service.newsroom.app().post.engine).all("run:") == {}


def test_a_publishing_run_that_is_killed_is_done_again(service: Service) -> None:
    """Wherever it was; the issue comes out once."""
    service.start()
    wait_for(lambda: service.find("publish"), "a run")
    killed = service.find("publish")
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: service.last().get("ok"), "a run that goes well")
    wait_for(service.newsroom.mails, "the mail")
    assert service.newsroom.steps() == {f"daily {service.day}": "mailed"}
    wait_for(lambda: service.troubles() == [], "the end of the trouble")


def test_a_service_that_is_killed_leaves_no_process_and_no_lock(service: Service) -> None:
    """The next one may begin at once; while one works a second is refused."""
    process = service.start()
    wait_for(service.is_ready, "the issue")
    second = service.start()
    assert second.wait(PATIENCE) == 2
    assert f"works here already: process {process.pid}" in service.said()

    process.kill()
    process.wait()
    wait_for(lambda: not service.processes(), "the end of the children", 15)
    held = durable.try_lock(service.newsroom.root / "var/run.lock")
    assert held is not None
    os.close(held)


def test_a_publication_that_is_broken_at_start_is_waited_for(service: Service) -> None:
    """The service stays up and says so; when the file is mended, it publishes."""
    broken = service.newsroom.file("content/publication.yaml", "name: [")
    service.start()
    wait_for(lambda: service.said().count("content/publication.yaml:2:1") > 1, "the message")
    broken.unlink()
    service.newsroom.publication(time_zone="UTC")
    assert service.started[0].poll() is None
    wait_for(service.is_ready, "the issue")


def test_a_state_of_the_future_is_told_and_harmed_no_more(service: Service) -> None:
    """The clock was two hours ahead and is right again: nothing is doubled, and it says so."""
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    service.newsroom.bulletin("daily", schedule={"at": f"{later:%H:%M}"}, editions=["en"])
    service.newsroom.app(later + dt.timedelta(minutes=1)).publish()
    mails = service.newsroom.mails()
    assert len(mails) == 1
    service.start()
    wait_for(lambda: service.troubles() == ["clock"], "the trouble")
    assert "the clock of this machine may be wrong" in service.said()
    assert service.newsroom.mails() == mails

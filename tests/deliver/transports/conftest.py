"""A relay that does as it is told, and the transport that speaks to it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from publisher.deliver.transports.smtp import Relay, SmtpTransport
from publisher.fakes.certificate import write_certificate
from publisher.fakes.smtp_server import Fault, Manners, ScriptedSmtpServer

Post = Callable[..., tuple[ScriptedSmtpServer, SmtpTransport]]


@pytest.fixture
def post() -> Iterator[Post]:
    """Makes a server with faults and manners, and a transport to it with these settings."""
    with ExitStack() as stack:

        def make(
            *faults: Fault, manners: Manners | None = None, **settings: Any
        ) -> tuple[ScriptedSmtpServer, SmtpTransport]:
            made = ScriptedSmtpServer(faults, manners, keeps_data=True)
            server = stack.enter_context(made)
            given = {"host": "127.0.0.1", "port": server.port, "security": "none", **settings}
            transport = SmtpTransport(Relay(**given))
            stack.callback(transport.close)
            return server, transport

        yield make


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that no authority has signed."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    return write_certificate(path, "127.0.0.1", dt.datetime.now(dt.UTC))


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    """Waits until something is so, at most a minute."""

    def wait(condition: Callable[[], object]) -> None:
        end = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < end
            time.sleep(0.002)

    return wait

"""What every transport that keeps its messages promises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.deliver.transports.base import Accepted, Envelope, Transport
from publisher.deliver.transports.maildir import MaildirTransport
from publisher.deliver.transports.memory import MemoryTransport

MESSAGE = b"Subject: hello\n\n\xe4\xbd\xa0\xe5\xa5\xbd\n"
Kept = Callable[[], list[bytes]]


@pytest.fixture(params=["memory", "maildir"])
def transport(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Transport, Kept]:
    """Each transport, and what it has kept."""
    if request.param == "memory":
        memory = MemoryTransport()
        return memory, lambda: [message for _, message in memory.sent]
    files = tmp_path / "outbox/new"
    return MaildirTransport(tmp_path / "outbox"), lambda: [
        file.read_bytes() for file in sorted(files.iterdir())
    ]


def test_a_message_is_accepted_and_kept(transport: tuple[Transport, Kept]) -> None:
    """What was accepted is there, with a reply for the ledger."""
    outcome = transport[0].send(_envelope("1"), [MESSAGE])
    assert isinstance(outcome, Accepted)
    assert outcome.reply.startswith("250 ")
    assert transport[1]() == [MESSAGE]


def test_each_delivery_is_a_message_of_its_own(transport: tuple[Transport, Kept]) -> None:
    """Two keys are two messages, also to the same address."""
    for key in ("1", "2", "3"):
        transport[0].send(_envelope(key), [MESSAGE, key.encode()])
    assert transport[1]() == [MESSAGE + key for key in (b"1", b"2", b"3")]


def test_closing_twice_is_no_mistake(transport: tuple[Transport, Kept]) -> None:
    """A sender may close what its owner closes as well."""
    transport[0].close()
    transport[0].close()


def _envelope(key: str) -> Envelope:
    return Envelope("bounces@example.com", "ann@example.org", key)

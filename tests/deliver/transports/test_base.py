"""What every transport that keeps its messages promises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.deliver.transports.base import Accepted, Envelope, Transport, dot_stuffed
from publisher.deliver.transports.maildir import MaildirTransport
from publisher.deliver.transports.memory import MemoryTransport

MESSAGE = b"Subject: hello\r\n\r\n.\r\n..\r\n" + b"x" * 998 + b"\r\nhello\r\n"
Kept = Callable[[], list[bytes]]


@pytest.fixture(params=["memory", "maildir", "smtp"])
def transport(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Transport, Kept]:
    """Each transport, and what it has kept, with CRLF line ends."""
    if request.param == "memory":
        memory = MemoryTransport()
        return memory, lambda: [message for _, message in memory.sent]
    if request.param == "smtp":
        server, smtp = request.getfixturevalue("post")()
        return smtp, lambda: [message.data for message in server.accepted]
    files = tmp_path / "outbox/new"
    return MaildirTransport(tmp_path / "outbox"), lambda: [
        file.read_bytes().replace(b"\n", b"\r\n") for file in sorted(files.iterdir())
    ]


def test_a_message_is_accepted_and_kept(transport: tuple[Transport, Kept]) -> None:
    """What was accepted is there, with a reply for the ledger."""
    outcome = _send(transport[0], "1", MESSAGE)
    assert isinstance(outcome, Accepted)
    assert outcome.reply.startswith("250 ")
    assert transport[1]() == [MESSAGE]


def test_a_message_in_parts_is_one(transport: tuple[Transport, Kept]) -> None:
    """Parts are joined as they stand, wherever they were cut, and empty ones do not matter."""
    stuffed = dot_stuffed(MESSAGE) if transport[0].is_dot_stuffed else MESSAGE
    parts = [b"", *(stuffed[n : n + 1] for n in range(40)), b"", stuffed[40:]]
    assert isinstance(transport[0].send(_envelope("1"), parts), Accepted)
    assert transport[1]() == [MESSAGE]


def test_each_delivery_is_a_message_of_its_own(transport: tuple[Transport, Kept]) -> None:
    """Two keys are two messages, also to the same address."""
    for key in ("1", "2", "3"):
        _send(transport[0], key, MESSAGE + key.encode() + b"\r\n")
    assert transport[1]() == [MESSAGE + key + b"\r\n" for key in (b"1", b"2", b"3")]


def test_closing_twice_is_no_mistake(transport: tuple[Transport, Kept]) -> None:
    """A sender may close what its owner closes as well, used or not."""
    transport[0].close()
    _send(transport[0], "1", MESSAGE)
    transport[0].close()
    transport[0].close()


def test_nothing_is_under_way_that_could_be_cut_off(transport: tuple[Transport, Kept]) -> None:
    """Aborting between messages takes nothing back."""
    _send(transport[0], "1", MESSAGE)
    transport[0].abort()
    assert transport[1]() == [MESSAGE]


@pytest.mark.parametrize(
    ("message", "stuffed"),
    [
        (b"a\r\nb.\r\n", b"a\r\nb.\r\n"),
        (b".\r\n", b"..\r\n"),
        (b"a\r\n.\r\n..\r\n.b\r\n", b"a\r\n..\r\n...\r\n..b\r\n"),
    ],
)
def test_a_dot_is_doubled_where_it_begins_a_line(message: bytes, stuffed: bytes) -> None:
    """RFC 5321 section 4.5.2."""
    assert dot_stuffed(message) == stuffed


def _send(transport: Transport, key: str, message: bytes) -> object:
    stuffed = dot_stuffed(message) if transport.is_dot_stuffed else message
    return transport.send(_envelope(key), [stuffed])


def _envelope(key: str) -> Envelope:
    return Envelope("bounces@example.com", "ann@example.org", key)

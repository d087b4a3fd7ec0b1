"""Replies: read within bounds."""

from __future__ import annotations

import socket

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.deliver.transports.smtp_replies import Replies, Reply
from publisher.deliver.transports.smtp_trouble import Broken, printable
from publisher.deliver.transports.smtp_waits import finish


def _read(said: bytes) -> Reply:
    """The first reply in what a relay says before it hangs up."""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(said)
        there.shutdown(socket.SHUT_WR)
        here.setblocking(False)
        return finish(Replies(here).read(10))


@pytest.mark.parametrize(
    ("said", "shown", "enhanced"),
    [
        (b"250 Ok\r\n", "250 Ok", ""),
        (b"250\r\n", "250", ""),
        (b"250 \n", "250", ""),
        (b"250-a\r\n250-b\r\n250 c\r\n", "250 a b c", ""),
        (b"550 5.1.1 no\r\n", "550 5.1.1 no", "5.1.1"),
        (b"550-5.1.1 no\r\n550 5.1.1 such user\r\n", "550 5.1.1 no such user", "5.1.1"),
        (b"550 5.1.1x\r\n", "550 5.1.1x", ""),
        (b"451 4.7.650 slow\t down\xff\r\n", "451 4.7.650 slow down�", "4.7.650"),
    ],
)
def test_a_reply_is_a_code_and_lines(said: bytes, shown: str, enhanced: str) -> None:
    """With an enhanced code where there is one (RFC 2034)."""
    reply = _read(said)
    assert str(reply) == shown
    assert reply.enhanced == enhanced


@given(
    st.lists(
        st.one_of(st.binary(max_size=20), st.sampled_from([b"250", b"-", b" ", b"\r\n", b"5.1.1"])),
        max_size=12,
    )
)
@example([b"250-\n" * 5000])
@example([b"2" * 20_000])
def test_whatever_is_said_is_a_reply_or_breaks_the_conversation(said: list[bytes]) -> None:
    """Nothing else comes of it, and what is shown fits on a line of the ledger."""
    try:
        shown = str(_read(b"".join(said)))
    except Broken as broken:
        shown = str(broken)
    assert shown.isprintable()
    assert 0 < len(shown) <= 500


def test_replies_that_come_together_are_read_one_by_one() -> None:
    """As many as were asked for."""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(b"250 a\r\n250-b\r\n250 c\r\n354 d\r\n")
        here.setblocking(False)
        replies = Replies(here)
        assert [str(finish(replies.read(10))) for _ in range(3)] == ["250 a", "250 b c", "354 d"]
        assert not replies.is_ahead


def test_a_reply_in_drops_has_no_more_time_than_another() -> None:
    """What counts is when it is whole: one more byte buys no more time."""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(b"250-a\r\n")
        here.setblocking(False)
        with pytest.raises(Broken, match="did not answer in time"):
            finish(Replies(here).read(0.05))


@given(st.text())
def test_what_is_shown_can_be_printed(text: str) -> None:
    """On one line, without spaces around."""
    shown = printable(text)
    assert shown.isprintable()
    assert shown == shown.strip()

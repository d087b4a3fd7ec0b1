"""The message on its way into a socket."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from itertools import pairwise
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver.transports.base import dot_stuffed
from publisher.deliver.transports.smtp_body import pour
from publisher.deliver.transports.smtp_trouble import Broken
from publisher.deliver.transports.smtp_waits import finish
from publisher.fakes.smtp_wire import Wire

LINES = st.lists(st.text(".a\r", max_size=4).map(lambda line: line.encode() + b"\r\n"))


@given(LINES, st.lists(st.integers(0, 40)))
def test_every_message_arrives_as_it_was(lines: list[bytes], cuts: list[int]) -> None:
    """Dots where they will, and cut where it may be."""
    message = b"".join(lines)
    stuffed = dot_stuffed(message)
    ends = [0, *sorted(cuts), len(stuffed)]
    parts = [stuffed[a:b] for a, b in pairwise(ends)]
    # A message that lacks its last line end is given one.
    assert _arrived(parts) in {message, message + b"\r\n"}


def test_more_parts_than_one_call_takes_are_sent() -> None:
    """Linux takes 1024 (IOV_MAX)."""
    parts = [b"%d\r\n" % number for number in range(5000)]
    assert _arrived(parts) == b"".join(parts)


def test_a_message_without_its_last_line_end_ends() -> None:
    """Its dot would not stand alone otherwise, and both sides would wait."""
    assert _arrived([b"a"]) == b"a\r\n"


def test_a_message_that_is_not_taken_in_time_is_not_handed_over() -> None:
    """Nobody reads, and the buffers are full before the dot."""
    here, there = socket.socketpair()
    here.setblocking(False)
    with here, there, pytest.raises(Broken, match="in time"):
        finish(pour(here, [b"x" * 100_000] * 100, 0.05))


def test_a_message_for_nobody_is_not_handed_over() -> None:
    """Whoever has hung up takes nothing."""
    here, there = socket.socketpair()
    there.close()
    with here, pytest.raises(Broken, match="Broken pipe") as caught:
        finish(pour(here, [b"x\r\n"], 10))
    assert caught.value.is_gone


def _arrived(parts: Sequence[bytes]) -> bytes:
    here, there = socket.socketpair()
    arrived: list[bytes] = []
    with here, there:
        wire = Wire(there, 10)
        reader = Thread(target=lambda: arrived.append(wire.message()))
        reader.start()
        here.setblocking(False)
        finish(pour(here, parts, 10))
        reader.join()
    return arrived[0]

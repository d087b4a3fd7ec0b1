"""Conversations in steps."""

from __future__ import annotations

import socket
import ssl
import time

import pytest

from publisher.deliver.transports.smtp_trouble import Broken
from publisher.deliver.transports.smtp_waits import READ, WRITE, Steps, Wait, finish, patiently


@pytest.fixture
def pair() -> tuple[socket.socket, socket.socket]:
    here, there = socket.socketpair()
    here.setblocking(False)
    return here, there


def _read(here: socket.socket, seconds: float) -> Steps[bytes]:
    return patiently(here, lambda: here.recv(10), READ, time.monotonic() + seconds, "late")


def test_what_is_there_is_not_waited_for(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    with here, there:
        there.sendall(b"a")
        assert finish(_read(here, 10)) == b"a"


def test_what_is_not_there_is_waited_for(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    with here, there:
        steps = _read(here, 10)
        wait = next(steps)
        assert (wait.sock, wait.events) == (here, READ)
        assert next(steps) == wait  # too early: it waits for the same
        there.sendall(b"a")
        with pytest.raises(StopIteration) as end:
            next(steps)
        assert end.value.value == b"a"


def test_nothing_comes_in_time(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    with here, there, pytest.raises(Broken, match="late"):
        finish(_read(here, 0.01))


def test_what_has_come_is_taken_however_late(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    with here, there:
        there.sendall(b"a")
        assert finish(_read(here, -1)) == b"a"


def test_a_connection_that_is_lost_is_told(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    there.close()
    here.close()
    with pytest.raises(Broken, match="the connection was lost: Bad file descriptor") as caught:
        finish(_read(here, 10))
    assert caught.value.is_gone


@pytest.mark.parametrize(
    ("error", "events"),
    [
        (BlockingIOError(), WRITE),
        (ssl.SSLWantReadError(), READ),
        (ssl.SSLWantWriteError(), WRITE),
    ],
)
def test_tls_says_what_it_waits_for(
    pair: tuple[socket.socket, socket.socket], error: OSError, events: int
) -> None:
    """Reading may have to write first, and the other way round."""
    here, there = pair

    def act() -> None:
        raise error

    with here, there:
        assert next(patiently(here, act, WRITE, 1e9, "late")) == Wait(here, events, 1e9)

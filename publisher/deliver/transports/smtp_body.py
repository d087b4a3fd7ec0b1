"""The message itself on its way into a socket, in as few calls as there can be."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from socket import socket
from ssl import SSLSocket

from publisher.deliver.transports.smtp_waits import WRITE, Steps, patiently

# What Linux takes in one call (IOV_MAX), and what one record of TLS holds (RFC 8446 section 5.1).
_MOST_PARTS = 1024
_RECORD = 16_384

Parts = list[bytes | memoryview]


def pour(sock: socket, message: Sequence[bytes], seconds: float) -> Steps[None]:
    """Hand the message and the dot that ends it to the system, within so many seconds.

    Raises Broken when the system did not take all of it: then the other side cannot have seen
    the dot.  After a return it may have.
    """
    # One empty line more does no harm; a dot that does not stand alone would hang both sides.
    ends = bool(message) and message[-1].endswith(b"\r\n")
    rest: Parts = [*message, b".\r\n" if ends else b"\r\n.\r\n"]
    if isinstance(sock, SSLSocket):
        rest = _records(b"".join(rest))
    until = time.monotonic() + seconds
    while rest:
        write = partial(_write, sock, rest)
        late = "the relay did not take the message in time"
        rest = _after(rest, (yield from patiently(sock, write, WRITE, until, late)))


def _records(data: bytes) -> Parts:
    """The message in two pieces, the last of them one record with the dot in it.

    A write of many records may fail after some of them; of one record, the other side reads
    nothing until it has the whole.
    """
    cut = max(0, len(data) - _RECORD)
    view = memoryview(data)
    return [view[:cut], view[cut:]] if cut else [view]


def _write(sock: socket, rest: Parts) -> int:
    """How much the system has taken."""
    if isinstance(sock, SSLSocket):
        return sock.send(rest[0])
    return sock.sendmsg(rest[:_MOST_PARTS])


def _after(rest: Parts, sent: int) -> Parts:
    """What is left when so many bytes are gone."""
    if sent == sum(map(len, rest)):
        return []
    for number, part in enumerate(rest):
        if sent < len(part):
            return [memoryview(part)[sent:], *rest[number + 1 :]]
        sent -= len(part)
    return []

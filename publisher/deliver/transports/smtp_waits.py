"""A conversation as steps: whatever may have to wait for the other side says so, and goes on later.

Sockets never block.  Who runs the steps decides how they wait: `finish` waits for one socket,
`publisher.deliver.smtp_lanes` for many at a time.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Generator
from selectors import EVENT_READ, EVENT_WRITE
from socket import socket
from ssl import SSLWantReadError, SSLWantWriteError
from typing import NamedTuple, TypeVar

from publisher.deliver.transports.smtp_trouble import Broken, told

T = TypeVar("T")

READ, WRITE = EVENT_READ, EVENT_WRITE
_POLLED = {READ: select.POLLIN, WRITE: select.POLLOUT}


class Wait(NamedTuple):
    """What steps wait for: that `sock` can be read or written, but no longer than `until`.

    `until` is on the clock of `time.monotonic`.  Steps may be gone on with too early; after
    `until` they must be: then they end by themselves.
    """

    sock: socket
    events: int
    until: float


Steps = Generator[Wait, None, T]
"""Steps that come to a result."""


def finish(steps: Steps[T]) -> T:
    """Go through the steps to their end, and wait for nothing else meanwhile."""
    try:
        while True:
            wait = next(steps)
            poll = select.poll()
            poll.register(wait.sock, _POLLED[wait.events])
            poll.poll(max(0.0, wait.until - time.monotonic()) * 1000)
    except StopIteration as end:
        result: T = end.value
        return result


def patiently(sock: socket, act: Callable[[], T], events: int, until: float, late: str) -> Steps[T]:
    """Read or write (`events`) as soon as the socket lets.

    Raises Broken, with `late` as its words when that was not so in time.
    """
    while True:
        try:
            return act()
        except BlockingIOError:
            wanted = events
        except SSLWantReadError:
            wanted = READ
        except SSLWantWriteError:
            wanted = WRITE
        except OSError as error:
            raise Broken(f"the connection was lost: {told(error)}", is_gone=True) from error
        # Only now: what has come is taken, however late whoever runs the steps looks at it.
        if time.monotonic() >= until:
            raise Broken(late)
        yield Wait(sock, wanted, until)

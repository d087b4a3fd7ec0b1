"""What every place offers in which mail arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from publisher.errors import StepFailed

MOST_OCTETS = 5 * 1024 * 1024
"""Of one mail; what is said stands in front, the returned message behind."""


class Unreachable(StepFailed):
    """The place where mail comes back cannot be read; trying again later is safe."""


class Arrived(NamedTuple):
    """A mail of a source.

    `recipient` is the address it came to, where the source knows.  `done` is called when the
    decision is on the disk; `refused` when the mail cannot be read, so that it is not met again.
    """

    message: bytes
    recipient: str | None
    done: Callable[[], None]
    refused: Callable[[], None]


class Source(Protocol):
    """A place where mail arrives."""

    def messages(self) -> Iterator[Arrived]:
        """What has not been dealt with yet.  Raises Unreachable."""

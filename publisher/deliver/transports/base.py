"""What every transport promises: it takes a finished message, or says why it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom and to whom, as the mail system sees it (RFC 5321 section 2.3.1).

    `key` is the stable id of this delivery, the left part of its Message-ID: the same key
    is the same delivery, however often it is tried.
    """

    sender: str
    recipient: str
    key: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message is in the hands of the other side, and on its disk."""

    reply: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The message was not taken: for now (4xx, a full disk), or for good (5xx)."""

    temporary: bool
    reply: str


class Transport(Protocol):
    """The thing that takes a finished message."""

    def send(self, envelope: Envelope, message: bytes) -> Accepted | Refused:
        """Hand over one message; what the other side says about it is the result, no exception."""

    def close(self) -> None:
        """Let go of what is held open; may be called twice."""

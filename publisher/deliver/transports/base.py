"""What every transport promises: it takes a finished message, or says why it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom and to whom, as the mail system sees it (RFC 5321 section 2.3.1).

    `sender` is ASCII, and empty for a message that nobody answers.  The domain of `recipient`
    is written in A-labels, unless `is_utf8`: then its local part is not ASCII, and whoever
    takes the message must know RFC 6531.

    `key` is the stable id of this delivery, the left part of its Message-ID: the same key
    is the same delivery, however often it is tried.
    """

    sender: str
    recipient: str
    key: str
    is_utf8: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message is in the hands of the other side, and on its disk."""

    reply: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The message was not taken: for now (4xx, a full disk), or for good (5xx).

    `about` tells whose fault it is.  With "relay" it is not this recipient's: another recipient
    would have been answered the same.  Nothing was handed over, so trying again is safe.
    `reply` is one line that can be printed, of at most 500 characters.
    """

    temporary: bool
    reply: str
    about: Literal["recipient", "relay"] = "recipient"


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The whole message was handed over and no answer came: it may arrive, or may not."""

    reply: str


Answer = Accepted | Refused | Uncertain


class Transport(Protocol):
    """The thing that takes a finished message.

    `is_dot_stuffed` says how it wants one: with a dot doubled where it begins a line (RFC 5321
    section 4.5.2), or as it is.
    """

    is_dot_stuffed: bool

    def send(self, envelope: Envelope, message: Sequence[bytes]) -> Answer:
        """Hand over one message, which comes in parts, with CRLF at the end of each line.

        What the other side says about it is the result; nothing that it does is an exception.
        """

    def close(self) -> None:
        """Let go of what is held open; may be called twice, and by another thread."""

    def abort(self) -> None:
        """Cut off what another thread is sending: it is answered at once, by what is known."""


def dot_stuffed(message: bytes) -> bytes:
    """A message with CRLF line ends as SMTP carries it (RFC 5321 section 4.5.2)."""
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed

"""A transport that keeps what it is given, for tests and rehearsals."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from threading import Lock

from publisher.deliver.transports.base import Accepted, Envelope, Refused


class MemoryTransport:
    """Keeps (envelope, message) in `sent`, and refuses as it was told to.

    `refusals` holds what a recipient is answered, one for each try; after the last the message
    is accepted.  A message that is sent twice is kept twice, so that a test sees it.
    """

    def __init__(self, refusals: Mapping[str, Sequence[Refused]] | None = None) -> None:
        self.sent: list[tuple[Envelope, bytes]] = []
        self.closed = False
        self._refusals = {who: deque(replies) for who, replies in (refusals or {}).items()}
        self._lock = Lock()

    def send(self, envelope: Envelope, message: bytes) -> Accepted | Refused:
        """Keep the message, unless a refusal is due."""
        with self._lock:
            if refusals := self._refusals.get(envelope.recipient):
                return refusals.popleft()
            self.sent.append((envelope, message))
            return Accepted(f"250 kept as number {len(self.sent)}")

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

"""A transport that keeps what it is given, for tests and rehearsals."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from threading import Lock

from publisher.deliver.transports.base import Accepted, Answer, Envelope, Refused, Uncertain


class MemoryTransport:
    """Keeps (envelope, message) in `sent`, and answers as it was told to.

    `answers` holds what a recipient is answered, one for each try; after the last the message
    is accepted.  What is not refused is kept: a message whose fate is uncertain has arrived,
    unless `loses_uncertain`.  A message that is sent twice is kept twice, so that a test sees it.
    """

    is_dot_stuffed = False

    def __init__(
        self,
        answers: Mapping[str, Sequence[Answer]] | None = None,
        *,
        loses_uncertain: bool = False,
    ) -> None:
        self.sent: list[tuple[Envelope, bytes]] = []
        self.closed = False
        self._answers = {who: deque(replies) for who, replies in (answers or {}).items()}
        self._lost = (Refused,) if not loses_uncertain else (Refused, Uncertain)
        self._lock = Lock()

    def send(self, envelope: Envelope, message: Sequence[bytes]) -> Answer:
        """Keep the message, unless another answer is due."""
        with self._lock:
            if answers := self._answers.get(envelope.recipient):
                answer = answers.popleft()
            else:
                answer = Accepted(f"250 kept as number {len(self.sent) + 1}")
            if not isinstance(answer, self._lost):
                self.sent.append((envelope, b"".join(message)))
            return answer

    def abort(self) -> None:
        """Nothing here waits for another."""

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

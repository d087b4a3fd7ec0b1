"""Mail through a relay, one message after the other; who sends waits for the answer."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from publisher.deliver.transports.base import Answer, Envelope
from publisher.deliver.transports.smtp_line import Line
from publisher.deliver.transports.smtp_relay import Relay, Timeouts
from publisher.deliver.transports.smtp_waits import Steps, finish
from publisher.deliver.transports.smtp_wire import Wire, context_of, open_wire

__all__ = ["Relay", "SmtpTransport", "Timeouts"]


class SmtpTransport:
    """Hands messages to a relay over a connection of its own, which it opens when it is needed.

    A thread each: another thread waits until the message before its own is answered.
    Raises SettingsError where the relay's certificates cannot be read.
    """

    is_dot_stuffed = True

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self._context = context_of(relay)
        self._line = Line(relay, self._connect)
        self._lock = Lock()
        self._is_leaving = False

    def send(self, envelope: Envelope, message: Sequence[bytes]) -> Answer:
        """Hand over one message; a connection that the relay has closed meanwhile is renewed."""
        return self._run(self._line.send(envelope, message))

    def check(self) -> Answer:
        """Whether the relay can be reached and takes the login."""
        return self._run(self._line.check())

    def abort(self) -> None:
        """Cut the connection: the thread that waits for an answer learns of it at once.

        From then on nothing is handed over; each message is refused as if there were no relay.
        """
        self._line.abort()

    def close(self) -> None:
        """Take leave of the relay; during a message, as soon as that is answered."""
        self._is_leaving = True
        self._leave()

    def _run(self, steps: Steps[Answer]) -> Answer:
        with self._lock:
            answer = finish(steps)
        self._leave()
        return answer

    def _connect(self) -> Steps[Wire]:
        yield from ()  # who waits for an answer may as well wait for a connection
        return open_wire(self.relay, self._context)

    def _leave(self) -> None:
        """Quit if that was asked for and no other thread is at it; it looks again when done."""
        while self._is_leaving and self._lock.acquire(blocking=False):
            self._is_leaving = False
            try:
                finish(self._line.quit())
            finally:
                self._lock.release()

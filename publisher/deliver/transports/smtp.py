"""Mail through a relay: one connection, kept as long as it serves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Lock

from publisher.deliver.transports.base import Answer, Envelope, Refused
from publisher.deliver.transports.smtp_commands import flaw
from publisher.deliver.transports.smtp_relay import Relay, Timeouts
from publisher.deliver.transports.smtp_session import Session, Stale
from publisher.deliver.transports.smtp_wire import Unavailable, context_of, open_wire

__all__ = ["Relay", "SmtpTransport", "Timeouts"]

# A relay slows down whoever errs: Postfix by a second for each error from the tenth in a row, and
# a recipient that is refused makes two when DATA was said with it (smtpd_soft_error_limit).
_MOST_REFUSALS = 4


class SmtpTransport:
    """Hands messages to a relay over a connection of its own, which it opens when it is needed.

    A thread each: another thread waits until the message before its own is answered.
    Raises SettingsError where the relay's certificates cannot be read.
    """

    is_dot_stuffed = True

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self._context = context_of(relay)
        self._session: Session | None = None
        self._lock = Lock()
        self._is_leaving = False
        self._is_aborted = False

    def send(self, envelope: Envelope, message: Sequence[bytes]) -> Answer:
        """Hand over one message; a connection that the relay has closed meanwhile is renewed."""
        return flaw(envelope) or self._with_session(lambda it: it.send(envelope, message))

    def check(self) -> Answer:
        """Whether the relay can be reached and takes the login."""
        return self._with_session(Session.check)

    def abort(self) -> None:
        """Cut the connection: the thread that waits for an answer learns of it at once.

        From then on nothing is handed over; each message is refused as if there were no relay.
        """
        self._is_aborted = True
        if (session := self._session) is not None:
            session.cut()

    def close(self) -> None:
        """Take leave of the relay; during a message, as soon as that is answered."""
        self._is_leaving = True
        self._leave()

    def _with_session(self, work: Callable[[Session], Answer]) -> Answer:
        with self._lock:
            try:
                answer = self._twice(work)
            except Unavailable as unavailable:
                answer = unavailable.refused
        self._leave()
        return answer

    def _twice(self, work: Callable[[Session], Answer]) -> Answer:
        """Do it; once more where the connection was closed while it rested."""
        try:
            return work(self._open())
        except Stale:
            # Only a connection that was used before is ever stale: this one is new.
            return work(self._open())

    def _open(self) -> Session:
        """The connection, or a new one where it has served its time."""
        if (session := self._session) is not None:
            if not self._is_worn(session):
                return session
            session.quit()
        self._session = None
        self._refuse_if_aborted()
        self._session = Session(open_wire(self.relay, self._context), self.relay.timeouts)
        self._refuse_if_aborted()
        return self._session

    def _refuse_if_aborted(self) -> None:
        if self._is_aborted:
            raise Unavailable(Refused(True, "the sending was broken off", "relay"))

    def _is_worn(self, session: Session) -> bool:
        is_full = session.count >= self.relay.max_messages_per_connection
        is_old = time.monotonic() - session.used_at > self.relay.max_idle
        is_unwelcome = session.refusals >= _MOST_REFUSALS
        return is_full or is_old or is_unwelcome or not session.is_open

    def _leave(self) -> None:
        """Quit if that was asked for and no other thread is at it; it looks again when done."""
        while self._is_leaving and self._lock.acquire(blocking=False):
            self._is_leaving = False
            try:
                if self._session is not None:
                    self._session.quit()
                    self._session = None
            finally:
                self._lock.release()

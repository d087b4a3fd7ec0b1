"""The way to a relay: one connection at a time, kept as long as it serves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from publisher.deliver.transports.base import Answer, Envelope, Refused
from publisher.deliver.transports.smtp_commands import flaw
from publisher.deliver.transports.smtp_relay import Relay
from publisher.deliver.transports.smtp_session import Session, Stale
from publisher.deliver.transports.smtp_waits import Steps
from publisher.deliver.transports.smtp_wire import Unavailable, Wire

# A relay slows down whoever errs: Postfix by a second for each error from the tenth in a row, and
# a recipient that is refused makes two when DATA was said with it (smtpd_soft_error_limit).
_MOST_REFUSALS = 4
BROKEN_OFF = "the sending was broken off"


class Line:
    """Hands one message after another to a relay; `connect` opens a connection.

    Each method but `abort` comes in steps; the steps of one must end before those
    of the next begin.
    """

    def __init__(self, relay: Relay, connect: Callable[[], Steps[Wire]]) -> None:
        self._relay = relay
        self._connect = connect
        self._session: Session | None = None
        self._is_aborted = False

    def send(self, envelope: Envelope, message: Sequence[bytes]) -> Steps[Answer]:
        """Hand over one message; a connection that the relay has closed meanwhile is renewed."""
        if refused := flaw(envelope):
            return refused
        return (yield from self._with_session(lambda it: it.send(envelope, message)))

    def check(self) -> Steps[Answer]:
        """Whether the relay can be reached and takes the login."""
        return (yield from self._with_session(Session.check))

    def quit(self) -> Steps[None]:
        """Take leave of the relay; the next message has a new connection."""
        session, self._session = self._session, None
        if session is not None:
            yield from session.quit()

    def abort(self) -> None:
        """Cut the connection, also under the feet of another thread; nothing is sent any more."""
        self._is_aborted = True
        if (session := self._session) is not None:
            session.cut()

    def _with_session(self, work: Callable[[Session], Steps[Answer]]) -> Steps[Answer]:
        """Do it; once more where the connection was closed while it rested."""
        try:
            try:
                return (yield from work((yield from self._open())))
            except Stale:
                # Only a connection that was used before is ever stale: this one is new.
                return (yield from work((yield from self._open())))
        except Unavailable as unavailable:
            return unavailable.refused

    def _open(self) -> Steps[Session]:
        """The connection, or a new one where it has served its time."""
        if (session := self._session) is not None and not self._is_worn(session):
            return session
        yield from self.quit()
        self._refuse_if_aborted()
        session = Session((yield from self._connect()), self._relay.timeouts)
        self._session = session
        self._refuse_if_aborted()
        return session

    def _refuse_if_aborted(self) -> None:
        if self._is_aborted:
            raise Unavailable(Refused(True, BROKEN_OFF, "relay"))

    def _is_worn(self, session: Session) -> bool:
        is_full = session.count >= self._relay.max_messages_per_connection
        is_old = time.monotonic() - session.used_at > self._relay.max_idle
        is_unwelcome = session.refusals >= _MOST_REFUSALS
        return is_full or is_old or is_unwelcome or not session.is_open

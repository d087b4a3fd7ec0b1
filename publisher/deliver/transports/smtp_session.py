"""One connection to a relay, and the messages that go over it (RFC 5321, pipelined: RFC 2920)."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from functools import partial
from socket import SHUT_RDWR, socket

from publisher.deliver.transports.base import Accepted, Answer, Envelope, Refused, Uncertain
from publisher.deliver.transports.smtp_body import pour
from publisher.deliver.transports.smtp_commands import Offers, commands
from publisher.deliver.transports.smtp_relay import Timeouts
from publisher.deliver.transports.smtp_replies import Reply, Step, refusal
from publisher.deliver.transports.smtp_trouble import Broken
from publisher.deliver.transports.smtp_waits import WRITE, Steps, patiently
from publisher.deliver.transports.smtp_wire import Wire

_CLOSING, _GO_AHEAD = 421, 354
# Nothing of a message is accepted before the answer to these.
_FIRST = frozenset({"NOOP", "RSET", "MAIL"})


class Stale(Exception):
    """A connection that was used before turned out to be closed; nothing was handed over."""


class Session:
    """A connection that is greeted and logged in; `is_open` until it is of no more use.

    Not for two messages at once.  `count` is the number of messages that were begun, `refusals`
    how many of the last ones were refused in a row, `used_at` the time of the last one on the
    clock of `time.monotonic`.
    """

    def __init__(self, wire: Wire, timeouts: Timeouts) -> None:
        self.offers = Offers.of(wire.esmtp_features)
        self.is_open = True
        self.count = self.refusals = 0
        self.used_at = time.monotonic()
        self._wire = wire
        self._replies = wire.replies
        self._replies.sock.setblocking(False)
        self._timeouts = timeouts
        # What was begun and not ended is dropped with RSET before the next message.
        self._is_unfinished = False

    def send(self, envelope: Envelope, message: Sequence[bytes]) -> Steps[Answer]:
        """Hand over one message.  Raises Stale when it can be tried on a new connection."""
        size = sum(map(len, message))
        if impossible := self.offers.refusal(envelope, size):
            return impossible
        steps = commands(envelope, size, self.offers)
        if self._is_unfinished:
            steps.insert(0, ("RSET", b"RSET\r\n"))
        try:
            refused = yield from self._introduce(steps)
            answer = refused or (yield from self._hand_over(message))
        except Broken as broken:
            self.close()
            return Refused(True, str(broken), "relay")
        except BaseException:
            self.close()  # interrupted: nobody knows how far it came
            raise
        self.count, self.used_at = self.count + 1, time.monotonic()
        self.refusals = self.refusals + 1 if isinstance(answer, Refused) else 0
        return answer

    def check(self) -> Steps[Answer]:
        """Ask whether the relay is still there.  Raises Stale."""
        try:
            reply = yield from self._ask("NOOP", b"NOOP\r\n")
            answer = Accepted(str(reply)) if _is_yes("NOOP", reply) else refusal("NOOP", reply)
        except Broken as broken:
            self.close()
            return Refused(True, str(broken), "relay")
        self.count, self.used_at = self.count + 1, time.monotonic()
        return answer

    def quit(self) -> Steps[None]:
        """Take leave, and wait for the answer a moment."""
        try:
            if self.is_open:
                yield from self._say(b"QUIT\r\n", self._timeouts.quit)
                yield from self._replies.read(self._timeouts.quit)
        except Broken:
            pass  # gone already
        finally:
            self.close()

    def cut(self) -> None:
        """End what another thread does with this connection: it finds it closed."""
        with contextlib.suppress(OSError):  # gone already
            # Not the method of SSLSocket, which would drop its state under the other's feet.
            socket.shutdown(self._replies.sock, SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        self.is_open = False
        self._wire.close()

    def _introduce(self, steps: list[tuple[Step, bytes]]) -> Steps[Refused | None]:
        """Say who writes to whom; None when the relay waits for the message."""
        self._is_unfinished = True
        together = self.offers.pipelining
        if together:
            said = b"".join(line for _, line in steps)
            steps = [(step, b"" if number else said) for number, (step, _) in enumerate(steps)]
        refused: Refused | None = None
        for step, line in steps:
            try:
                reply = yield from self._ask(step, line)
            except Broken:
                if refused is None:
                    raise
                self.close()
                return refused
            if not _is_yes(step, reply):
                refused = refused or refusal(step, reply)
                if not (together and self.is_open):
                    return refused
        if refused and reply.code == _GO_AHEAD:
            yield from self._ask("dot", b".\r\n")
        return refused

    def _hand_over(self, message: Sequence[bytes]) -> Steps[Answer]:
        """Send the message, and hear what becomes of it."""
        self._check_turn()
        try:
            yield from pour(self._replies.sock, message, self._timeouts.data)
        except Broken as broken:
            answer = yield from self._last_words(broken)
            self.close()
            return answer
        try:
            reply = yield from self._ask("dot", b"", self._timeouts.final)
            self._is_unfinished = False
            return Accepted(str(reply)) if _is_yes("dot", reply) else refusal("dot", reply)
        except Broken as broken:
            self.close()
            return Uncertain(f"the message was handed over, then: {broken}")

    def _last_words(self, broken: Broken) -> Steps[Refused]:
        """Why the relay does not take the rest of a message: it may have said so."""
        try:
            if broken.is_gone:
                reply = yield from self._replies.read(self._timeouts.quit)
                return refusal("dot", reply)
        except Broken:
            pass
        return Refused(True, str(broken), "relay")

    def _ask(self, step: Step, line: bytes, seconds: float = 0) -> Steps[Reply]:
        """The reply to a command; nothing is said where it was said before."""
        is_stale = self.count > 0 and step in _FIRST
        try:
            if line:
                yield from self._say(line, self._timeouts.command)
            reply = yield from self._replies.read(seconds or self._timeouts.command)
        except Broken as broken:
            if is_stale and broken.is_gone:
                raise self._stale() from broken
            raise
        if is_stale and (reply.code == _CLOSING or (step == "RSET" and not _is_yes(step, reply))):
            raise self._stale()
        if reply.code == _CLOSING:
            self.close()
        return reply

    def _say(self, line: bytes, seconds: float) -> Steps[None]:
        """Send commands."""
        self._check_turn()
        sock, until = self._replies.sock, time.monotonic() + seconds
        while line:
            late = "the relay did not listen in time"
            sent = yield from patiently(sock, partial(sock.send, line), WRITE, until, late)
            line = line[sent:]

    def _check_turn(self) -> None:
        """Else each answer would be taken for that to the next question."""
        if self._replies.is_ahead:
            raise Broken("the relay speaks out of turn", is_gone=True)

    def _stale(self) -> Stale:
        self.close()
        return Stale()


def _is_yes(step: Step, reply: Reply) -> bool:
    return reply.code == _GO_AHEAD if step == "DATA" else 200 <= reply.code < 300

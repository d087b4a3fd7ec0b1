"""Sending notices: by a connection of their own, so that they never wait behind a mailing."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Literal, Protocol

from publisher.deliver.message import message_key
from publisher.deliver.transports.base import Accepted, Envelope, Refused, Transport, dot_stuffed
from publisher.errors import PublisherError

log = logging.getLogger("publisher.notices")

EVERY = 1.0
"""Seconds between two looks at what is due."""
_DELAYS = tuple(dt.timedelta(minutes=each) for each in (1, 3, 10, 30, 60, 120, 240))
_GIVE_UP = dt.timedelta(days=1)


class QueuedNotice(Protocol):
    """A notice that is to be sent."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def kind(self) -> str:
        """What it is about."""

    @property
    def recipient(self) -> str:
        """The address, as it goes into the envelope."""

    @property
    def message(self) -> bytes:
        """The message, with CRLF line ends."""

    @property
    def attempts(self) -> int:
        """How often it was tried before."""

    @property
    def created(self) -> dt.datetime:
        """When it was asked for."""


class NoticeStore(Protocol):
    """What sending notices needs of a database; `publisher.storage.notices` is one."""

    def claim(self, now: dt.datetime, limit: int = 20) -> Sequence[QueuedNotice]:
        """Mark what is due `sending`, and give it back."""

    def settle(
        self, notice: int, state: Literal["sent", "failed", "uncertain"], reply: str,
        now: dt.datetime,
    ) -> None:  # fmt: skip
        """Write down what became of a notice."""

    def defer(self, notice: int, reply: str, due: dt.datetime, now: dt.datetime) -> None:
        """Try it again later."""


@dataclass(slots=True)
class NoticeSender:
    """Sends what is due; `redirect` takes all mail in place of its recipients."""

    store: NoticeStore
    transport: Transport
    return_path: str
    redirect: str = ""
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    stop: Event = field(default_factory=Event)

    def run(self) -> None:
        """Send until asked to stop; a database that cannot be used now is asked again."""
        is_failing = False
        while not self.stop.is_set():
            try:
                sent = self.send_due()
                if is_failing:
                    log.info("notices go out again")
                is_failing = False
            except PublisherError as error:
                if not is_failing:
                    log.error("notices, trying on: %s", error)
                is_failing, sent = True, 0
            if not sent:
                self.stop.wait(EVERY)
        self.transport.close()

    def send_due(self) -> int:
        """Send what is due now; how many were tried."""
        found = self.store.claim(self.clock())
        for notice in found:
            self._send(notice)
        return len(found)

    def _send(self, notice: QueuedNotice) -> None:
        recipient = self.redirect or notice.recipient
        envelope = Envelope(
            self.return_path, recipient, message_key("notice", f"{notice.id} {notice.created}"),
            is_utf8=not recipient.rpartition("@")[0].isascii(),
        )  # fmt: skip
        stuffs = self.transport.is_dot_stuffed
        message = dot_stuffed(notice.message) if stuffs else notice.message
        answer = self.transport.send(envelope, [message])
        now = self.clock()
        if isinstance(answer, Accepted):
            self.store.settle(notice.id, "sent", answer.reply, now)
        elif not isinstance(answer, Refused):
            self.store.settle(notice.id, "uncertain", answer.reply, now)
        elif (answer.temporary or answer.about == "relay") and now - notice.created < _GIVE_UP:
            due = now + _DELAYS[min(notice.attempts, len(_DELAYS) - 1)]
            self.store.defer(notice.id, answer.reply, due, now)
        else:
            log.warning("a notice (%s) was refused: %s", notice.kind, answer.reply)
            self.store.settle(notice.id, "failed", answer.reply, now)

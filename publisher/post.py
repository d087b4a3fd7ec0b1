"""The post: everything about people and mail, opened as it is needed.

The part of the composition root that knows databases, keys and relays; imports stand where they
are used, because `check` and `build` need none of them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING

from publisher import durable
from publisher.config.publication import Publication
from publisher.config.settings import Settings
from publisher.deliver.plan import Limits
from publisher.deliver.send import Options, Sender, Tally
from publisher.deliver.transports.base import Transport
from publisher.errors import PublisherError, TransportError
from publisher.logs import masked
from publisher.stores import Stores

if TYPE_CHECKING:
    from publisher.announcing.announcer import Announcer
    from publisher.deliver.lanes import LaneSet
    from publisher.deliver.ledger import Mailing
    from publisher.deliver.notices import NoticeSender
    from publisher.deliver.transports.smtp_relay import Relay
    from publisher.mailing import MailingDesk
    from publisher.returns.hooks import Hooks
    from publisher.returns.returns import Returns
    from publisher.returns.source import Source
    from publisher.storage.ledger import DatabaseLedger
    from publisher.subscribers.addresses import Address

log = logging.getLogger("publisher.post")

Progress = Callable[["Mailing", Tally], None]
WriteAlarm = Callable[["Address", str, list[str], dt.datetime], bytes]
"""A mail to the operator: address, subject, lines, time."""

_POLL = 5.0
"""Seconds between two looks at a page that is not live yet, at most."""
_ALARMS = 20
"""Alarms in a day; what goes wrong more often is known by then."""


class Post(Stores):
    """People, mailings and the ways out, for one publication at one time."""

    def __init__(
        self,
        settings: Settings,
        publication: Publication,
        now: dt.datetime,
        write_alarm: WriteAlarm,
    ) -> None:
        super().__init__(settings)
        self.publication = publication
        self.now = now
        self.write_alarm = write_alarm
        self.progress: Progress = lambda mailing, tally: None
        self.waits: Callable[[Sequence[object]], None] = lambda waiting: None
        self.sending: Callable[[], AbstractContextManager[None]] = nullcontext
        self._begun = time.monotonic()

    def clock(self) -> dt.datetime:
        """The time: what it was at the start, and what has passed since."""
        return self.now + dt.timedelta(seconds=time.monotonic() - self._begun)

    @property
    def return_domain(self) -> str:
        """The domain whose mail comes back to us."""
        return self.settings.delivery.bounce_domain or self.publication.domain

    def take(self, publication: Publication) -> None:
        """The publication has changed: its name and its addresses are these from now on."""
        self.publication = publication
        vars(self).pop("announcer", None)

    # Ways out ----------------------------------------------------------------------------------

    @property
    def is_rehearsal(self) -> bool:
        """Whether mail stays on this machine: in a Maildir."""
        return self.settings.delivery.smtp is None

    def transport(self) -> Transport:
        """A connection of its own to where mail goes."""
        if (relay := self.relay) is None:
            from publisher.deliver.transports.maildir import MaildirTransport

            return MaildirTransport(self.settings.outbox)
        from publisher.deliver.transports.smtp import SmtpTransport

        return SmtpTransport(relay)

    def lanes(self, number: int) -> LaneSet:
        """So many ways to where mail goes, for a mailing."""
        if (relay := self.relay) is None:
            from publisher.deliver.lanes import Lanes

            return Lanes(self.transport, number)
        from publisher.deliver.smtp_lanes import SmtpLanes

        return SmtpLanes(relay, number)

    @property
    def relay(self) -> Relay | None:
        """The relay that takes mail, if there is one."""
        smtp = self.settings.delivery.smtp
        if smtp is None:
            return None
        from publisher.deliver.transports.smtp_relay import Relay

        return Relay(
            host=smtp.host, port=smtp.port, security=smtp.security, user=smtp.user,
            password=smtp.password, ca_file=smtp.ca_file, helo=self.publication.domain,
        )  # fmt: skip

    @cached_property
    def options(self) -> Options:
        """How mailings are sent."""
        delivery = self.settings.delivery
        return Options(
            lanes=delivery.connections,
            limits=Limits(delivery.rate, delivery.domain_rates),
            # A Maildir takes a message that it has already for the same one: nothing is doubled.
            uncertain="resend" if self.is_rehearsal else delivery.uncertain,
            redirect=delivery.redirect,
            canary_wait=delivery.canary_wait,
            canary_limit=delivery.canary_limit,
        )

    def mailing_desk(self) -> MailingDesk:
        """What opens mailings and sends them."""
        from publisher.mailing import MailingDesk
        from publisher.storage.ledger import DatabaseLedger
        from publisher.storage.mailing_opening import Canary

        delivery = self.settings.delivery
        canary = Canary(delivery.canary_share, delivery.canary_addresses)
        self.settings.state.mkdir(parents=True, exist_ok=True)
        return MailingDesk(
            self.mailings, DatabaseLedger(self.engine), canary, self._sender,
            self.settings.state / "sending.lock", self.tell_paused,
        )  # fmt: skip

    def is_sent_now(self, mailing: int) -> bool:
        """Whether a run may be at work on a mailing, with the messages that it had before."""
        desk = self.mailing_desk()
        if desk.ledger.is_shared:
            return bool(desk.ledger.alive(mailing))
        held = durable.try_lock(desk.lock)
        if held is not None:
            os.close(held)
        return held is None

    def notice_sender(self) -> NoticeSender:
        """What sends notices, over a connection of its own."""
        from publisher.deliver.notices import NoticeSender

        return NoticeSender(
            self.notices, self.transport(), f"b+notice@{self.return_domain}",
            self.settings.delivery.redirect, self.clock, self.stop,
        )  # fmt: skip

    def alarm(self, subject: str, lines: list[str]) -> None:
        """Tell the operator by mail, where an address is set; a day has a limit."""
        from publisher.subscribers.addresses import read_address

        if operator := self.settings.delivery.operator:
            address, now = read_address(operator), self.clock()
            message = self.write_alarm(address, subject, lines, now)
            self.notices.queue("alarm", address, message, now, most=_ALARMS)

    def trouble(self, key: str, subject: str, lines: list[str]) -> None:
        """Remember what needs a person, and tell them if they do not know it yet.

        It stands in `status` until `settled`; `key` says what it is about (``pull``).  What a
        relay or a remote has said may name a reader: addresses are masked, and tokens.
        """
        subject, lines = masked(subject), [masked(each) for each in lines]
        if self.troubles.see(key, subject, lines, self.clock()):
            self.alarm(subject, lines)

    def settled(self, key: str) -> None:
        """A trouble is over."""
        self.troubles.end(key)

    # Telling others ----------------------------------------------------------------------------

    @cached_property
    def announcer(self) -> Announcer:
        """What writes down what others are told."""
        from publisher.announcing.announcer import Announcer, LiveCheck
        from publisher.announcing.book import Book

        told, publication = self.settings.announce, self.publication
        hub = publication.websub_hub or ""
        return Announcer(
            publication, Book(self.calls, publication.domain, told.hooks, hub),
            LiveCheck(told.live_check, told.live_timeout), self,
        )  # fmt: skip

    def make_calls(self) -> int:
        """Write down how mailings stand, and make the calls that are due; how many were tried."""
        from publisher.deliver.calls import Caller, given_up

        told = self.settings.announce
        self.announcer.mailings(self.mailings, self.clock())
        return Caller(
            self.calls, told.hooks, told.key, self.clock,
            lambda call, reply: self.trouble(call.trouble, *given_up(call, reply)),
            lambda call: self.settled(call.trouble),
        ).send_due()  # fmt: skip

    def wait_for_pages(self, waiting: Sequence[object]) -> bool:
        """Wait a little for pages that are not live yet; False where somebody wants an end."""
        self.waits(waiting)
        seconds = self.settings.announce.live_timeout.total_seconds() / 20
        with self.sending():
            return not self.stop.wait(min(seconds, _POLL))

    def tell_paused(self) -> None:
        """Mailings that do not go on are troubles, until they go on or are over.

        Where that cannot be told, it is logged: other mailings are not to wait for it.
        """
        from publisher.mailing import paused_words

        try:
            paused = {f"paused:{each.id}": each for each in self.mailings.all(states=("paused",))}
            for known in self.troubles.all("paused:"):
                if known.key not in paused:
                    self.settled(known.key)
            for key, mailing in paused.items():
                self.trouble(key, *paused_words(mailing))
        except PublisherError as error:
            log.error("the operator cannot be told which mailings are paused: %s", error)

    # Ways back ---------------------------------------------------------------------------------

    @cached_property
    def returns(self) -> Returns:
        """What decides about mail that came back."""
        from publisher.returns.returns import Returns
        from publisher.storage.feedback import Feedback

        return Returns(self.keys, Feedback(self.engine), self.mailings, self.alarm)

    @property
    def returns_source(self) -> Source | None:
        """Where mail comes back, if the operator has named it."""
        from publisher.returns.reading import source_of

        return source_of(self.settings.feedback)

    @cached_property
    def hooks(self) -> Hooks:
        """What takes requests that tell what came back."""
        from publisher.returns.fetching import fetch
        from publisher.returns.hooks import Hooks

        return Hooks(self.returns, self.settings.service, fetch)

    def tidy(self) -> None:
        """Fold what is old into counts, drop people who never confirmed, close what was left."""
        now = self.clock()
        self.mailings.fold(now - self.settings.delivery.keep)
        self.people.purge(now)
        self.notices.recover(now)
        self.calls.prune(now)

    def _sender(self, ledger: DatabaseLedger) -> Sender:
        from publisher.mailing import personal_of

        return Sender(
            ledger, self.lanes,
            lambda mailing: personal_of(self.keys, mailing, self.return_domain),
            self.options, self.clock, self.stop, self.progress,
        )  # fmt: skip

    def send_one(self, message: bytes, recipient: str) -> str:
        """Send one message past the ledger; what the other side answered.

        Raises TransportError where it was not taken.
        """
        from publisher.deliver.transports.base import Accepted, Envelope, dot_stuffed

        transport = self.transport()
        key = hashlib.sha256(f"{self.clock().isoformat()} {recipient}".encode()).hexdigest()[:32]
        is_utf8 = not recipient.rpartition("@")[0].isascii()
        envelope = Envelope(f"b+test@{self.return_domain}", recipient, key, is_utf8)
        answer = transport.send(
            envelope, [dot_stuffed(message) if transport.is_dot_stuffed else message]
        )
        transport.close()
        if not isinstance(answer, Accepted):
            raise TransportError(f"the mail was not taken: {answer.reply}", "mend it and try again")
        return answer.reply

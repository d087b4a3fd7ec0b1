"""What a person may do: ask for bulletins, confirm, choose, pause, leave, be forgotten.

Nobody is told whether an address is known: asking looks the same for everybody, on the page and
in the time it takes.  Nothing here is changed by looking at a page.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from publisher.storage.notices import Notices
from publisher.storage.subscriber_rows import Confirmed, Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import Address, masked, read_address, read_name
from publisher.subscribers.subscriber import Choice, Subscriber, Subscription
from publisher.subscribers.tokens import (
    Keys,
    Kind,
    Token,
    bulletin_tag,
    confirm_hash,
    new_confirm_token,
)

log = logging.getLogger("publisher.subscribing")

CONFIRM_DAYS = dt.timedelta(days=7)
"""How long a confirmation may be used; who has not confirmed by then is dropped."""


class NoticeWriter(Protocol):
    """Writes notices in a reader's language: complete messages with CRLF line ends."""

    def confirm(
        self, address: Address, edition: str, choices: Sequence[Choice], token: str,
        now: dt.datetime,
    ) -> bytes:  # fmt: skip
        """A mail with the link that confirms; `edition` is that of the form."""

    def welcome(
        self, address: Address, subscriber: int, choices: Sequence[Choice], now: dt.datetime
    ) -> bytes:
        """A mail after confirming: what was subscribed, and where to change it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose link was followed: the person, and the bulletin that the mail was of.

    `subscriber` is None for somebody who was forgotten since: the link is genuine all the same.
    """

    subscriber: Subscriber | None
    subscription: Subscription | None


@dataclass(frozen=True, slots=True)
class Preference:
    """What somebody wants of one bulletin: an edition, and whether to get it now.

    `consent` is the proof, where the subscription begins with it.
    """

    choice: Choice
    state: Literal["active", "paused", "ended"]
    consent: Consent


@dataclass(frozen=True, slots=True)
class Subscribing:
    """What people do with their subscriptions."""

    people: People
    notices: Notices
    writer: NoticeWriter
    keys: Keys

    # Asking ------------------------------------------------------------------------------------

    def ask(
        self,
        given: str,
        name: str,
        choices: Sequence[Choice],
        consent: Consent,
        edition: str,
        now: dt.datetime,
    ) -> None:
        """Ask for bulletins: a mail with a link goes to the address, whoever typed it.

        Raises AddressRefused for what is no address.  An address that was forgotten gets no
        mail, and one that had its share of the day neither; the caller cannot tell.
        """
        address = read_address(given)
        token = new_confirm_token()
        message = self.writer.confirm(address, edition, choices, token, now)
        if self.people.is_suppressed(self.keys.suppression_hash(address.match)):
            log.info("asked for by a forgotten address")
            return
        if not self.notices.queue("confirm", address, message, now):
            log.info("%s asked too often today", masked(address.text))
            return
        who = self.people.ask(
            address, read_name(name), choices, consent, confirm_hash(token), now,
            now + CONFIRM_DAYS,
        )  # fmt: skip
        log.info("subscriber %d asked for %s", who, _told(choices))

    def asked_for(self, token: str, now: dt.datetime) -> Confirmed | None:
        """What a link would confirm; None for one that is unknown, used or too old."""
        return self.people.asked_for(confirm_hash(token), now)

    def confirm(self, token: str, confirmed_from: str, now: dt.datetime) -> Confirmed | None:
        """Confirm: what was asked for begins, and a welcome is sent."""
        found = self.people.confirm(confirm_hash(token), now, confirmed_from)
        if found is None:
            log.info("a confirmation that is unknown, used or too old")
            return None
        who, address = found.subscriber.id, read_address(found.subscriber.address)
        message = self.writer.welcome(address, who, found.choices, now)
        self.notices.queue("welcome", address, message, now, subscriber=who)
        log.info("subscriber %d confirmed %s", who, _told(found.choices))
        return found

    # By a link of a mail -----------------------------------------------------------------------

    def token_of(self, subscriber: int, bulletin: str) -> str:
        """The token of the links in a reader's mail."""
        return self.keys.write(Token(Kind.READER, subscriber, bulletin_tag(bulletin)))

    def reader(self, token: str) -> Reader | None:
        """Whose link it is; None for a token that is not ours."""
        found = self.keys.read(token, Kind.READER)
        if found is None:
            return None
        subscriber = self.people.get(found.subscriber)
        mine = subscriber.subscriptions if subscriber else ()
        subscription = next((s for s in mine if bulletin_tag(s.bulletin) == found.scope), None)
        return Reader(subscriber, subscription)

    def leave(self, token: str, how: str, now: dt.datetime) -> Reader | None:
        """End the subscription that a mail was of; None for a token that is not ours.

        Doing it again, or by a forgotten person's mail, is as good as the first time.
        """
        reader = self.reader(token)
        if reader is None:
            log.warning("a link to leave with that is not ours (%s)", how)
            return None
        if reader.subscriber and reader.subscription:
            who, bulletin = reader.subscriber.id, reader.subscription.bulletin
            if self.people.move(who, bulletin, "ended", now, how):
                log.info("subscriber %d left %s (%s)", who, bulletin, how)
        return reader

    def leave_all(self, subscriber: Subscriber, how: str, now: dt.datetime) -> int:
        """End every subscription; how many there were."""
        ended = self.people.end_all(subscriber.id, now, how)
        log.info("subscriber %d left everything (%s)", subscriber.id, how)
        return ended

    def prefer(self, subscriber: Subscriber, wanted: Iterable[Preference], now: dt.datetime) -> int:
        """Bring subscriptions to what a person wants now; how many changed.

        A bulletin that they had not is added without another mail: whoever holds the link reads
        the address's mail.
        """
        return sum(self._prefer(subscriber, each, now) for each in wanted)

    def _prefer(self, subscriber: Subscriber, wanted: Preference, now: dt.datetime) -> bool:
        before, who = subscriber.subscription(wanted.choice.bulletin), subscriber.id
        bulletin, people = wanted.choice.bulletin, self.people
        if wanted.state == "ended":
            return before is not None and people.move(who, bulletin, "ended", now, "preferences")
        if before is None or before.state in ("ended", "pending"):
            return people.renew(who, wanted.choice, wanted.consent, now)
        changed = people.choose(who, wanted.choice, now)
        return people.move(who, bulletin, wanted.state, now) or changed

    # Forgetting --------------------------------------------------------------------------------

    def forget(self, given: str, now: dt.datetime) -> bool:
        """Erase a person; a keyed hash stays.  Whether there was anybody."""
        address = read_address(given)
        hashed = self.keys.suppression_hash(address.match)
        found = self.people.forget(address, hashed, now)
        log.info("a person was forgotten" if found else "an unknown address was suppressed")
        return found


def _told(choices: Iterable[Choice]) -> str:
    return ", ".join(f"{each.bulletin} ({each.edition})" for each in choices)

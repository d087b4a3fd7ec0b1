"""Many people at once: what a batch of them adds to the tables, a few statements for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select

from publisher.storage.database import utc
from publisher.storage.subscriber_rows import Consent
from publisher.storage.tables import consents, subscribers, subscriptions
from publisher.subscribers.addresses import Address
from publisher.subscribers.subscriber import Choice, SubscriberState, SubscriptionState
from publisher.subscribers.tokens import new_subscriber_id

BATCH = 1000
"""People whose rows are looked up and written together."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has consented elsewhere: what they chose and its state, and the proof.

    `standing` is the state of an address that is not known here yet.
    """

    address: Address
    name: str
    wanted: Sequence[tuple[Choice, SubscriptionState]]
    consent: Consent
    standing: SubscriberState = "ok"


@dataclass(frozen=True, slots=True)
class Arrived:
    """What arrivals came to: new people, new subscriptions, those that were there already."""

    people: int = 0
    subscriptions: int = 0
    known: int = 0
    forgotten: int = 0
    """Arrivals that were left out because the address was forgotten."""

    def plus(self, other: Arrived) -> Arrived:
        """Both together."""
        return Arrived(
            self.people + other.people,
            self.subscriptions + other.subscriptions,
            self.known + other.known,
            self.forgotten + other.forgotten,
        )


def bring(connection: Connection, arrivals: Iterable[Arrival], now: dt.datetime) -> Arrived:
    """Add a batch of people; what somebody has already stays as it is, also where it is ended."""
    batch = list(arrivals)
    made = _Made(_ids(connection, batch), now)
    made.have = _have(connection, made.ids.values())
    for arrival in batch:
        made.add(arrival)
    for table, rows in (
        (subscribers, made.people), (subscriptions, made.choices), (consents, made.proofs)
    ):  # fmt: skip
        if rows:
            connection.execute(insert(table), rows)
    return Arrived(len(made.people), len(made.choices), made.known)


def _ids(connection: Connection, batch: Sequence[Arrival]) -> dict[str, int]:
    wanted = {each.address.match for each in batch}
    query = select(subscribers.c.match, subscribers.c.id).where(subscribers.c.match.in_(wanted))
    return {row[0]: row[1] for row in connection.execute(query)}


def _have(connection: Connection, ids: Iterable[int]) -> set[tuple[int, str]]:
    query = select(subscriptions.c.subscriber_id, subscriptions.c.bulletin).where(
        subscriptions.c.subscriber_id.in_(list(ids))
    )
    return {(row[0], row[1]) for row in connection.execute(query)}


@dataclass(slots=True)
class _Made:
    """The rows of a batch as they are made."""

    ids: dict[str, int]
    now: dt.datetime
    have: set[tuple[int, str]] = field(default_factory=set)
    people: list[Mapping[str, object]] = field(default_factory=list)
    choices: list[Mapping[str, object]] = field(default_factory=list)
    proofs: list[Mapping[str, object]] = field(default_factory=list)
    known: int = 0

    def add(self, arrival: Arrival) -> None:
        match = arrival.address.match
        if match not in self.ids:
            self.ids[match] = new_subscriber_id()
            self.people.append(self._person(arrival, self.ids[match]))
        who = self.ids[match]
        for choice, state in arrival.wanted:
            if (who, choice.bulletin) in self.have:
                self.known += 1
                continue
            self.have.add((who, choice.bulletin))
            self._subscribe(who, choice, state, arrival.consent)

    def _person(self, arrival: Arrival, who: int) -> Mapping[str, object]:
        address, now = arrival.address, utc(self.now)
        return {
            "id": who, "address": address.text, "match": address.match, "domain": address.domain,
            "name": arrival.name, "state": arrival.standing, "source": arrival.consent.source,
            "soft_count": 0, "created": now, "changed": now,
        }  # fmt: skip

    def _subscribe(
        self, who: int, choice: Choice, state: SubscriptionState, consent: Consent
    ) -> None:
        confirmed = consent.confirmed
        if confirmed is None and state in ("active", "paused"):
            confirmed = self.now
        asked = utc(consent.asked or consent.confirmed or self.now)
        common = {
            "subscriber_id": who, "bulletin": choice.bulletin, "edition": choice.edition,
            "asked": asked, "confirmed": utc(confirmed) if confirmed else None,
        }  # fmt: skip
        ended_by = "import" if state == "ended" else ""
        self.choices.append(
            common | {"state": state, "ended_by": ended_by, "changed": utc(self.now)}
        )
        self.proofs.append(
            common
            | {
                "language": consent.language, "shown": consent.shown, "source": consent.source,
                "asked_from": consent.asked_from, "confirmed_from": consent.confirmed_from,
            }
        )  # fmt: skip

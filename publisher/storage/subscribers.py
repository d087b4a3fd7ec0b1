"""Subscribers, their subscriptions, and the proof of their consent, in the database.

Every change is one transaction.  What is legal is decided by `publisher.subscribers`; here it is
looked at again inside the transaction, so that two changes at once cannot add up to a wrong one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import Engine, delete, exists, func, insert, or_, select, update

from publisher.storage import subscriber_rows as rows
from publisher.storage.arrivals import BATCH, Arrival, Arrived, bring
from publisher.storage.database import aware, reading, utc, writing
from publisher.storage.erasing import empty_log, erase, erase_mentions
from publisher.storage.held import Held, held_on
from publisher.storage.subscriber_rows import PEOPLE
from publisher.storage.tables import (
    confirmations,
    consents,
    facts,
    subscribers,
    subscriptions,
    suppressions,
)
from publisher.subscribers.addresses import Address
from publisher.subscribers.standing import Standing
from publisher.subscribers.subscriber import (
    Choice,
    Subscriber,
    SubscriberState,
    SubscriptionState,
    subscription_may_become,
)

_PAGE = 500


Newcomer = tuple[Address, str, Sequence[tuple[Choice, SubscriptionState]], rows.Consent]
"""Address, name, what they chose and its state, and the proof that they did."""


class People:
    """The subscribers of an installation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # Reading -----------------------------------------------------------------------------------

    def get(self, subscriber_id: int) -> Subscriber | None:
        """A subscriber by its id; None for one that was forgotten or never was."""
        with reading(self._engine) as connection:
            return rows.by_id(connection, subscriber_id)

    def find(self, address: Address) -> Subscriber | None:
        """A subscriber by any spelling of the address."""
        with reading(self._engine) as connection:
            return rows.by_match(connection, address.match)

    def walk(
        self,
        *,
        bulletin: str = "",
        edition: str = "",
        state: str = "",
        search: str = "",
        limit: int | None = None,
    ) -> Iterator[Subscriber]:
        """Subscribers by address, a page at a time; `state` is of either kind."""
        query = rows.filtered(bulletin, edition, state, search).order_by(subscribers.c.match)
        last, left = "", limit
        while left is None or left > 0:
            size = _PAGE if left is None else min(_PAGE, left)
            with reading(self._engine) as connection:
                page = rows.with_subscriptions(
                    connection, query.where(subscribers.c.match > last).limit(size)
                )
            yield from (each for _, each in page)
            if len(page) < size:
                return
            last = page[-1][0]
            left = None if left is None else left - len(page)

    def counts(self) -> dict[tuple[str, str, str], int]:
        """How many subscriptions there are, by (bulletin, edition, state)."""
        columns = (subscriptions.c.bulletin, subscriptions.c.edition, subscriptions.c.state)
        with reading(self._engine) as connection:
            found = connection.execute(
                select(*columns, func.count()).group_by(*columns).order_by(*columns)
            )
            return {(row[0], row[1], row[2]): row[3] for row in found}

    def active(self, bulletin: str) -> dict[str, int]:
        """How many readers a mailing of a bulletin would have now, by edition."""
        with reading(self._engine) as connection:
            found = connection.execute(
                select(subscriptions.c.edition, func.count())
                .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
                .where(
                    subscriptions.c.bulletin == bulletin,
                    subscriptions.c.state == "active",
                    subscribers.c.state == "ok",
                )
                .group_by(subscriptions.c.edition)
            )
            return {row[0]: row[1] for row in found}

    def consents(self, subscriber_id: int) -> list[dict[str, object]]:
        """The proof of consent of one person, oldest first."""
        with reading(self._engine) as connection:
            found = connection.execute(
                select(consents)
                .where(consents.c.subscriber_id == subscriber_id)
                .order_by(consents.c.id)
            ).mappings()
            return [
                {key: _plain(value) for key, value in row.items() if key != "subscriber_id"}
                for row in found
            ]

    def held(self, address: Address) -> Held | None:
        """Everything that is held on the owner of an address; None where it is nothing."""
        with reading(self._engine) as connection:
            return held_on(connection, address)

    def is_suppressed(self, hashed: str) -> bool:
        """Whether an address, by its hash, was forgotten."""
        with reading(self._engine) as connection:
            return rows.is_suppressed(connection, hashed)

    # Asking and confirming ---------------------------------------------------------------------

    def ask(
        self,
        address: Address,
        name: str,
        choices: Sequence[Choice],
        consent: rows.Consent,
        token: str,
        now: dt.datetime,
        expires: dt.datetime,
    ) -> int:
        """Remember what somebody asked for until it is confirmed; gives back the subscriber's id.

        `token` is the hash of what the confirmation mail will hold.  Active subscriptions stay
        as they are: what was asked for is done only when it is confirmed.
        """
        with writing(self._engine, PEOPLE) as connection:
            known = rows.by_match(connection, address.match)
            who = known.id if known else rows.add(connection, address, name, consent.source, now)
            for choice in choices:
                before = known.subscription(choice.bulletin) if known else None
                if before is None or before.state in ("pending", "ended"):
                    rows.put(connection, who, choice, "pending", now)
                rows.prove(connection, who, choice, consent, now)
            connection.execute(
                insert(confirmations).values(
                    token=token, subscriber_id=who, asked=utc(now), expires=utc(expires),
                    choices=json.dumps([[each.bulletin, each.edition] for each in choices]),
                )
            )  # fmt: skip
            return who

    def asked_for(self, token: str, now: dt.datetime) -> rows.Confirmed | None:
        """What a confirmation would confirm; changes nothing."""
        with reading(self._engine) as connection:
            return rows.asked_for(connection, token, now)

    def confirm(
        self, token: str, now: dt.datetime, confirmed_from: str = ""
    ) -> rows.Confirmed | None:
        """Do what was asked for; None where the token is unknown, used or too old."""
        with writing(self._engine, PEOPLE) as connection:
            found = rows.asked_for(connection, token, now)
            if found is None:
                return None
            connection.execute(delete(confirmations).where(confirmations.c.token == token))
            who = found.subscriber.id
            for choice in found.choices:
                rows.put(connection, who, choice, "active", now, confirmed=now)
                connection.execute(
                    update(consents)
                    .where(
                        consents.c.subscriber_id == who,
                        consents.c.bulletin == choice.bulletin,
                        consents.c.edition == choice.edition,
                        consents.c.confirmed.is_(None),
                    )
                    .values(confirmed=utc(now), confirmed_from=confirmed_from)
                )
            rows.stand(connection, found.subscriber, Standing("ok"), now)
            again = rows.by_id(connection, who)
            assert again is not None
            return rows.Confirmed(again, found.choices)

    def purge(self, now: dt.datetime) -> int:
        """Drop confirmations that are too old, and people who never confirmed anything."""
        with writing(self._engine, PEOPLE) as connection:
            connection.execute(delete(confirmations).where(confirmations.c.expires < utc(now)))
            waiting = exists().where(confirmations.c.subscriber_id == subscribers.c.id)
            kept = exists().where(
                subscriptions.c.subscriber_id == subscribers.c.id,
                or_(
                    subscriptions.c.state != "pending",
                    subscriptions.c.confirmed.is_not(None),
                ),
            )
            gone = connection.execute(
                delete(subscribers).where(~waiting, ~kept, subscribers.c.state == "ok")
            )
            open_ones = exists().where(
                confirmations.c.subscriber_id == subscriptions.c.subscriber_id
            )
            # Who has other subscriptions loses only what was never confirmed.
            connection.execute(
                delete(subscriptions).where(
                    subscriptions.c.state == "pending",
                    subscriptions.c.confirmed.is_(None),
                    ~open_ones,
                )
            )
            return gone.rowcount

    # Changing ----------------------------------------------------------------------------------

    def add(
        self,
        address: Address,
        name: str,
        choices: Iterable[Choice],
        consent: rows.Consent,
        now: dt.datetime,
        state: SubscriptionState = "active",
    ) -> int:
        """Add somebody who has consented elsewhere; what they have already stays as it is."""
        wanted = [(choice, state) for choice in choices]
        with writing(self._engine, PEOPLE) as connection:
            bring(connection, [Arrival(address, name, wanted, consent)], now)
            added = rows.by_match(connection, address.match)
            assert added is not None
            return added.id

    def take_all(self, people: Iterable[Newcomer], now: dt.datetime) -> int:
        """Add many, all of them or none; gives back how many were taken."""
        taken = 0
        with writing(self._engine, PEOPLE) as connection:
            for batch in _batches(Arrival(*each) for each in people):
                bring(connection, batch, now)
                taken += len(batch)
        return taken

    def bring(
        self, arrivals: Iterable[Arrival], hash_of: Callable[[str], str], now: dt.datetime
    ) -> Arrived:
        """Add many but those who were forgotten, all of them or none.

        `hash_of` gives the hash by which a forgotten address is recognised.
        """
        total = Arrived()
        with writing(self._engine, PEOPLE) as connection:
            for batch in _batches(arrivals):
                hashes = [hash_of(each.address.match) for each in batch]
                gone = rows.suppressed(connection, hashes)
                left = [
                    each for each, hashed in zip(batch, hashes, strict=True) if hashed not in gone
                ]
                forgotten = Arrived(forgotten=len(batch) - len(left))
                total = total.plus(bring(connection, left, now)).plus(forgotten)
        return total

    def renew(
        self, subscriber_id: int, choice: Choice, consent: rows.Consent, now: dt.datetime
    ) -> bool:
        """Begin a subscription of somebody who is known, on their own page; whether it began."""
        with writing(self._engine, PEOPLE) as connection:
            if rows.by_id(connection, subscriber_id) is None:
                return False
            rows.put(connection, subscriber_id, choice, "active", now, confirmed=now)
            rows.prove(connection, subscriber_id, choice, consent, now, confirmed=now)
            return True

    def choose(self, subscriber_id: int, choice: Choice, now: dt.datetime) -> bool:
        """Another edition of a bulletin that is active or paused; whether anything changed."""
        with writing(self._engine, PEOPLE) as connection:
            done = connection.execute(
                update(subscriptions)
                .where(
                    rows.subscription_is(subscriber_id, choice.bulletin),
                    subscriptions.c.state.in_(("active", "paused")),
                    subscriptions.c.edition != choice.edition,
                )
                .values(edition=choice.edition, changed=utc(now))
            )
            return done.rowcount > 0

    def move(
        self,
        subscriber_id: int,
        bulletin: str,
        state: SubscriptionState,
        now: dt.datetime,
        ended_by: str = "",
    ) -> bool:
        """Another state of a subscription, where that is legal; whether anything changed."""
        with writing(self._engine, PEOPLE) as connection:
            found = rows.by_id(connection, subscriber_id)
            before = found.subscription(bulletin) if found else None
            if before is None or not subscription_may_become(before.state, state):
                return False
            connection.execute(
                update(subscriptions)
                .where(rows.subscription_is(subscriber_id, bulletin))
                .values(state=state, changed=utc(now), ended_by=ended_by)
            )
            return True

    def end_all(self, subscriber_id: int, now: dt.datetime, ended_by: str) -> int:
        """End every subscription of a person; how many there were."""
        with writing(self._engine, PEOPLE) as connection:
            return rows.end_all(connection, subscriber_id, now, ended_by)

    def stand(
        self,
        subscriber_id: int,
        standing: Standing,
        now: dt.datetime,
        *,
        soft_mailing: int | None = None,
    ) -> SubscriberState | None:
        """Give an address the standing that follows from what came back; the state it is in now."""
        with writing(self._engine, PEOPLE) as connection:
            found = rows.by_id(connection, subscriber_id)
            if found is None:
                return None
            rows.stand(connection, found, standing, now, soft_mailing)
            if standing.state == "complained":
                rows.end_all(connection, subscriber_id, now, "complaint")
            return standing.state

    # Forgetting --------------------------------------------------------------------------------

    def forget(
        self, address: Address, hashed: str, now: dt.datetime, patience: float = 2.0
    ) -> bool:
        """Erase a person; a keyed hash stays, so that no import brings the address back.

        Ledger rows keep a number that leads to nobody any more; what other servers said about
        them is dropped, for it may hold the address.  Whether there was anybody; whether nothing
        is left on the disk, for which readers are waited `patience` seconds, `leave_no_trace`
        tells.
        """
        with writing(self._engine, PEOPLE) as connection:
            # Mailings before deliveries, as senders and operators lock them.
            erase_mentions(connection, address)
            found = rows.by_match(connection, address.match)
            if found is not None:
                erase(connection, found.id, now)
            if not rows.is_suppressed(connection, hashed):
                connection.execute(
                    insert(suppressions).values(hash=hashed, reason="forgotten", created=utc(now))
                )
        self.leave_no_trace(patience)
        return found is not None

    def lift(self, hashed: str) -> bool:
        """Let a forgotten address come again, because its owner asked; whether it was forgotten."""
        with writing(self._engine, PEOPLE) as connection:
            done = connection.execute(delete(suppressions).where(suppressions.c.hash == hashed))
            return done.rowcount > 0

    def leave_no_trace(self, patience: float = 10.0) -> bool:
        """Empty SQLite's write-ahead log: older pages of it still hold what was deleted.

        False where somebody else was reading all the time, so that it has to be done again.
        """
        return self._engine.dialect.name != "sqlite" or empty_log(self._engine, patience)

    # The installation --------------------------------------------------------------------------

    def fact(self, name: str, value: str) -> str:
        """A fact of the installation: the one that is kept, or this one, which is kept now."""
        with writing(self._engine, PEOPLE) as connection:
            kept = connection.scalar(select(facts.c.value).where(facts.c.name == name))
            if kept is None:
                connection.execute(insert(facts).values(name=name, value=value))
            return str(value if kept is None else kept)


def _batches(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    coming = iter(arrivals)
    while batch := list(islice(coming, BATCH)):
        yield batch


def _plain(value: object) -> object:
    return aware(value).isoformat() if isinstance(value, dt.datetime) else value

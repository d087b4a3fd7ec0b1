"""What the stores of people do inside a transaction that others have begun."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    exists,
    insert,
    select,
    update,
)

from publisher.storage.database import aware, aware_or_none, utc
from publisher.storage.tables import (
    confirmations,
    consents,
    subscribers,
    subscriptions,
    suppressions,
)
from publisher.subscribers.addresses import Address
from publisher.subscribers.standing import Standing
from publisher.subscribers.subscriber import (
    Choice,
    Subscriber,
    Subscription,
    SubscriptionState,
    may_become,
)
from publisher.subscribers.tokens import new_subscriber_id

PEOPLE = "people"
"""The group of the transactions that decide about a person by what is written of them."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody agreed to: the text that was shown, in which language, when and whence.

    The times are those of a proof that was kept elsewhere; else it is given as it is written.
    """

    language: str
    shown: str
    source: str
    asked_from: str = ""
    confirmed_from: str = ""
    asked: dt.datetime | None = None
    confirmed: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Who confirmed, and what."""

    subscriber: Subscriber
    choices: tuple[Choice, ...]


def one(connection: Connection, query: Select[Any]) -> Subscriber | None:
    """The subscriber that a query finds, with all subscriptions."""
    found = with_subscriptions(connection, query)
    return found[0][1] if found else None


def by_id(connection: Connection, subscriber_id: int) -> Subscriber | None:
    """A subscriber by its id."""
    return one(connection, select(subscribers).where(subscribers.c.id == subscriber_id))


def by_match(connection: Connection, match: str) -> Subscriber | None:
    """A subscriber by the form that all spellings of its address share."""
    return one(connection, select(subscribers).where(subscribers.c.match == match))


def with_subscriptions(connection: Connection, query: Select[Any]) -> list[tuple[str, Subscriber]]:
    """(match, subscriber) of each row that a query of subscribers finds."""
    rows = connection.execute(query).mappings().all()
    ids = [row["id"] for row in rows]
    theirs: dict[int, list[Subscription]] = {each: [] for each in ids}
    choices = select(subscriptions).where(subscriptions.c.subscriber_id.in_(ids))
    for row in connection.execute(choices.order_by(subscriptions.c.bulletin)).mappings():
        theirs[row["subscriber_id"]].append(_subscription_of(row))
    return [(row["match"], _subscriber_of(row, theirs[row["id"]])) for row in rows]


def _subscriber_of(row: RowMapping, theirs: Iterable[Subscription]) -> Subscriber:
    return Subscriber(
        id=row["id"], address=row["address"], name=row["name"], state=row["state"],
        created=aware(row["created"]), changed=aware(row["changed"]), source=row["source"],
        soft_count=row["soft_count"], soft_since=aware_or_none(row["soft_since"]),
        subscriptions=tuple(theirs),
    )  # fmt: skip


def _subscription_of(row: RowMapping) -> Subscription:
    return Subscription(
        row["bulletin"], row["edition"], row["state"], aware(row["asked"]),
        aware_or_none(row["confirmed"]), aware(row["changed"]), row["ended_by"],
    )  # fmt: skip


def filtered(bulletin: str, edition: str, state: str, search: str) -> Select[Any]:
    """The query of subscribers that fit; `state` is that of an address or of a subscription."""
    query = select(subscribers)
    its = [subscriptions.c.subscriber_id == subscribers.c.id]
    if bulletin:
        its.append(subscriptions.c.bulletin == bulletin)
    if edition:
        its.append(subscriptions.c.edition == edition)
    if state in ("pending", "active", "paused", "ended"):
        its.append(subscriptions.c.state == state)
    elif state:
        query = query.where(subscribers.c.state == state)
    if len(its) > 1:
        query = query.where(exists().where(and_(*its)))
    if search:
        query = query.where(subscribers.c.match.contains(search.casefold(), autoescape=True))
    return query


def add(connection: Connection, address: Address, name: str, source: str, now: dt.datetime) -> int:
    """A new subscriber; its id."""
    who = new_subscriber_id()
    connection.execute(
        insert(subscribers).values(
            id=who, address=address.text, match=address.match, domain=address.domain, name=name,
            state="ok", source=source, soft_count=0, created=utc(now), changed=utc(now),
        )
    )  # fmt: skip
    return who


def put(
    connection: Connection,
    who: int,
    choice: Choice,
    state: SubscriptionState,
    now: dt.datetime,
    *,
    confirmed: dt.datetime | None = None,
) -> None:
    """A subscription as it is to be, whatever it was."""
    values = {"edition": choice.edition, "state": state, "ended_by": "", "changed": utc(now)}
    if confirmed is not None:
        values["confirmed"] = utc(confirmed)
    done = connection.execute(
        update(subscriptions).where(subscription_is(who, choice.bulletin)).values(**values)
    )
    if done.rowcount == 0:
        connection.execute(
            insert(subscriptions).values(
                subscriber_id=who, bulletin=choice.bulletin, asked=utc(now), **values
            )
        )


def prove(
    connection: Connection,
    who: int,
    choice: Choice,
    consent: Consent,
    now: dt.datetime,
    *,
    confirmed: dt.datetime | None = None,
) -> None:
    """Keep the proof of what was asked for."""
    connection.execute(
        insert(consents).values(
            subscriber_id=who, bulletin=choice.bulletin, edition=choice.edition,
            language=consent.language, shown=consent.shown, source=consent.source,
            asked=utc(now), asked_from=consent.asked_from,
            confirmed=utc(confirmed) if confirmed else None, confirmed_from="",
        )
    )  # fmt: skip


def asked_for(connection: Connection, token: str, now: dt.datetime) -> Confirmed | None:
    """What a confirmation that is still good would confirm."""
    query = select(confirmations).where(
        confirmations.c.token == token, confirmations.c.expires >= utc(now)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    who = select(subscribers).where(subscribers.c.id == row["subscriber_id"])
    subscriber = one(connection, who)
    if subscriber is None:
        return None
    choices = tuple(Choice(*each) for each in json.loads(row["choices"]))
    return Confirmed(subscriber, choices)


def stand(
    connection: Connection,
    before: Subscriber,
    standing: Standing,
    now: dt.datetime,
    soft_mailing: int | None = None,
) -> None:
    """Write the standing of an address down, where the move is legal."""
    if standing.state != before.state and not may_become(before.state, standing.state):
        return
    since = standing.soft_since
    connection.execute(
        update(subscribers)
        .where(subscribers.c.id == before.id)
        .values(
            state=standing.state, soft_count=standing.soft_count, changed=utc(now),
            soft_since=utc(since) if since else None, soft_mailing=soft_mailing,
        )
    )  # fmt: skip


def end_all(connection: Connection, who: int, now: dt.datetime, ended_by: str) -> int:
    """End every subscription of a person; how many there were."""
    done = connection.execute(
        update(subscriptions)
        .where(subscriptions.c.subscriber_id == who, subscriptions.c.state != "ended")
        .values(state="ended", changed=utc(now), ended_by=ended_by)
    )
    return done.rowcount


def is_suppressed(connection: Connection, hashed: str) -> bool:
    """Whether an address, by its hash, was forgotten."""
    query = select(suppressions.c.hash).where(suppressions.c.hash == hashed)
    return connection.scalar(query) is not None


def suppressed(connection: Connection, hashes: Iterable[str]) -> set[str]:
    """Those of some hashes whose addresses were forgotten."""
    query = select(suppressions.c.hash).where(suppressions.c.hash.in_(list(hashes)))
    return {row[0] for row in connection.execute(query)}


def subscription_is(who: int, bulletin: str) -> ColumnElement[bool]:
    """The row of one subscription."""
    return and_(subscriptions.c.subscriber_id == who, subscriptions.c.bulletin == bulletin)

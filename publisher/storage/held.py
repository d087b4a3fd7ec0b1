"""Everything that is held on one person, as GDPR article 15 asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, and_, select

from publisher.storage.database import aware
from publisher.storage.tables import (
    confirmations,
    consents,
    deliveries,
    feedback,
    mailings,
    notices,
    subscribers,
    subscriptions,
)
from publisher.subscribers.addresses import Address

Held = Mapping[str, object]
"""Plain data: texts, numbers, lists, times as text with an offset."""


def held_on(connection: Connection, address: Address) -> Held | None:
    """What is held on the owner of an address; None where it is nothing."""
    person = connection.execute(
        select(subscribers).where(subscribers.c.match == address.match)
    ).mappings().first()  # fmt: skip
    mails = _rows(connection, _notices().where(notices.c.match == address.match))
    if person is None:
        return {"notices": mails} if mails else None
    who = person["id"]
    return {
        **_plain(person),
        "subscriptions": _all(connection, subscriptions, who),
        "consents": _all(connection, consents, who),
        "confirmations": _all(connection, confirmations, who, without="token"),
        "deliveries": _rows(connection, _deliveries(who)),
        "notices": mails,
        "feedback": _all(connection, feedback, who, without="key"),
    }


def _all(connection: Connection, table: Any, who: int, without: str = "") -> list[Held]:
    """Every row of a person, with all columns but one: secrets of links are not for showing."""
    columns = [each for each in table.c if each.name not in (without, "subscriber_id")]
    return _rows(connection, select(*columns).where(table.c.subscriber_id == who))


def _notices() -> Select[Any]:
    """Mails to an address, without their text: it holds a link that works."""
    wanted = ("kind", "recipient", "state", "attempts", "created", "changed", "reply")
    return select(*(notices.c[name] for name in wanted)).order_by(notices.c.id)


def _deliveries(who: int) -> Select[Any]:
    """The issues that were sent to a person, the newest first; older rows were folded away."""
    theirs = and_(deliveries.c.mailing_id == mailings.c.id, deliveries.c.subscriber_id == who)
    return (
        select(
            mailings.c.bulletin, mailings.c.issue, deliveries.c.edition, deliveries.c.state,
            deliveries.c.attempts, deliveries.c.changed, deliveries.c.reply, deliveries.c.bounced,
        )
        .select_from(mailings.join(deliveries, theirs))
        .order_by(mailings.c.id.desc())
    )  # fmt: skip


def _rows(connection: Connection, query: Select[Any]) -> list[Held]:
    return [_plain(row) for row in connection.execute(query).mappings()]


def _plain(row: Mapping[Any, object]) -> Held:
    return {str(name): _value(str(name), value) for name, value in row.items()}


def _value(name: str, value: object) -> object:
    if isinstance(value, dt.datetime):
        return aware(value).isoformat()
    if name == "changed" and isinstance(value, int):
        # The ledger writes seconds since 1970.
        return dt.datetime.fromtimestamp(value, dt.UTC).isoformat()
    return value

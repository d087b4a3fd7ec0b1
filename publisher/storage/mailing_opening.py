"""What opening a mailing writes: recipients, slices, and the end of what is still deferred.

Each function works inside the one transaction that opens a mailing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    func,
    insert,
    literal,
    select,
    update,
)

from publisher.storage.mailing_rows import finish_if_done
from publisher.storage.tables import (
    deliveries,
    mailings,
    slices,
    subscribers,
    subscriptions,
)

SLICE = 10_000
"""Deliveries in a slice."""


@dataclass(frozen=True, slots=True)
class Canary:
    """Who gets a mailing before all others: a share of the readers, or the addresses of a list."""

    share: float = 0.0
    addresses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.share > 0 or bool(self.addresses)


NO_CANARY = Canary()


def expire(connection: Connection, bulletin: str, mailing: int, now: dt.datetime) -> None:
    """End what is still deferred of issues before a mailing: the next one is out."""
    older = connection.execute(
        select(mailings.c.id)
        .where(
            mailings.c.bulletin == bulletin,
            mailings.c.id != mailing,
            mailings.c.state.in_(("open", "sending", "paused")),
        )
        .order_by(mailings.c.id)
        .with_for_update()
    ).all()
    for (earlier,) in older:
        connection.execute(
            update(deliveries)
            .where(deliveries.c.mailing_id == earlier, deliveries.c.state == "deferred")
            .values(state="failed", reply="expired: the next issue is out: " + deliveries.c.reply,
                    changed=int(now.timestamp()))
        )  # fmt: skip
        finish_if_done(connection, earlier, now)


def freeze_recipients(
    connection: Connection, mailing: int, bulletin: str, canary: Canary, now: dt.datetime
) -> None:
    """One row for each reader, in one statement; slices are ranges in the order of the ledger.

    Numbers of subscribers are random, so the first percent is a fair sample.
    """
    readers = and_(
        subscriptions.c.bulletin == bulletin,
        subscriptions.c.state == "active",
        subscribers.c.state == "ok",
    )
    both = subscriptions.join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
    order: list[ColumnElement[Any]] = [subscriptions.c.subscriber_id]
    first: ColumnElement[int] = literal(0)
    if canary.addresses:
        listed = subscribers.c.match.in_(canary.addresses)
        number = connection.scalar(select(func.count()).select_from(both).where(readers, listed))
        order.insert(0, case((listed, 0), else_=1))
        first = literal(number)
    elif canary.share:
        total = connection.scalar(select(func.count()).select_from(both).where(readers)) or 0
        first = literal(min(total, -int(-total * canary.share // 1)))
    row = (
        select(
            subscriptions.c.subscriber_id,
            subscriptions.c.edition,
            func.row_number().over(order_by=order).label("number"),
        )
        .select_from(both)
        .where(readers)
        .subquery()
    )
    # The canary is slice 0; all others come after it.
    behind = 1 if canary else 0
    slice_ = case((row.c.number <= first, 0), else_=behind + (row.c.number - first - 1) // SLICE)
    stamp = int(now.timestamp())
    rows = select(
        literal(mailing), row.c.subscriber_id, row.c.edition, slice_, literal("queued"),
        literal(0), literal(0), literal(stamp), literal(""), literal(""),
    ).order_by(row.c.subscriber_id)  # fmt: skip
    columns = [each.name for each in deliveries.columns]
    done = connection.execute(
        insert(deliveries).from_select(columns, rows),
        execution_options={"preserve_rowcount": True},
    )
    connection.execute(
        update(mailings).where(mailings.c.id == mailing).values(recipients=done.rowcount)
    )


def skip_unknown_editions(
    connection: Connection, mailing: int, compiled: Mapping[str, bytes], now: dt.datetime
) -> None:
    """Readers of an edition that the bulletin does not have any more are not lost silently."""
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.mailing_id == mailing,
            deliveries.c.edition.not_in(tuple(compiled)),
        )
        .values(state="skipped", reply="the bulletin has no such edition",
                changed=int(now.timestamp()))
    )  # fmt: skip


def make_slices(connection: Connection, mailing: int, *, is_canary: bool) -> None:
    """A row for each slice; where there is a canary, it alone is let go."""
    numbers = connection.execute(
        select(deliveries.c.slice).where(deliveries.c.mailing_id == mailing).distinct()
    ).all()
    if numbers:
        connection.execute(
            insert(slices),
            [{"mailing_id": mailing, "number": row[0], "attempt": 0} for row in numbers],
        )
    released = 1 if is_canary else 1 + max((row[0] for row in numbers), default=0)
    connection.execute(update(mailings).where(mailings.c.id == mailing).values(released=released))

"""What the stores of mailings do inside a transaction that others have begun."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, text, update

from publisher.deliver.ledger import Mailing
from publisher.errors import UsageError
from publisher.storage.database import aware, aware_or_none, utc
from publisher.storage.tables import deliveries, mailings

# Word for word the condition of the partial index: SQLite uses it only where the text agrees.
OPEN: Any = text("deliveries.state IN ('queued', 'deferred')")
_UNSETTLED = ("queued", "sending", "deferred")


def mailing_of(connection: Connection, mailing: int, *, locked: bool = False) -> Mailing:
    """A mailing by its number; `locked`, nobody else changes it until the transaction ends."""
    query = select(mailings).where(mailings.c.id == mailing)
    if locked:
        query = query.with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        raise UsageError(f"there is no mailing {mailing}", "`publisher mailings list` lists them")
    return to_mailing(row)


def lock(connection: Connection, mailing: int) -> None:
    """Nobody else changes the row of a mailing until the transaction ends."""
    connection.execute(select(mailings.c.id).where(mailings.c.id == mailing).with_for_update())


def to_mailing(row: RowMapping) -> Mailing:
    """A row as a mailing."""
    return Mailing(
        id=row["id"], bulletin=row["bulletin"], issue=row["issue"], state=row["state"],
        reason=row["reason"], opened=aware(row["opened"]), recipients=row["recipients"],
        pauses=row["pauses"], resumes=aware_or_none(row["resumes"]), released=row["released"],
        waits_until=aware_or_none(row["waits_until"]), finished=aware_or_none(row["finished"]),
    )  # fmt: skip


def count_states(connection: Connection, mailing: int) -> dict[str, int]:
    """How many deliveries are in each state, those that were folded away among them."""
    rows = connection.execute(
        select(deliveries.c.state, func.count())
        .where(deliveries.c.mailing_id == mailing)
        .group_by(deliveries.c.state)
    )
    counts = {row[0]: row[1] for row in rows}
    folded = connection.scalar(select(mailings.c.folded).where(mailings.c.id == mailing))
    for state, number in json.loads(folded or "{}").items():
        counts[state] = counts.get(state, 0) + number
    return counts


def finish_if_done(connection: Connection, mailing: int, now: dt.datetime) -> None:
    """Finished is a mailing of which nothing is queued, being sent or deferred."""
    # Before it is looked at its deliveries: nobody opens one of them again meanwhile.
    lock(connection, mailing)
    left = connection.scalar(
        select(deliveries.c.subscriber_id)
        .where(deliveries.c.mailing_id == mailing, deliveries.c.state.in_(_UNSETTLED))
        .limit(1)
    )
    if left is None:
        connection.execute(
            update(mailings)
            .where(mailings.c.id == mailing, mailings.c.state.in_(("open", "sending", "paused")))
            .values(state="finished", finished=utc(now), reason="", resumes=None)
        )

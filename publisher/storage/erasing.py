"""Erasing a person: out of every table, and out of the pages that a database keeps beside."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, Engine, and_, delete, func, or_, select, update

from publisher.storage.tables import (
    answers,
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


def erase(connection: Connection, who: int, now: dt.datetime) -> None:
    """Delete all rows of a person; of deliveries a number stays that leads to nobody."""
    # By mailing: that is how the ledger is ordered.
    theirs = and_(
        deliveries.c.mailing_id.in_(select(mailings.c.id)), deliveries.c.subscriber_id == who
    )
    waiting = deliveries.c.state.in_(("queued", "deferred"))
    connection.execute(update(deliveries).where(theirs).values(reply=""))
    connection.execute(
        update(deliveries)
        .where(theirs, waiting)
        .values(state="skipped", reply="erased", changed=int(now.timestamp()))
    )
    for table in (feedback, consents, confirmations, subscriptions, notices):
        connection.execute(delete(table).where(table.c.subscriber_id == who))
    connection.execute(delete(subscribers).where(subscribers.c.id == who))


def erase_mentions(connection: Connection, address: Address) -> None:
    """Delete mails to an address, and what servers and the API said where it names the address."""
    connection.execute(delete(notices).where(notices.c.match == address.match))
    spellings = {address.match, address.text.lower(), address.envelope.lower()}
    for column, empty in (
        (mailings.c.reason, "(what the relay said was erased with a person)"),
        (feedback.c.detail, ""),
    ):
        named = or_(*(func.lower(column).contains(each, autoescape=True) for each in spellings))
        connection.execute(update(column.table).where(named).values({column.name: empty}))
    # Who asks again with the same key is answered anew: that the address was forgotten.
    told = (func.lower(answers.c.body).contains(each, autoescape=True) for each in spellings)
    connection.execute(delete(answers).where(or_(*told)))


def empty_log(engine: Engine, patience: float) -> bool:
    """Write SQLite's log into its file and cut the log to nothing; whether that could be done.

    It cannot while a transaction still reads what was before; it is waited `patience` seconds for.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        plain.exec_driver_sql(f"PRAGMA busy_timeout = {int(patience * 1000)}")
        busy = plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        return not busy

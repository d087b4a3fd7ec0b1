"""What came back, in the database: each report counted once, in one transaction with what follows.

The key of a report is derived from the mail, so that a second copy, or one that is read again
after a crash, finds itself, whoever reads it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    delete,
    exists,
    func,
    select,
    update,
)

from publisher.storage import subscriber_rows as rows
from publisher.storage.database import aware, reading, utc, writing
from publisher.storage.statements import insert_new
from publisher.storage.tables import deliveries, feedback, mailings, subscribers, subscriptions
from publisher.subscribers.judging import Decision
from publisher.subscribers.standing import after_complaint, after_hard, after_soft, standing_of
from publisher.subscribers.subscriber import Subscriber
from publisher.subscribers.tokens import bulletin_tag

# What is written beside a delivery that was not the end of it; a worse one replaces a better.
_BOUNCED: dict[Decision, str] = {
    "soft": "soft",
    "policy": "soft",
    "hard": "hard",
    "complaint": "spam",
}
_WORSE = ("", "soft", "hard", "spam")
_LATEST = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A report that is to be counted.

    `mailing` is None where only the bulletin is known, by its `tag`, or not even that; it is
    found then.  Without a subscriber nothing follows but that the report is known.
    """

    key: str
    kind: str
    decision: Decision
    subscriber: int | None
    mailing: int | None = None
    tag: int | None = None
    cause: str = ""
    status: str = ""
    detail: str = ""
    ended_by: str = "mail"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a report: whether it was new, of which mailing, and the subscriber's state.

    `state` is "" where nobody is there any more.  `left` is the bulletin whose subscription ended.
    """

    is_new: bool
    mailing: int | None = None
    state: str = ""
    left: str = ""


class Feedback:
    """What came back to an installation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, entries: Sequence[Entry], now: dt.datetime) -> list[Taken]:
        """Count reports, each once, with what follows from them; all of it or nothing."""
        if not entries:
            return []
        with writing(self._engine, rows.PEOPLE) as connection:
            return [_take(connection, entry, now) for entry in entries]

    def counts(self, mailing: int | None = None) -> dict[tuple[str, str], int]:
        """How many reports there were, by (kind, decision); of one mailing, or of all."""
        columns = (feedback.c.kind, feedback.c.verdict)
        query = select(*columns, func.count()).group_by(*columns).order_by(*columns)
        if mailing is not None:
            query = query.where(feedback.c.mailing_id == mailing)
        with reading(self._engine) as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}

    def purge(self, before: dt.datetime) -> int:
        """Drop reports from before a time; how many there were."""
        with writing(self._engine) as connection:
            done = connection.execute(delete(feedback).where(feedback.c.created < utc(before)))
            return done.rowcount


def _take(connection: Connection, entry: Entry, now: dt.datetime) -> Taken:
    who = _locked(connection, entry.subscriber)
    mailing = entry.mailing or _newest_mailing(connection, entry)
    if not _add(connection, entry, mailing, now, is_known=who is not None):
        # Where the mailing was only guessed, another may be the newest by now.
        _mark(connection, entry, entry.mailing)
        return Taken(False, mailing, who.state if who else "")
    if who is None:
        _mark(connection, entry, mailing)
        return Taken(True, mailing)
    left = ""
    if entry.decision == "unsubscribe":
        left = _leave(connection, who, entry, mailing, now)
    elif entry.decision == "complaint":
        rows.stand(connection, who, after_complaint(standing_of(who)), now)
        rows.end_all(connection, who.id, now, "complaint")
    elif entry.decision in ("hard", "soft") and not _has_read_since(connection, who, mailing):
        _bounce(connection, who, entry, mailing, now)
    _mark(connection, entry, mailing)
    after = rows.by_id(connection, who.id)
    return Taken(True, mailing, after.state if after else "", left)


def _locked(connection: Connection, subscriber: int | None) -> Subscriber | None:
    """The subscriber, whom nobody else changes until the transaction ends."""
    if subscriber is None:
        return None
    connection.execute(
        select(subscribers.c.id).where(subscribers.c.id == subscriber).with_for_update()
    )
    return rows.by_id(connection, subscriber)


def _add(
    connection: Connection, entry: Entry, mailing: int | None, now: dt.datetime, *, is_known: bool
) -> bool:
    """Write a report down; whether it was not there yet.

    Of somebody who was forgotten, or never was, no more is kept than that it came.
    """
    values = {
        "key": entry.key, "kind": entry.kind,
        "verdict": entry.decision if entry.subscriber else "unclaimed", "mailing_id": mailing,
        "subscriber_id": entry.subscriber if is_known else None, "status": entry.status[:20],
        "detail": f"{entry.cause}: {entry.detail}".strip(": ") if is_known else "",
        "created": utc(now),
    }  # fmt: skip
    add = insert_new(connection, feedback)
    done = connection.execute(
        add.values(**values).on_conflict_do_nothing(index_elements=["key"]),
        execution_options={"preserve_rowcount": True},
    )
    return done.rowcount > 0


# What follows ------------------------------------------------------------------------------------


def _bounce(
    connection: Connection, who: Subscriber, entry: Entry, mailing: int | None, now: dt.datetime
) -> None:
    before, last = standing_of(who), _last_soft(connection, who.id)
    if entry.decision == "hard":
        rows.stand(connection, who, after_hard(before), now, last)
        return
    # A relay that reports one delivery twice has still failed once.
    if mailing is not None and (mailing == last or _bounced(connection, who.id, mailing)):
        return
    arrived = _arrived_between(connection, who.id, last, mailing)
    after = after_soft(before, now, arrived_since=arrived)
    latest = max(filter(None, (last, mailing)), default=None)
    rows.stand(connection, who, after, now, latest)


def _last_soft(connection: Connection, who: int) -> int | None:
    return connection.scalar(select(subscribers.c.soft_mailing).where(subscribers.c.id == who))


def _bounced(connection: Connection, who: int, mailing: int) -> str:
    query = select(deliveries.c.bounced).where(_delivery_is(mailing, who))
    return connection.scalar(query) or ""


def _arrived_between(
    connection: Connection, who: int, last: int | None, mailing: int | None
) -> bool:
    """Whether a mailing between two that came back was taken and has not come back."""
    if last is None or mailing is None:
        return False
    between = select(mailings.c.id).where(mailings.c.id > last, mailings.c.id < mailing)
    arrived = exists().where(
        # By mailing: that is how the ledger is ordered.
        deliveries.c.mailing_id.in_(between),
        deliveries.c.subscriber_id == who,
        deliveries.c.state == "sent",
        deliveries.c.bounced == "",
    )
    return bool(connection.scalar(select(arrived)))


def _has_read_since(connection: Connection, who: Subscriber, mailing: int | None) -> bool:
    """Whether the person has confirmed something since: a bounce from before says nothing then."""
    confirmed = max((s.confirmed for s in who.subscriptions if s.confirmed), default=None)
    opened = connection.scalar(select(mailings.c.opened).where(mailings.c.id == mailing))
    return confirmed is not None and opened is not None and confirmed > aware(opened)


def _leave(
    connection: Connection, who: Subscriber, entry: Entry, mailing: int | None, now: dt.datetime
) -> str:
    """End the subscription that a mail was of; the bulletin, where there was something to end."""
    named = connection.scalar(select(mailings.c.bulletin).where(mailings.c.id == mailing))
    tag = entry.tag if entry.tag is not None else bulletin_tag(named or "")
    for each in who.subscriptions:
        if bulletin_tag(each.bulletin) == tag and each.state != "ended":
            connection.execute(
                update(subscriptions)
                .where(rows.subscription_is(who.id, each.bulletin))
                .values(state="ended", changed=utc(now), ended_by=entry.ended_by)
            )
            return each.bulletin
    return ""


def _mark(connection: Connection, entry: Entry, mailing: int | None) -> None:
    """Write beside the delivery that it came back."""
    mark = _BOUNCED.get(entry.decision)
    if mark is None or mailing is None or entry.subscriber is None:
        return
    better = _WORSE[: _WORSE.index(mark)]
    connection.execute(
        update(deliveries)
        .where(_delivery_is(mailing, entry.subscriber), deliveries.c.bounced.in_(better))
        .values(bounced=mark)
    )


def _newest_mailing(connection: Connection, entry: Entry) -> int | None:
    """The newest mailing, of the bulletin if that is known, which the person was sent."""
    if entry.subscriber is None:
        return None
    sent = and_(
        deliveries.c.mailing_id == mailings.c.id,
        deliveries.c.subscriber_id == entry.subscriber,
        deliveries.c.state == "sent",
    )
    found = connection.execute(
        select(mailings.c.id, mailings.c.bulletin)
        .join(deliveries, sent)
        .order_by(mailings.c.id.desc())
        .limit(_LATEST)
    )
    fits = (row[0] for row in found if entry.tag in (None, bulletin_tag(row[1])))
    return next(fits, None)


def _delivery_is(mailing: int, who: int) -> ColumnElement[bool]:
    return and_(deliveries.c.mailing_id == mailing, deliveries.c.subscriber_id == who)

"""Mailings in the database: opening one, and what an operator does with it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    Engine,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from publisher.deliver.ledger import Mailing
from publisher.errors import UsageError
from publisher.storage.database import aware, reading, utc, writing
from publisher.storage.mailing_opening import (
    NO_CANARY,
    Canary,
    expire,
    freeze_recipients,
    make_slices,
    skip_unknown_editions,
)
from publisher.storage.mailing_rows import (
    OPEN,
    count_states,
    finish_if_done,
    mailing_of,
    to_mailing,
)
from publisher.storage.tables import (
    deliveries,
    mailings,
    messages,
    slices,
    subscribers,
)

_KEPT = ("failed", "uncertain")
"""Deliveries whose rows are kept when a mailing is folded into counts."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as an operator sees it."""

    subscriber: int
    address: str
    edition: str
    state: str
    attempts: int
    reply: str
    changed: dt.datetime
    bounced: str


class Mailings:
    """The mailings of an installation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # Opening -----------------------------------------------------------------------------------

    def open(
        self,
        bulletin: str,
        issue: str,
        compiled: Mapping[str, bytes],
        now: dt.datetime,
        canary: Canary = NO_CANARY,
    ) -> Mailing:
        """Open the mailing of an issue: freeze its recipients, each in their edition, and messages.

        All in one transaction; a second time gives back the one there is.  What is still deferred
        of earlier issues of the bulletin ends here: who has not got yesterday's news by now gets
        today's.
        """
        with writing(self._engine, f"mailings of {bulletin}") as connection:
            if (known := _find(connection, bulletin, issue)) is not None:
                return known
            added = connection.execute(
                insert(mailings).values(
                    bulletin=bulletin, issue=issue, state="open", reason="", pauses=0,
                    opened=utc(now), recipients=0, released=0, folded="",
                )
            )  # fmt: skip
            mailing = int(added.inserted_primary_key[0])  # type: ignore[index]
            for edition, message in compiled.items():
                connection.execute(
                    insert(messages).values(mailing_id=mailing, edition=edition, compiled=message)
                )
            freeze_recipients(connection, mailing, bulletin, canary, now)
            skip_unknown_editions(connection, mailing, compiled, now)
            make_slices(connection, mailing, is_canary=bool(canary))
            # Last, for it holds up senders of earlier issues.
            expire(connection, bulletin, mailing, now)
            finish_if_done(connection, mailing, now)
            return mailing_of(connection, mailing)

    # Reading -----------------------------------------------------------------------------------

    def find(self, bulletin: str, issue: str) -> Mailing | None:
        """The mailing of an issue, if it was opened."""
        with reading(self._engine) as connection:
            return _find(connection, bulletin, issue)

    def get(self, mailing: int) -> Mailing:
        """A mailing by its number; raises UsageError for one that is not there."""
        with reading(self._engine) as connection:
            return mailing_of(connection, mailing)

    def all(self, *, states: Collection[str] = (), limit: int | None = None) -> list[Mailing]:
        """Mailings, the newest first; of certain states where some are named."""
        query = select(mailings).order_by(mailings.c.id.desc()).limit(limit)
        if states:
            query = query.where(mailings.c.state.in_(tuple(states)))
        with reading(self._engine) as connection:
            return [to_mailing(row) for row in connection.execute(query).mappings()]

    def counts(self, mailing: int) -> dict[str, int]:
        """How many deliveries are in each state."""
        with reading(self._engine) as connection:
            return count_states(connection, mailing)

    def editions(self, mailing: int) -> list[str]:
        """The editions that a mailing has; none any more where it was folded."""
        query = select(messages.c.edition).where(messages.c.mailing_id == mailing)
        with reading(self._engine) as connection:
            return list(connection.scalars(query.order_by(messages.c.edition)))

    def bounces(self, mailing: int) -> dict[str, int]:
        """How many deliveries came back, by kind: soft, hard, spam."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(deliveries.c.bounced, func.count())
                .where(deliveries.c.mailing_id == mailing, deliveries.c.bounced != "")
                .group_by(deliveries.c.bounced)
            )
            return {row[0]: row[1] for row in rows}

    def deliveries(
        self, mailing: int, states: Collection[str] = (), *, page: int = 1000
    ) -> Iterator[DeliveryRow]:
        """Every delivery of a mailing, by subscriber; a page of them at a time in memory."""
        query = (
            select(deliveries, func.coalesce(subscribers.c.address, "").label("address"))
            .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
            .where(
                deliveries.c.mailing_id == mailing, deliveries.c.subscriber_id > bindparam("last")
            )
            .order_by(deliveries.c.subscriber_id)
            .limit(page)
        )
        if states:
            query = query.where(deliveries.c.state.in_(tuple(states)))
        last = -1
        while True:
            with reading(self._engine) as connection:
                rows = connection.execute(query, {"last": last}).mappings().all()
            for row in rows:
                yield DeliveryRow(
                    row["subscriber_id"], row["address"], row["edition"], row["state"],
                    row["attempts"], row["reply"],
                    aware(dt.datetime.fromtimestamp(row["changed"], dt.UTC)), row["bounced"],
                )  # fmt: skip
            if len(rows) < page:
                return
            last = rows[-1]["subscriber_id"]

    def refused_share(self, mailing: int) -> float | None:
        """The share of the canary that was refused, came back or complained.

        None where all slices are let go already.
        """
        with reading(self._engine) as connection:
            found = mailing_of(connection, mailing)
            every = connection.scalar(
                select(func.count()).select_from(slices).where(slices.c.mailing_id == mailing)
            )
            if found.released >= (every or 0):
                return None
            bad = case(
                (or_(deliveries.c.state == "failed", deliveries.c.bounced != ""), 1), else_=0
            )
            row = connection.execute(
                select(func.count(), func.coalesce(func.sum(bad), 0)).where(
                    deliveries.c.mailing_id == mailing, deliveries.c.slice == 0
                )
            ).one()
            return row[1] / row[0] if row[0] else 0.0

    # What an operator does ---------------------------------------------------------------------

    def pause(self, mailing: int, reason: str) -> Mailing:
        """Stop a mailing until it is resumed; what is in flight is finished."""
        return self._move(mailing, ("open", "sending", "paused"), "paused", reason)

    def resume(self, mailing: int) -> Mailing:
        """Let a paused mailing go on, the slices that wait for its canary among them."""
        with writing(self._engine) as connection:
            mailing_of(connection, mailing, locked=True)
            every = select(func.count()).where(slices.c.mailing_id == mailing).scalar_subquery()
            connection.execute(
                update(mailings)
                .where(mailings.c.id == mailing, mailings.c.state == "paused")
                .values(released=every, waits_until=None)
            )
        return self._move(mailing, ("paused",), "sending", "")

    def resume_waiting(self, now: dt.datetime) -> list[Mailing]:
        """Let the mailings go on whose pause ends by itself; which they are."""
        with writing(self._engine) as connection:
            ended = and_(mailings.c.state == "paused", mailings.c.resumes <= utc(now))
            query = select(mailings).where(ended).order_by(mailings.c.id).with_for_update()
            found = connection.execute(query).mappings().all()
            ids = [row["id"] for row in found]
            connection.execute(
                update(mailings)
                .where(mailings.c.id.in_(ids))
                .values(state="sending", resumes=None, reason="")
            )
            return [to_mailing(row) for row in found]

    def cancel(self, mailing: int, now: dt.datetime) -> Mailing:
        """End a mailing: whoever has not got it does not get it any more."""
        with writing(self._engine) as connection:
            found = mailing_of(connection, mailing, locked=True)
            _refuse_move(found, ("open", "sending", "paused"), "cancelled")
            connection.execute(
                update(deliveries)
                .where(deliveries.c.mailing_id == mailing, OPEN)
                .values(state="skipped", reply="cancelled", changed=int(now.timestamp()))
            )
            connection.execute(
                update(mailings)
                .where(mailings.c.id == mailing)
                .values(state="cancelled", finished=utc(now), reason="", resumes=None)
            )
            return mailing_of(connection, mailing)

    def resend(self, mailing: int, states: Sequence[str], now: dt.datetime) -> int:
        """Open failed or uncertain deliveries again; how many there are.

        It is the only way back, and it is asked for: an uncertain one may arrive twice.
        """
        with writing(self._engine) as connection:
            found = mailing_of(connection, mailing, locked=True)
            if found.state == "cancelled":
                what = f"the mailing of {found} was cancelled"
                raise UsageError(what, "what was cancelled is not sent any more")
            done = connection.execute(
                update(deliveries)
                .where(deliveries.c.mailing_id == mailing, deliveries.c.state.in_(tuple(states)))
                .values(state="queued", attempts=0, due=0, bounced="", reply="",
                        changed=int(now.timestamp()))
            )  # fmt: skip
            if done.rowcount and found.state == "finished":
                connection.execute(
                    update(mailings)
                    .where(mailings.c.id == mailing)
                    .values(state="sending", finished=None, opened=utc(now))
                )
            return done.rowcount

    def fold(self, before: dt.datetime) -> int:
        """Fold the rows of mailings that finished before a time into counts; failures stay.

        The rows of recipients are what grows; how many there were of each state is kept.
        """
        with writing(self._engine) as connection:
            old = connection.execute(
                select(mailings.c.id)
                .where(
                    mailings.c.state.in_(("finished", "cancelled")),
                    mailings.c.finished < utc(before),
                    mailings.c.folded == "",
                )
                .order_by(mailings.c.id)
                .with_for_update()
            ).all()
            return sum(_fold(connection, row[0]) for row in old)

    def replace_messages(self, mailing: int, compiled: Mapping[str, bytes]) -> None:
        """Put other messages in the place of those that are kept; one without another goes.

        Whoever waits for one of those is skipped.
        """
        with writing(self._engine) as connection:
            mailing_of(connection, mailing, locked=True)
            mine = messages.c.mailing_id == mailing
            kept = connection.scalars(select(messages.c.edition).where(mine)).all()
            for edition in kept:
                its = and_(mine, messages.c.edition == edition)
                if edition in compiled:
                    new = update(messages).where(its).values(compiled=compiled[edition])
                    connection.execute(new)
                    continue
                connection.execute(delete(messages).where(its))
                connection.execute(
                    update(deliveries)
                    .where(
                        deliveries.c.mailing_id == mailing, deliveries.c.edition == edition, OPEN
                    )
                    .values(state="skipped", reply="the bulletin has no such edition")
                )

    def _move(self, mailing: int, before: Sequence[str], state: str, reason: str) -> Mailing:
        with writing(self._engine) as connection:
            found = mailing_of(connection, mailing, locked=True)
            _refuse_move(found, before, state)
            connection.execute(
                update(mailings)
                .where(mailings.c.id == mailing)
                .values(state=state, reason=reason, resumes=None)
            )
            return mailing_of(connection, mailing)


def _refuse_move(mailing: Mailing, before: Sequence[str], state: str) -> None:
    if mailing.state not in before:
        raise UsageError(
            f"the mailing of {mailing} is {mailing.state}: it cannot be {state}",
            f"only one that is {' or '.join(before)} can",
        )


def _find(connection: Connection, bulletin: str, issue: str) -> Mailing | None:
    query = select(mailings).where(mailings.c.bulletin == bulletin, mailings.c.issue == issue)
    row = connection.execute(query).mappings().first()
    return to_mailing(row) if row else None


def _fold(connection: Connection, mailing: int) -> int:
    counts = count_states(connection, mailing)
    done = connection.execute(
        delete(deliveries).where(
            deliveries.c.mailing_id == mailing, deliveries.c.state.not_in(_KEPT)
        )
    )
    folded = {state: number for state, number in counts.items() if state not in _KEPT}
    connection.execute(
        update(mailings).where(mailings.c.id == mailing).values(folded=json.dumps(folded))
    )
    connection.execute(delete(messages).where(messages.c.mailing_id == mailing))
    return done.rowcount

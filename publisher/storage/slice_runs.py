"""Who works on which slice, where several machines share a mailing.

A run says that it is alive by `slices.seen`, in seconds of the database's clock.  One that ends in
order sets it to 0; one that was killed or stalled leaves a time that grows old, and another may
claim its slice then.  On SQLite one sender works at a time, which a locked file sees to: there
nothing of this is written, and every slice is free.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    and_,
    cast,
    func,
    or_,
    select,
    update,
)

from publisher.deliver.ledger import Policy, Run
from publisher.storage.copies import is_copy
from publisher.storage.database import reading, writing
from publisher.storage.mailing_rows import OPEN
from publisher.storage.tables import deliveries, mailings, slices

STALE = 15
"""Seconds after its last sign of life when a run counts as dead."""
AT_ONCE = 200
"""Slices that are looked up at a time."""


class SliceRuns:
    """The runs on slices, in a database that several machines share.

    A run is dead `stale` seconds after its last sign of life.
    """

    def __init__(self, engine: Engine, stale: int = STALE) -> None:
        self._engine = engine
        self.stale = stale

    def idle(self, mailing: int, now: dt.datetime) -> list[int]:
        """Slices that wait for a run: let go, with deliveries due or a dead run, and none alive."""
        due = (
            select(deliveries.c.subscriber_id)
            .where(
                deliveries.c.mailing_id == slices.c.mailing_id,
                deliveries.c.slice == slices.c.number,
                OPEN,
                deliveries.c.due <= int(now.timestamp()),
            )
            .limit(1)
            .exists()
        )
        query = (
            select(slices.c.number)
            .join(mailings, mailings.c.id == slices.c.mailing_id)
            .where(
                slices.c.mailing_id == mailing,
                slices.c.number < mailings.c.released,
                ~self._alive(),
                or_(slices.c.seen > 0, due),
            )
            .order_by(slices.c.number)
            .limit(AT_ONCE)
        )
        with reading(self._engine) as connection:
            if is_copy(connection):
                return []
            return [row[0] for row in connection.execute(query)]

    def left(self, mailing: int) -> list[int]:
        """Slices whose run has died."""
        query = select(slices.c.number).where(
            slices.c.mailing_id == mailing, slices.c.seen > 0, ~self._alive()
        )
        with reading(self._engine) as connection:
            return [row[0] for row in connection.execute(query.order_by(slices.c.number))]

    def alive(self, mailing: int) -> int:
        """How many runs are at work on a mailing."""
        with reading(self._engine) as connection:
            return self._count(connection, mailing)

    def claim(self, connection: Connection, mailing: int, slice_: int) -> tuple[int, bool] | None:
        """Take the next attempt at a slice in a transaction; None where a run is at it.

        Gives back its number, and whether the run before has died.
        """
        if is_copy(connection):
            return None
        this = and_(slices.c.mailing_id == mailing, slices.c.number == slice_)
        seen = connection.scalar(
            select(slices.c.seen).where(this, ~self._alive()).with_for_update()
        )
        if seen is None:
            return None
        attempt: int = connection.execute(
            update(slices)
            .where(this)
            .values(attempt=slices.c.attempt + 1, seen=_moment())
            .returning(slices.c.attempt)
        ).scalar_one()
        return attempt, seen > 0

    def beat(self, run: Run) -> int:
        """Give a sign of life; how many runs are at work on the mailing, this one among them."""
        with writing(self._engine) as connection:
            connection.execute(update(slices).where(_is(run)).values(seen=_moment()))
            return max(1, self._count(connection, run.mailing))

    def leave(self, run: Run) -> None:
        """End a run in order: all that it began is written down."""
        with writing(self._engine) as connection:
            connection.execute(update(slices).where(_is(run)).values(seen=0))

    def mark_left(self) -> None:
        """Find what senders left that knew nothing of signs of life: an imported database."""
        under_way = (
            select(deliveries.c.mailing_id, deliveries.c.slice)
            .join(mailings, mailings.c.id == deliveries.c.mailing_id)
            .where(
                deliveries.c.state == "sending",
                mailings.c.state.in_(("open", "sending", "paused", "cancelled")),
            )
            .distinct()
            .subquery()
        )
        with writing(self._engine) as connection:
            connection.execute(
                update(slices)
                .where(
                    slices.c.mailing_id == under_way.c.mailing_id,
                    slices.c.number == under_way.c.slice,
                    slices.c.seen == 0,
                )
                .values(seen=1)
            )

    def _count(self, connection: Connection, mailing: int) -> int:
        query = select(func.count()).select_from(slices)
        return connection.scalar(query.where(slices.c.mailing_id == mailing, self._alive())) or 0

    def _alive(self) -> ColumnElement[bool]:
        # Nobody could give a sign while the server was away: who was alive before has time to.
        begun = cast(func.extract("epoch", func.pg_postmaster_start_time()), BigInteger)
        seen: ColumnElement[Any] = func.greatest(slices.c.seen, begun)
        return and_(slices.c.seen > 0, seen > _moment() - self.stale)


def begin(connection: Connection, mailing: int) -> None:
    """A mailing that somebody works on is being sent."""
    connection.execute(
        update(mailings)
        .where(mailings.c.id == mailing, mailings.c.state == "open")
        .values(state="sending")
    )


def give_up(
    connection: Connection, mailing: int, slice_: int, policy: Policy, now: dt.datetime
) -> None:
    """What the run before left `sending` is uncertain; or deferred, where it is sent again."""
    ours = and_(deliveries.c.mailing_id == mailing, deliveries.c.slice == slice_)
    left = ["sending", "uncertain"] if policy == "resend" else ["sending"]
    becomes = "deferred" if policy == "resend" else "uncertain"
    connection.execute(
        update(deliveries)
        .where(ours, deliveries.c.state.in_(left))
        .values(
            state=becomes, due=0, changed=int(now.timestamp()),
            reply="the sender stopped before an answer was recorded",
        )
    )  # fmt: skip


def _moment() -> ColumnElement[int]:
    """Now, by the clock of the database."""
    return cast(func.extract("epoch", func.clock_timestamp()), BigInteger)


def _is(run: Run) -> ColumnElement[bool]:
    return and_(
        slices.c.mailing_id == run.mailing,
        slices.c.number == run.slice,
        slices.c.attempt == run.attempt,
    )

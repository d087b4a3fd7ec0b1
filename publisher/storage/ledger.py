"""The ledger in a database: one row per (issue, subscriber), and what happens to it.

A sender holds a slice by its attempt number.  Every transaction of it looks at that number
first, so that one which was stalled and wakes up late changes nothing any more, but that it may
still say of a delivery it had marked that it was accepted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import (
    Connection,
    Engine,
    and_,
    func,
    select,
    update,
)
from sqlalchemy.engine.interfaces import DBAPICursor

from publisher.deliver.ledger import Mailing, Policy, Run, TakenOver, Turn
from publisher.deliver.plan import Outcome
from publisher.storage.database import reading, refused, utc, writing
from publisher.storage.ledger_turn import TurnStatements
from publisher.storage.mailing_rows import OPEN, finish_if_done, mailing_of
from publisher.storage.tables import (
    deliveries,
    mailings,
    messages,
    slices,
    subscribers,
)

_BUSY = 500
"""Milliseconds; who keeps the ledger tries again by themselves, and looks after the lanes."""
_CHECKPOINT = 4000
"""Pages of 4 KiB: what was written is moved into the database once in some thousand messages."""


class DatabaseLedger:
    """The ledger of an installation, for one sender: it keeps one connection for its turns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: Connection | None = None
        self._statements = TurnStatements(engine.dialect)

    def close(self) -> None:
        """Let the connection go; may be called twice."""
        if self._held is not None:
            self._held.close()
            self._held = None

    # What there is to do -----------------------------------------------------------------------

    def get(self, mailing: int) -> Mailing:
        """A mailing as it is now."""
        with reading(self._engine) as connection:
            return mailing_of(connection, mailing)

    def messages(self, mailing: int) -> Mapping[str, bytes]:
        """The compiled message of each edition."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(messages.c.edition, messages.c.compiled).where(
                    messages.c.mailing_id == mailing
                )
            )
            return {row[0]: row[1] for row in rows}

    def slices(self, mailing: int, now: dt.datetime) -> list[int]:
        """The released slices that have deliveries which are due.

        Where there are none, those in which a sender that was killed has left some `sending`.
        """
        let_go = (
            select(slices.c.number)
            .join(mailings, mailings.c.id == slices.c.mailing_id)
            .where(slices.c.mailing_id == mailing, slices.c.number < mailings.c.released)
            .order_by(slices.c.number)
        )
        with reading(self._engine) as connection:
            numbers = [row[0] for row in connection.execute(let_go)]
            found = [each for each in numbers if _has_due(connection, mailing, each, now)]
            return found or _left(connection, mailing)

    def left(self, mailing: int) -> list[int]:
        """The slices in which a sender that was killed has left deliveries `sending`."""
        with reading(self._engine) as connection:
            return _left(connection, mailing)

    def due(self, run: Run, after: int, now: dt.datetime, limit: int) -> list[tuple[int, str]]:
        """Deliveries of the slice that are due: (subscriber, domain), by subscriber, past one."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(deliveries.c.subscriber_id, func.coalesce(subscribers.c.domain, ""))
                .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
                .where(
                    deliveries.c.mailing_id == run.mailing,
                    deliveries.c.slice == run.slice,
                    deliveries.c.subscriber_id > after,
                    OPEN,
                    deliveries.c.due <= int(now.timestamp()),
                )
                .order_by(deliveries.c.subscriber_id)
                .limit(limit)
            )
            return [(row[0], row[1]) for row in rows]

    # Working on a slice ------------------------------------------------------------------------

    def take(self, mailing: int, slice_: int, policy: Policy, now: dt.datetime) -> Run:
        """Take the next attempt at a slice; what the one before left `sending` is uncertain."""
        with writing(self._engine) as connection:
            connection.execute(
                update(slices)
                .where(slices.c.mailing_id == mailing, slices.c.number == slice_)
                .values(attempt=slices.c.attempt + 1)
            )
            attempt = connection.scalar(
                select(slices.c.attempt).where(
                    slices.c.mailing_id == mailing, slices.c.number == slice_
                )
            )
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
            connection.execute(
                update(mailings)
                .where(mailings.c.id == mailing, mailings.c.state == "open")
                .values(state="sending")
            )
            assert attempt is not None
            return Run(mailing, slice_, attempt)

    def turn(
        self, run: Run, outcomes: Sequence[Outcome], wanted: Sequence[int], now: dt.datetime
    ) -> Turn:
        """In one transaction: write outcomes down, and mark the wanted deliveries `sending`."""
        with self._turn() as cursor:
            attempt, state, bulletin = self._statements.hold(cursor, run)
            if attempt == run.attempt:
                self._statements.settle(cursor, run, outcomes, now)
                if state != "sending":
                    return Turn([], False)
                claimed = self._statements.claim(cursor, run, bulletin, wanted, now)
                return Turn(claimed, True)
            self._statements.settle_late(cursor, run, outcomes, now)
        raise TakenOver(f"another sender has taken slice {run.slice} of mailing {run.mailing}")

    def put_back(self, run: Run, outcomes: Sequence[Outcome], now: dt.datetime) -> None:
        """Make failed deliveries open again: it was the relay that failed them all."""
        with self._turn() as cursor:
            self._statements.put_back(cursor, run, outcomes, now)

    def _turn(self) -> AbstractContextManager[DBAPICursor]:
        """A transaction of the connection that is held."""
        if self._held is None or self._held.closed:
            connection = self._engine.connect().execution_options(writes=True)
            if self._engine.dialect.name == "sqlite":
                _tune(connection)
            self._held = connection
        return _Transaction(self._held)

    # The mailing as a whole --------------------------------------------------------------------

    def pause(
        self, mailing: int, reason: str, now: dt.datetime, resumes: dt.datetime | None
    ) -> None:
        """Pause a mailing; with `resumes` it goes on by itself."""
        with writing(self._engine) as connection:
            connection.execute(
                update(mailings)
                .where(mailings.c.id == mailing, mailings.c.state.in_(("open", "sending")))
                .values(
                    state="paused", reason=reason, pauses=mailings.c.pauses + 1,
                    resumes=utc(resumes) if resumes else None,
                )
            )  # fmt: skip

    def release(self, mailing: int, now: dt.datetime, wait: dt.timedelta) -> None:
        """After the canary slice: wait, then let the other slices go."""
        with writing(self._engine) as connection:
            found = mailing_of(connection, mailing)
            if found.waits_until is None:
                values: dict[str, object] = {"waits_until": utc(now + wait)}
            elif found.waits_until <= now:
                every = select(func.count()).where(slices.c.mailing_id == mailing)
                values = {"released": connection.scalar(every), "waits_until": None}
            else:
                return
            connection.execute(update(mailings).where(mailings.c.id == mailing).values(**values))

    def settle(self, mailing: int, now: dt.datetime) -> Mailing:
        """Finish the mailing if nothing of it is queued, being sent or deferred."""
        with writing(self._engine) as connection:
            finish_if_done(connection, mailing, now)
            return mailing_of(connection, mailing)


class _Transaction(AbstractContextManager[DBAPICursor]):
    """Begins and ends a transaction, with the driver's own cursor; what it refuses is said.

    One that fails leaves the connection usable.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._begun = connection.begin()

    def __enter__(self) -> DBAPICursor:
        return self._connection.connection.cursor()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        try:
            if kind is None:
                self._begun.commit()
            else:
                self._begun.rollback()
        except BaseException:
            # A full disk: whatever became of it, the next transaction has a new connection.
            self._connection.close()
            raise
        if isinstance(error, self._connection.dialect.loaded_dbapi.Error):
            raise refused(error) from error


def _tune(connection: Connection) -> None:
    """A connection of SQLite for many small transactions, each on the disk when it ends."""
    # Past SQLAlchemy, which would begin a transaction for it.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY}")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
    cursor.close()


def _has_due(connection: Connection, mailing: int, number: int, now: dt.datetime) -> bool:
    # One slice at a time, and past a subscriber that nobody is: else SQLite takes the wrong index,
    # and reads a million rows for each slice.
    first = (
        select(deliveries.c.subscriber_id)
        .where(
            deliveries.c.mailing_id == mailing,
            deliveries.c.slice == number,
            deliveries.c.subscriber_id > -1,
            OPEN,
            deliveries.c.due <= int(now.timestamp()),
        )
        .order_by(deliveries.c.subscriber_id)
        .limit(1)
    )
    return connection.scalar(first) is not None


def _left(connection: Connection, mailing: int) -> list[int]:
    rows = connection.execute(
        select(deliveries.c.slice)
        .where(deliveries.c.mailing_id == mailing, deliveries.c.state == "sending")
        .distinct()
        .order_by(deliveries.c.slice)
    )
    return [row[0] for row in rows]

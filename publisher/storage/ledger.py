"""The ledger in a database: one row per (issue, subscriber), and what happens to it.

A sender holds a slice by its attempt number.  Every transaction of it looks at that number
first, so that one which was stalled and wakes up late changes nothing any more, but that it may
still say of a delivery it had marked that it was accepted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import (
    Connection,
    Engine,
    func,
    select,
    update,
)

from publisher.deliver.ledger import Mailing, Policy, Run, TakenOver, Turn
from publisher.deliver.plan import Outcome
from publisher.errors import StepFailed
from publisher.storage.copies import is_copy
from publisher.storage.database import reading, utc, writing
from publisher.storage.ledger_turn import TurnStatements
from publisher.storage.mailing_rows import OPEN, finish_if_done, mailing_of
from publisher.storage.own_connection import OwnConnection
from publisher.storage.slice_runs import SliceRuns, begin, give_up
from publisher.storage.tables import (
    deliveries,
    mailings,
    messages,
    slices,
    subscribers,
)


class DatabaseLedger:
    """The ledger of an installation, for one sender: it keeps one connection for its turns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._own = OwnConnection(engine)
        # Whom turns have marked that failed: of those nobody was begun with.
        self._doubtful: set[int] = set()
        self._statements = TurnStatements(engine.dialect)
        self.runs = SliceRuns(engine) if engine.dialect.name == "postgresql" else None

    @property
    def is_shared(self) -> bool:
        """Whether other machines may work on the same mailings."""
        return self.runs is not None

    def close(self) -> None:
        """Let the connection go; may be called twice."""
        self._own.close()

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
        None in a copy of an installation (`publisher.storage.copies`).
        """
        let_go = (
            select(slices.c.number)
            .join(mailings, mailings.c.id == slices.c.mailing_id)
            .where(slices.c.mailing_id == mailing, slices.c.number < mailings.c.released)
            .order_by(slices.c.number)
        )
        with reading(self._engine) as connection:
            if is_copy(connection):
                return []
            numbers = [row[0] for row in connection.execute(let_go)]
            found = [each for each in numbers if _has_due(connection, mailing, each, now)]
            return found or _left(connection, mailing)

    def left(self, mailing: int) -> list[int]:
        """The slices in which a sender that was killed has left deliveries `sending`."""
        with reading(self._engine) as connection:
            return _left(connection, mailing)

    def dead(self, mailing: int) -> list[int]:
        """The same where nobody else can be at work; else the slices whose run has died."""
        return self.runs.left(mailing) if self.runs else self.left(mailing)

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
            begin(connection, mailing)
            give_up(connection, mailing, slice_, policy, now)
            assert attempt is not None
            return Run(mailing, slice_, attempt)

    def idle(self, mailing: int, now: dt.datetime) -> list[int]:
        """The slices that have something to do and nobody at it; on SQLite nobody else ever is."""
        return self.runs.idle(mailing, now) if self.runs else self.slices(mailing, now)

    def has_open(self, mailing: int) -> bool:
        """Whether anything of a mailing is queued or deferred, due or not."""
        first = select(deliveries.c.subscriber_id).where(deliveries.c.mailing_id == mailing, OPEN)
        with reading(self._engine) as connection:
            return connection.scalar(first.limit(1)) is not None

    def claim(self, mailing: int, slice_: int, policy: Policy, now: dt.datetime) -> Run | None:
        """Take a slice unless a run is alive on it: then None."""
        if self.runs is None:
            return self.take(mailing, slice_, policy, now)
        with writing(self._engine) as connection:
            claimed = self.runs.claim(connection, mailing, slice_)
            if claimed is None:
                return None
            attempt, is_left = claimed
            begin(connection, mailing)
            # One that has ended in order left nothing, and its rows need not be looked at.
            if is_left or policy == "resend":
                give_up(connection, mailing, slice_, policy, now)
            return Run(mailing, slice_, attempt)

    def alive(self, mailing: int) -> int:
        """How many runs of others are at work on a mailing."""
        return self.runs.alive(mailing) if self.runs else 0

    def beat(self, run: Run) -> int:
        """Give a sign of life of a run; how many are at work on the mailing."""
        return self.runs.beat(run) if self.runs else 1

    def leave(self, run: Run) -> None:
        """A run has ended in order."""
        if self.runs:
            self.runs.leave(run)

    def turn(
        self, run: Run, outcomes: Sequence[Outcome], wanted: Sequence[int], now: dt.datetime
    ) -> Turn:
        """In one transaction: write outcomes down, and mark the wanted deliveries `sending`.

        After a failure it may be called again with the same: what the turn had marked, if it was
        written after all and only the answer of the database was lost, is marked once more.
        """
        try:
            turn = self._turn(run, outcomes, wanted, now)
        except StepFailed:
            self._doubtful.update(wanted)
            raise
        self._doubtful.clear()
        return turn

    def _turn(
        self, run: Run, outcomes: Sequence[Outcome], wanted: Sequence[int], now: dt.datetime
    ) -> Turn:
        with self._own.transaction() as cursor:
            attempt, state, bulletin = self._statements.hold(cursor, run)
            if attempt == run.attempt:
                self._statements.settle(cursor, run, outcomes, now)
                if state != "sending":
                    return Turn([], False)
                if self._doubtful:
                    again = [each for each in wanted if each in self._doubtful]
                    self._statements.unclaim(cursor, run, again)
                claimed = self._statements.claim(cursor, run, bulletin, wanted, now)
                return Turn(claimed, True)
            self._statements.settle_late(cursor, run, outcomes, now)
        raise TakenOver(f"another sender has taken slice {run.slice} of mailing {run.mailing}")

    def put_back(self, run: Run, outcomes: Sequence[Outcome], now: dt.datetime) -> None:
        """Make failed deliveries open again: it was the relay that failed them all.

        The mailing goes on, also where another sender has called it finished meanwhile.
        """
        with self._own.transaction() as cursor:
            self._statements.put_back(cursor, run, outcomes, now)

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
            found = mailing_of(connection, mailing, locked=True)
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

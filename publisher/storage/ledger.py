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
    bindparam,
    exists,
    func,
    select,
    update,
)

from publisher.deliver.ledger import Addressed, Mailing, Policy, Run, TakenOver, Turn
from publisher.deliver.plan import Outcome
from publisher.storage.database import reading, utc, writing
from publisher.storage.mailing_rows import OPEN, finish_if_done, mailing_of
from publisher.storage.tables import (
    deliveries,
    mailings,
    messages,
    slices,
    subscribers,
    subscriptions,
)

_IS = and_(
    deliveries.c.mailing_id == bindparam("of_mailing"),
    deliveries.c.subscriber_id == bindparam("of_subscriber"),
)
_SETTLED = (
    update(deliveries)
    .where(_IS, deliveries.c.state == "sending")
    .values(
        state=bindparam("new_state"), reply=bindparam("new_reply"), due=bindparam("new_due"),
        changed=bindparam("new_changed"),
        attempts=deliveries.c.attempts - bindparam("uncounted"),
    )
)  # fmt: skip
# Put back after the relay failed them all.
_PUT_BACK = (
    update(deliveries)
    .where(_IS, deliveries.c.state == "failed")
    .values(state="deferred", due=bindparam("new_due"), changed=bindparam("new_changed"))
)
_LATE = (
    update(deliveries)
    .where(_IS, deliveries.c.state == "uncertain")
    .values(state="sent", reply=bindparam("new_reply"), changed=bindparam("new_changed"))
)
_CLAIM = (
    update(deliveries)
    .where(_IS)
    .values(
        state=bindparam("new_state"), reply=bindparam("new_reply"),
        changed=bindparam("new_changed"),
        attempts=deliveries.c.attempts + bindparam("counted"),
    )
)  # fmt: skip
_HOLD = (
    select(slices.c.attempt, mailings.c.state)
    .join(mailings, mailings.c.id == slices.c.mailing_id)
    .where(slices.c.mailing_id == bindparam("of_mailing"), slices.c.number == bindparam("of_slice"))
)
# What a delivery looks like at the moment of sending: the person may have gone.
_LOOK = (
    select(
        deliveries.c.subscriber_id, deliveries.c.edition, deliveries.c.attempts,
        subscribers.c.address, subscribers.c.name, subscribers.c.domain, subscribers.c.state,
        subscriptions.c.state.label("subscription"),
    )
    .select_from(deliveries)
    .join(mailings, mailings.c.id == deliveries.c.mailing_id)
    .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
    .outerjoin(
        subscriptions,
        and_(
            subscriptions.c.subscriber_id == deliveries.c.subscriber_id,
            subscriptions.c.bulletin == mailings.c.bulletin,
        ),
    )
    .where(
        deliveries.c.mailing_id == bindparam("of_mailing"),
        deliveries.c.subscriber_id.in_(bindparam("wanted", expanding=True)),
        OPEN,
    )
    .order_by(deliveries.c.subscriber_id)
)  # fmt: skip


class DatabaseLedger:
    """The ledger of an installation, for one sender: it keeps one connection for its turns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: Connection | None = None

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
        has_due = exists().where(
            deliveries.c.mailing_id == mailing,
            deliveries.c.slice == slices.c.number,
            OPEN,
            deliveries.c.due <= int(now.timestamp()),
        )
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(slices.c.number)
                .join(mailings, mailings.c.id == slices.c.mailing_id)
                .where(
                    slices.c.mailing_id == mailing,
                    slices.c.number < mailings.c.released,
                    has_due,
                )
                .order_by(slices.c.number)
            )
            return [row[0] for row in rows] or _left(connection, mailing)

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
        with self._turn() as connection:
            held = connection.execute(
                _HOLD, {"of_mailing": run.mailing, "of_slice": run.slice}
            ).one()
            is_ours, goes_on = held[0] == run.attempt, held[1] == "sending"
            if is_ours:
                _settle(connection, run, outcomes, now)
                claimed = _claim(connection, run, wanted, now) if goes_on and wanted else []
                return Turn(claimed, goes_on)
            _report_late(connection, run, outcomes, now)
        raise TakenOver(f"another sender has taken slice {run.slice} of mailing {run.mailing}")

    def _turn(self) -> AbstractContextManager[Connection]:
        """A transaction of the connection that is held."""
        if self._held is None or self._held.closed:
            self._held = self._engine.connect().execution_options(writes=True)
        return _Transaction(self._held)

    def put_back(self, run: Run, outcomes: Sequence[Outcome], now: dt.datetime) -> None:
        """Make failed deliveries open again: it was the relay that failed them all."""
        if outcomes:
            with writing(self._engine) as connection:
                connection.execute(_PUT_BACK, _values(run.mailing, outcomes, now))

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


class _Transaction(AbstractContextManager[Connection]):
    """Begins and ends a transaction of a connection; one that fails leaves it usable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._begun = connection.begin()

    def __enter__(self) -> Connection:
        return self._connection

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._begun.commit()
            else:
                self._begun.rollback()
        except BaseException:
            # A full disk: whatever became of it, the next transaction has a new connection.
            self._connection.close()
            raise


def _left(connection: Connection, mailing: int) -> list[int]:
    rows = connection.execute(
        select(deliveries.c.slice)
        .where(deliveries.c.mailing_id == mailing, deliveries.c.state == "sending")
        .distinct()
        .order_by(deliveries.c.slice)
    )
    return [row[0] for row in rows]


def _settle(
    connection: Connection, run: Run, outcomes: Sequence[Outcome], now: dt.datetime
) -> None:
    if outcomes:
        connection.execute(_SETTLED, _values(run.mailing, outcomes, now))


def _report_late(
    connection: Connection, run: Run, outcomes: Sequence[Outcome], now: dt.datetime
) -> None:
    accepted = [each for each in outcomes if each.state == "sent"]
    if accepted:
        connection.execute(_LATE, _values(run.mailing, accepted, now))


def _values(mailing: int, outcomes: Sequence[Outcome], now: dt.datetime) -> list[dict[str, object]]:
    changed = int(now.timestamp())
    return [
        {
            "of_mailing": mailing, "of_subscriber": each.subscriber, "new_state": each.state,
            "new_reply": each.reply, "new_due": each.due, "new_changed": changed,
            "uncounted": 0 if each.counts else 1,
        }
        for each in outcomes
    ]  # fmt: skip


def _claim(
    connection: Connection, run: Run, wanted: Sequence[int], now: dt.datetime
) -> list[Addressed]:
    found = connection.execute(_LOOK, {"of_mailing": run.mailing, "wanted": list(wanted)}).all()
    changed, claims, addressed = int(now.timestamp()), [], list[Addressed]()
    for row in found:
        reason = _why_not(row.address, row.state, row.subscription)
        claims.append({
            "of_mailing": run.mailing, "of_subscriber": row.subscriber_id, "new_reply": reason,
            "new_state": "skipped" if reason else "sending", "new_changed": changed,
            "counted": 0 if reason else 1,
        })  # fmt: skip
        if not reason:
            local = row.address.rpartition("@")[0]
            address = f"{local}@{row.domain}"
            addressed.append(
                Addressed(row.subscriber_id, row.edition, address, row.name, row.attempts)
            )
    if claims:
        connection.execute(_CLAIM, claims)
    return addressed


def _why_not(address: str | None, state: str | None, subscription: str | None) -> str:
    """Why somebody who was a recipient when the mailing opened is not mailed now."""
    if address is None:
        return "erased"
    if state != "ok":
        return str(state)
    if subscription != "active":
        return {"paused": "paused", None: "left"}.get(subscription, "left")
    return ""

"""One turn of the ledger: what is written and read for the messages that are under way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Dialect,
    Select,
    Update,
    and_,
    bindparam,
    case,
    null,
    select,
    text,
    update,
)
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.dml import ReturningUpdate

from publisher.deliver.ledger import Addressed, Run
from publisher.deliver.plan import Outcome
from publisher.storage.statements import Row, Statement
from publisher.storage.tables import deliveries, mailings, slices, subscribers, subscriptions

_IS = and_(
    deliveries.c.mailing_id == bindparam("of_mailing"),
    deliveries.c.subscriber_id == bindparam("of_subscriber"),
)
_SETTLE = (
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
# First, and whatever its state: so nobody calls it finished before they are put back.
_REOPEN = (
    update(mailings)
    .where(mailings.c.id == bindparam("of_mailing"))
    .values(
        state=case((mailings.c.state == "finished", "sending"), else_=mailings.c.state),
        finished=case((mailings.c.state == "finished", null()), else_=mailings.c.finished),
    )
)
_UNCLAIM = (
    update(deliveries)
    .where(_IS, deliveries.c.state == "sending")
    .values(state="queued", attempts=deliveries.c.attempts - 1)
)
_LATE = (
    update(deliveries)
    .where(_IS, deliveries.c.state == "uncertain")
    .values(state="sent", reply=bindparam("new_reply"), changed=bindparam("new_changed"))
)
_SKIP = (
    update(deliveries)
    .where(_IS)
    .values(
        state="skipped", reply=bindparam("new_reply"), changed=bindparam("new_changed"),
    )
)  # fmt: skip
_HOLD = (
    select(slices.c.attempt, mailings.c.state, mailings.c.bulletin)
    .join(mailings, mailings.c.id == slices.c.mailing_id)
    .where(slices.c.mailing_id == bindparam("of_mailing"), slices.c.number == bindparam("of_slice"))
    # Nobody takes the slice before this turn is over; on SQLite the whole database is held.
    .with_for_update(of=slices)
)


# Said so that no database thinks of the index of what is open: each row is read by its key, while
# that index would be read from end to end where nothing is known yet of a mailing's rows.
_STILL_OPEN: Any = text(
    "deliveries.state NOT IN ('sending', 'sent', 'failed', 'skipped', 'uncertain')"
)


def _wanted(size: int) -> list[str]:
    return [f"who_{number}" for number in range(size)]


def _among(size: int) -> tuple[object, object]:
    """That a delivery of the mailing is one of so many."""
    who: list[BindParameter[int]] = [bindparam(name) for name in _wanted(size)]
    return deliveries.c.mailing_id == bindparam("of_mailing"), deliveries.c.subscriber_id.in_(who)


def _look(size: int) -> Select[tuple[object, ...]]:
    """What deliveries look like at the moment of sending: the person may have gone."""
    return (
        select(
            deliveries.c.subscriber_id, deliveries.c.edition, deliveries.c.attempts,
            subscribers.c.address, subscribers.c.name, subscribers.c.domain,
            subscribers.c.state, subscriptions.c.state,
        )
        .select_from(deliveries)
        .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .outerjoin(
            subscriptions,
            and_(
                subscriptions.c.subscriber_id == deliveries.c.subscriber_id,
                subscriptions.c.bulletin == bindparam("of_bulletin"),
            ),
        )
        .where(*_among(size), _STILL_OPEN)  # type: ignore[arg-type]
        .order_by(deliveries.c.subscriber_id)
    )  # fmt: skip


def _claim(size: int) -> Update:
    return (
        update(deliveries)
        .where(*_among(size))  # type: ignore[arg-type]
        .values(
            state="sending", reply="", changed=bindparam("new_changed"),
            attempts=deliveries.c.attempts + 1,
        )
    )  # fmt: skip


def _claim_of_open(size: int) -> ReturningUpdate[tuple[int]]:
    """The same of what is open at this moment, telling which that was."""
    return _claim(size).where(_STILL_OPEN).returning(deliveries.c.subscriber_id)


class TurnStatements:
    """The statements of a turn, for one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._hold, self._settle = Statement(_HOLD, dialect), Statement(_SETTLE, dialect)
        self._put_back, self._late = Statement(_PUT_BACK, dialect), Statement(_LATE, dialect)
        self._unclaim = Statement(_UNCLAIM, dialect)
        self._skip, self._reopen = Statement(_SKIP, dialect), Statement(_REOPEN, dialect)
        # Where others write meanwhile, what was looked at may be another's when it is marked.
        self._shares = dialect.name == "postgresql"
        # Looking and claiming, by the number of deliveries.
        self._sized: dict[int, tuple[Statement, Statement]] = {}

    def hold(self, cursor: DBAPICursor, run: Run) -> Row:
        """The newest attempt at the slice, the state of the mailing, and its bulletin."""
        (row,) = self._hold.rows(cursor, {"of_mailing": run.mailing, "of_slice": run.slice})
        return row

    def settle(
        self, cursor: DBAPICursor, run: Run, outcomes: Sequence[Outcome], now: dt.datetime
    ) -> None:
        """What has come of deliveries that were `sending`."""
        if outcomes:
            self._settle.run(cursor, *_values(run, outcomes, now))

    def settle_late(
        self, cursor: DBAPICursor, run: Run, outcomes: Sequence[Outcome], now: dt.datetime
    ) -> None:
        """Those that were accepted, though they are called uncertain meanwhile."""
        if accepted := [each for each in outcomes if each.state == "sent"]:
            self._late.run(cursor, *_values(run, accepted, now))

    def put_back(
        self, cursor: DBAPICursor, run: Run, outcomes: Sequence[Outcome], now: dt.datetime
    ) -> None:
        """Make failed deliveries open again."""
        if outcomes:
            self._reopen.run(cursor, {"of_mailing": run.mailing})
            self._put_back.run(cursor, *_values(run, outcomes, now))

    def unclaim(self, cursor: DBAPICursor, run: Run, who: Sequence[int]) -> None:
        """Nobody was begun with of those that a turn has marked whose end was not heard of."""
        if who:
            rows = [{"of_mailing": run.mailing, "of_subscriber": each} for each in who]
            self._unclaim.run(cursor, *rows)

    def claim(
        self, cursor: DBAPICursor, run: Run, bulletin: str, wanted: Sequence[int],
        now: dt.datetime,
    ) -> list[Addressed]:  # fmt: skip
        """Mark deliveries `sending`, or skipped where the person has gone."""
        if not wanted:
            return []
        look, _ = self._of_size(len(wanted))
        values = {"of_mailing": run.mailing, "new_changed": int(now.timestamp())}
        named = values | _named(wanted) | {"of_bulletin": bulletin}
        found = {row[0]: (row, _why_not(row)) for row in look.rows(cursor, named)}
        addressed = [_addressed(row) for row, reason in found.values() if not reason]
        addressed = self._marked(cursor, addressed, values)
        if gone := [(who, reason) for who, (_, reason) in found.items() if reason]:
            rows = [values | {"of_subscriber": who, "new_reply": reason} for who, reason in gone]
            self._skip.run(cursor, *rows)
        return addressed

    def _marked(
        self, cursor: DBAPICursor, addressed: list[Addressed], values: Mapping[str, object]
    ) -> list[Addressed]:
        """Mark deliveries `sending`, and give back those that are now."""
        if not addressed:
            return []
        some = [each.subscriber for each in addressed]
        _, claim = self._of_size(len(some))
        if not self._shares:
            claim.run(cursor, {**values, **_named(some)})
            return addressed
        taken = {row[0] for row in claim.rows(cursor, {**values, **_named(some)})}
        return [each for each in addressed if each.subscriber in taken]

    def _of_size(self, number: int) -> tuple[Statement, Statement]:
        size = _size(number)
        if size not in self._sized:
            claim = _claim_of_open(size) if self._shares else _claim(size)
            made = Statement(_look(size), self._dialect), Statement(claim, self._dialect)
            self._sized[size] = made
        return self._sized[size]


def _size(number: int) -> int:
    """A power of two, so that there are few statements; the last delivery fills the rest."""
    return 1 << (number - 1).bit_length()


def _named(wanted: Sequence[int]) -> dict[str, object]:
    size = _size(len(wanted))
    full = [*wanted, *[wanted[-1]] * (size - len(wanted))]
    return dict(zip(_wanted(size), full, strict=True))


def _values(run: Run, outcomes: Sequence[Outcome], now: dt.datetime) -> list[Mapping[str, object]]:
    changed = int(now.timestamp())
    return [
        {
            "of_mailing": run.mailing, "of_subscriber": each.subscriber, "new_state": each.state,
            "new_reply": each.reply, "new_due": each.due, "new_changed": changed,
            "uncounted": 0 if each.counts else 1,
        }
        for each in outcomes
    ]  # fmt: skip


def _addressed(row: Row) -> Addressed:
    who, edition, attempts, address, name, domain, *_ = row
    local = address.rpartition("@")[0]
    return Addressed(who, edition, f"{local}@{domain}", name, attempts)


def _why_not(row: Row) -> str:
    """Why somebody who was a recipient when the mailing opened is not mailed now."""
    address, state, subscription = row[3], row[6], row[7]
    if address is None:
        return "erased"
    if state != "ok":
        return str(state)
    if subscription != "active":
        return "paused" if subscription == "paused" else "left"
    return ""

"""What the database tells of the state of everything, at a price that does not grow with time.

The ledger is read for mailings that are under way and for the newest ones: a million rows take
0.3 s.  Nothing here walks the whole ledger; uncertain deliveries have an index of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, and_, case, func, select, text

from publisher.deliver.ledger import Mailing
from publisher.storage.database import aware, reading, utc
from publisher.storage.issues import StepRow
from publisher.storage.mailing_rows import count_states, to_mailing
from publisher.storage.tables import (
    calls,
    deliveries,
    issue_steps,
    mailings,
    notices,
    subscribers,
    subscriptions,
)

RATE = dt.timedelta(minutes=5)
"""Over which the rate of a mailing is taken."""
_UNDER_WAY = ("open", "sending", "paused")
# Word for word the condition of the partial index.
_UNCERTAIN = text("deliveries.state = 'uncertain'")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """A mailing's deliveries by state; how many are due, since when; how many left lately."""

    counts: Mapping[str, int]
    due: int = 0
    oldest: dt.datetime | None = None
    lately: int = 0


class Gauges:
    """What there is and what waits, counted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def version(self) -> tuple[str, str]:
        """The kind of the database, and its version."""
        with reading(self._engine) as connection:
            info = connection.dialect.server_version_info or ()
        return self._engine.dialect.name, ".".join(map(str, info))

    def newest_issues(self, limit: int) -> list[StepRow]:
        """The issues with the latest slots, the newest first."""
        query = (
            select(issue_steps)
            .order_by(issue_steps.c.slot.desc(), issue_steps.c.bulletin)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [
                StepRow(each.bulletin, each.issue, each.step, aware(each.slot), each.reason)
                for each in connection.execute(query)
            ]

    def steps(self) -> dict[str, int]:
        """How many issues are at each step."""
        query = select(issue_steps.c.step, func.count()).group_by(issue_steps.c.step)
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    # Mailings ----------------------------------------------------------------------------------

    def mailing_states(self) -> dict[str, int]:
        """How many mailings are in each state."""
        query = select(mailings.c.state, func.count()).group_by(mailings.c.state)
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def mailings(self, limit: int, now: dt.datetime) -> list[tuple[Mailing, Progress]]:
        """Those that are under way, and the newest ones; the newest first."""
        query = select(mailings).order_by(mailings.c.id.desc())
        with reading(self._engine) as connection:
            newest = connection.execute(query.limit(limit)).mappings().all()
            under_way = connection.execute(query.where(mailings.c.state.in_(_UNDER_WAY)))
            found = {row["id"]: to_mailing(row) for row in (*newest, *under_way.mappings())}
        return [(each, self._progress(each, now)) for _, each in sorted(found.items())[::-1]]

    def _progress(self, mailing: Mailing, now: dt.datetime) -> Progress:
        if mailing.state not in _UNDER_WAY:
            with reading(self._engine) as connection:
                return Progress(count_states(connection, mailing.id))
        moment, lately = int(now.timestamp()), int((now - RATE).timestamp())
        of, is_sendable = deliveries.c, mailing.state != "paused"
        is_due = and_(
            of.state.in_(("queued", "deferred")), of.slice < mailing.released, of.due <= moment
        )
        query = (
            select(
                of.state,
                func.count().label("all"),
                func.sum(case((is_due, 1), else_=0)).label("due"),
                func.min(case((is_due, of.due))).label("oldest"),
                func.sum(case((of.changed >= lately, 1), else_=0)).label("lately"),
            )
            .where(of.mailing_id == mailing.id)
            .group_by(of.state)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        due = sum(row.due for row in rows) if is_sendable else 0
        # What was never tried has no time of its own: it is due since the mailing was opened.
        ages = [row.oldest for row in rows if row.oldest is not None]
        oldest = dt.datetime.fromtimestamp(min(ages), dt.UTC) if due and ages else None
        return Progress(
            {row.state: row.all for row in rows}, due,
            max(oldest, mailing.opened) if oldest else None,
            sum(row.lately for row in rows if row.state == "sent"),
        )  # fmt: skip

    def uncertain(self) -> int:
        """Deliveries of which nobody knows whether they arrived, of all mailings."""
        query = select(func.count()).select_from(deliveries).where(_UNCERTAIN)
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0

    # Other queues ------------------------------------------------------------------------------

    def notices(self) -> int:
        """Mails to one person that are to be sent."""
        query = select(func.count()).select_from(notices).where(notices.c.state == "queued")
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0

    def calls(self, now: dt.datetime) -> tuple[int, int]:
        """Calls to others that are to be made, and those that were given up within a day."""
        is_new = (calls.c.state == "failed") & (calls.c.changed >= utc(now - _DAY))
        with reading(self._engine) as connection:
            queued, failed = (
                connection.scalar(select(func.count()).select_from(calls).where(each)) or 0
                for each in (calls.c.state == "queued", is_new)
            )
        return queued, failed

    # People ------------------------------------------------------------------------------------

    def subscribers(self) -> dict[str, int]:
        """How many subscribers are in each state."""
        query = select(subscribers.c.state, func.count()).group_by(subscribers.c.state)
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def subscriptions(self) -> dict[tuple[str, str, str], int]:
        """How many subscriptions there are by bulletin, edition and state."""
        of = subscriptions.c
        keys = (of.bulletin, of.edition, of.state)
        with reading(self._engine) as connection:
            rows = connection.execute(select(*keys, func.count()).group_by(*keys))
            return {(row[0], row[1], row[2]): row[3] for row in rows}

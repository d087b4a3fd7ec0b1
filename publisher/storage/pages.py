"""Lists of everything a page at a time, for those who ask from outside.

A page begins after the last one's end (keyset): what comes and goes meanwhile moves nothing else
from one page to another, and the thousandth page costs what the first one does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Engine, and_, func, or_, select

from publisher.deliver.ledger import Mailing
from publisher.storage import subscriber_rows
from publisher.storage.database import aware, reading
from publisher.storage.issues import StepRow
from publisher.storage.mailing_rows import to_mailing
from publisher.storage.mailings import DeliveryRow
from publisher.storage.tables import deliveries, issue_steps, mailings, subscribers
from publisher.subscribers.subscriber import Subscriber


class Pages:
    """Pages of what is in a database; each has at most `limit` rows."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def subscribers(
        self, after: int, limit: int, *, bulletin: str = "", edition: str = "", state: str = "",
        search: str = "",
    ) -> list[Subscriber]:  # fmt: skip
        """Subscribers by their numbers; `state` is that of an address or of a subscription."""
        query = (
            subscriber_rows.filtered(bulletin, edition, state, search)
            .where(subscribers.c.id > after)
            .order_by(subscribers.c.id)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [each for _, each in subscriber_rows.with_subscriptions(connection, query)]

    def issues(self, bulletin: str, after: str, limit: int) -> list[StepRow]:
        """The issues of a bulletin, the newest slot first; `after` is the name of one."""
        of = issue_steps.c
        query = select(issue_steps).where(of.bulletin == bulletin)
        with reading(self._engine) as connection:
            if after:
                last = connection.scalar(
                    select(of.slot).where(of.bulletin == bulletin, of.issue == after)
                )
                if last is None:
                    return []
                query = query.where(or_(of.slot < last, and_(of.slot == last, of.issue < after)))
            rows = connection.execute(
                query.order_by(of.slot.desc(), of.issue.desc()).limit(limit)
            ).all()
        return [
            StepRow(row.bulletin, row.issue, row.step, aware(row.slot), row.reason, row.attempt)
            for row in rows
        ]

    def mailings(
        self, after: int | None, limit: int, *, bulletin: str = "", state: str = ""
    ) -> list[Mailing]:
        """Mailings, the newest first; `after` is the number of one."""
        query = select(mailings).order_by(mailings.c.id.desc()).limit(limit)
        if after is not None:
            query = query.where(mailings.c.id < after)
        if bulletin:
            query = query.where(mailings.c.bulletin == bulletin)
        if state:
            query = query.where(mailings.c.state == state)
        with reading(self._engine) as connection:
            return [to_mailing(row) for row in connection.execute(query).mappings()]

    def deliveries(
        self, mailing: int, after: int, limit: int, states: Collection[str] = ()
    ) -> list[DeliveryRow]:
        """Deliveries of a mailing by subscriber; `after` is the number of one."""
        of = deliveries.c
        query = (
            select(deliveries, func.coalesce(subscribers.c.address, "").label("address"))
            .outerjoin(subscribers, subscribers.c.id == of.subscriber_id)
            .where(of.mailing_id == mailing, of.subscriber_id > after)
            .order_by(of.subscriber_id)
            .limit(limit)
        )
        if states:
            query = query.where(of.state.in_(tuple(states)))
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [
            DeliveryRow(
                row.subscriber_id, row.address, row.edition, row.state, row.attempts, row.reply,
                dt.datetime.fromtimestamp(row.changed, dt.UTC), row.bounced,
            )
            for row in rows
        ]  # fmt: skip

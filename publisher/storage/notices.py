"""Notices in the database: mails to one person that are no issue, kept until they are sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine, func, insert, select, update

from publisher.storage.copies import is_copy
from publisher.storage.database import aware, reading, utc, writing
from publisher.storage.tables import notices
from publisher.subscribers.addresses import Address

NoticeKind = Literal["confirm", "welcome", "alarm", "test"]
PER_DAY = 5
"""Notices to one address in a day: nobody's mailbox is flooded through our form."""
_DAY = dt.timedelta(days=1)
_GROUP = "notices"
# Longer than a relay may take for the answer to a message (RFC 5321 section 4.5.3.2.6).
_PATIENCE = dt.timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class QueuedNotice:
    """A notice that is to be sent: `recipient` as it goes into the envelope."""

    id: int
    kind: NoticeKind
    recipient: str
    message: bytes
    attempts: int
    created: dt.datetime


class Notices:
    """The notices of an installation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def queue(
        self,
        kind: NoticeKind,
        address: Address,
        message: bytes,
        now: dt.datetime,
        *,
        subscriber: int | None = None,
        most: int = PER_DAY,
    ) -> bool:
        """Queue a notice, unless the address had its share of the day; whether it was queued."""
        with writing(self._engine, _GROUP) as connection:
            today = connection.scalar(
                select(func.count()).where(
                    notices.c.match == address.match,
                    notices.c.kind == kind,
                    notices.c.created > utc(now - _DAY),
                )
            )
            if (today or 0) >= most:
                return False
            connection.execute(
                insert(notices).values(
                    kind=kind, subscriber_id=subscriber, recipient=address.envelope,
                    match=address.match, message=message, state="queued", attempts=0,
                    due=utc(now), created=utc(now), changed=utc(now), reply="",
                )
            )  # fmt: skip
            return True

    def recover(self, now: dt.datetime) -> int:
        """What has been `sending` for long was left by a sender that died: its fate is unknown.

        It stays so: a confirmation that is lost is asked for again, one that comes twice
        confuses.
        """
        with writing(self._engine) as connection:
            done = connection.execute(
                update(notices)
                .where(notices.c.state == "sending", notices.c.changed < utc(now - _PATIENCE))
                .values(state="uncertain", message=None, changed=utc(now))
            )
            return done.rowcount

    def claim(self, now: dt.datetime, limit: int = 20) -> Sequence[QueuedNotice]:
        """Mark what is due `sending`, the oldest first, and give it back; nothing in a copy."""
        with writing(self._engine, _GROUP) as connection:
            if is_copy(connection):
                return []
            rows = connection.execute(
                select(notices)
                .where(notices.c.state == "queued", notices.c.due <= utc(now))
                .order_by(notices.c.due, notices.c.id)
                .limit(limit)
            ).mappings().all()  # fmt: skip
            found = [
                QueuedNotice(
                    row["id"], row["kind"], row["recipient"], row["message"], row["attempts"],
                    aware(row["created"]),
                )
                for row in rows
            ]  # fmt: skip
            connection.execute(
                update(notices)
                .where(notices.c.id.in_([each.id for each in found]))
                .values(state="sending", attempts=notices.c.attempts + 1, changed=utc(now))
            )
            return found

    def settle(
        self,
        notice: int,
        state: Literal["sent", "failed", "uncertain"],
        reply: str,
        now: dt.datetime,
    ) -> None:
        """Write down what became of a notice; its text is dropped."""
        with writing(self._engine) as connection:
            connection.execute(
                update(notices)
                .where(notices.c.id == notice)
                .values(state=state, reply=reply, message=None, changed=utc(now))
            )

    def defer(self, notice: int, reply: str, due: dt.datetime, now: dt.datetime) -> None:
        """Try a notice again later."""
        with writing(self._engine) as connection:
            connection.execute(
                update(notices)
                .where(notices.c.id == notice)
                .values(state="queued", reply=reply, due=utc(due), changed=utc(now))
            )

    def counts(self) -> dict[tuple[str, str], int]:
        """How many notices there are, by (kind, state)."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(notices.c.kind, notices.c.state, func.count())
                .group_by(notices.c.kind, notices.c.state)
            )  # fmt: skip
            return {(row[0], row[1]): row[2] for row in rows}

"""Calls to others in the database: queued once for each event and address, kept as a log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine, RowMapping, delete, func, select, update

from publisher.deliver.calls import Call
from publisher.errors import UsageError
from publisher.storage.copies import is_copy
from publisher.storage.database import aware, reading, utc, writing
from publisher.storage.statements import insert_new
from publisher.storage.tables import calls

KEEP = dt.timedelta(days=90)
"""For so long the rows of calls that are done are kept."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call that is to be made; one with a key that is known is none."""

    key: str
    kind: Literal["webhook", "websub"]
    event: str
    url: str
    body: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as an operator sees it."""

    id: int
    kind: str
    event: str
    url: str
    state: str
    attempts: int
    due: dt.datetime
    created: dt.datetime
    changed: dt.datetime
    reply: str


class Calls:
    """The calls of an installation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # Queueing ----------------------------------------------------------------------------------

    def known(self, keys: Collection[str]) -> set[str]:
        """Those of the keys that were queued already."""
        if not keys:
            return set()
        with reading(self._engine) as connection:
            query = select(calls.c.key).where(calls.c.key.in_(list(keys)))
            return set(connection.scalars(query))

    def queue(self, wanted: Iterable[NewCall], now: dt.datetime) -> int:
        """Queue calls whose keys are new; how many there were."""
        by_key = {each.key: each for each in wanted}
        for key in self.known(by_key):
            del by_key[key]
        if not by_key:
            return 0
        with writing(self._engine) as connection:
            add = insert_new(connection, calls)
            for each in by_key.values():
                row = {
                    "key": each.key, "kind": each.kind, "event": each.event, "url": each.url,
                    "body": each.body, "state": "queued", "attempts": 0, "due": utc(now),
                    "created": utc(now), "changed": utc(now), "reply": "",
                }  # fmt: skip
                connection.execute(add.values(**row).on_conflict_do_nothing(index_elements=["key"]))
        return len(by_key)

    def untried(self, kind: str) -> set[str]:
        """The bodies of the calls of a kind that nobody has begun."""
        query = select(calls.c.body).where(
            calls.c.state == "queued", calls.c.kind == kind, calls.c.attempts == 0
        )
        with reading(self._engine) as connection:
            return set(connection.scalars(query))

    # Making them -------------------------------------------------------------------------------

    def claim(
        self, now: dt.datetime, patience: dt.timedelta, without: Collection[str] = ()
    ) -> Call | None:
        """The call that is due for longest; for `patience` it is nobody else's.

        Calls to the addresses in `without` are left out.  None in a copy of an installation
        (`publisher.storage.copies`): whoever is told would hear of everything twice.
        """
        due = (
            select(calls)
            .where(calls.c.state == "queued", calls.c.due <= utc(now))
            .order_by(calls.c.due, calls.c.id)
            .limit(1)
        )
        if without:
            due = due.where(calls.c.url.not_in(list(without)))
        with reading(self._engine) as connection:
            if connection.execute(due).first() is None:  # nearly always: nothing is locked
                return None
            if is_copy(connection):
                return None
        with writing(self._engine) as connection:
            # SQLite lets nobody else in; PostgreSQL passes over what another has just taken.
            row = connection.execute(due.with_for_update(skip_locked=True)).mappings().first()
            if row is None:
                return None
            connection.execute(
                update(calls)
                .where(calls.c.id == row["id"])
                .values(due=utc(now + patience), attempts=calls.c.attempts + 1, changed=utc(now))
            )
            return Call(
                row["id"], row["key"], row["kind"], row["event"], row["url"], row["body"],
                row["attempts"] + 1, aware(row["created"]),
            )  # fmt: skip

    def settle(
        self, call: Call, state: Literal["sent", "failed"], reply: str, now: dt.datetime
    ) -> None:
        """Write down what became of a call: that it was taken counts however late it is said."""
        done = update(calls).where(calls.c.id == call.id, calls.c.state == "queued")
        if state != "sent":
            done = done.where(calls.c.attempts == call.attempts)
        with writing(self._engine) as connection:
            connection.execute(done.values(state=state, reply=reply, changed=utc(now)))

    def defer(self, call: Call, reply: str, due: dt.datetime, now: dt.datetime) -> None:
        """Try a call again later; where another caller has taken over, that one counts."""
        with writing(self._engine) as connection:
            connection.execute(
                update(calls)
                .where(calls.c.id == call.id, calls.c.state == "queued")
                .where(calls.c.attempts == call.attempts)
                .values(reply=reply, due=utc(due), changed=utc(now))
            )

    # What an operator does ---------------------------------------------------------------------

    def all(self, *, states: Collection[str] = (), limit: int | None = None) -> list[CallRow]:
        """Calls, the newest first; of certain states where some are named."""
        query = select(calls).order_by(calls.c.id.desc()).limit(limit)
        if states:
            query = query.where(calls.c.state.in_(tuple(states)))
        with reading(self._engine) as connection:
            return [_row(each) for each in connection.execute(query).mappings()]

    def counts(self) -> dict[str, int]:
        """How many calls are in each state."""
        query = select(calls.c.state, func.count()).group_by(calls.c.state)
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def again(self, call: int, now: dt.datetime) -> CallRow:
        """Queue a failed call once more; raises UsageError for any other."""
        with writing(self._engine) as connection:
            row = connection.execute(select(calls).where(calls.c.id == call)).mappings().first()
            if row is None or row["state"] != "failed":
                what = f"there is no call {call}" if row is None else f"call {call} did not fail"
                raise UsageError(what, "`publisher calls list --state failed` lists those that did")
            # It has the whole time again: `created` is when somebody asked for it.
            connection.execute(
                update(calls)
                .where(calls.c.id == call)
                .values(state="queued", attempts=0, due=utc(now), created=utc(now),
                        changed=utc(now))
            )  # fmt: skip
            found = connection.execute(select(calls).where(calls.c.id == call)).mappings().one()
            return _row(found)

    def prune(self, now: dt.datetime) -> int:
        """Drop what was done long ago; how many that were."""
        with writing(self._engine) as connection:
            old = calls.c.changed < utc(now - KEEP)
            return connection.execute(
                delete(calls).where(calls.c.state != "queued", old)
            ).rowcount  # fmt: skip


def _row(row: RowMapping) -> CallRow:
    return CallRow(
        row["id"], row["kind"], row["event"], row["url"], row["state"], row["attempts"],
        aware(row["due"]), aware(row["created"]), aware(row["changed"]), row["reply"],
    )  # fmt: skip

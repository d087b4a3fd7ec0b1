"""Answers of the admin API to requests with an idempotency key, kept for a day.

By draft-ietf-httpapi-idempotency-key-header: the same request with the same key gets the first
one's answer; the same key with another request is refused; and so is a second one while the first
is at work.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Engine, and_, delete, insert, select, update

from publisher.storage.database import aware, utc, writing
from publisher.storage.tables import answers

KEPT = dt.timedelta(days=1)
PATIENCE = dt.timedelta(minutes=1)
"""Whoever has not answered after so long has died: the request may be done by another."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of a request with a key.

    `new`: it is to be done now.  `busy`: it is being done.  `other`: the key was used for another
    request.  `known`: it was done, with this status and body.
    """

    state: Literal["new", "busy", "other", "known"]
    status: int = 0
    body: str = ""


class Answers:
    """The answers of an installation, by token and key."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, token: int, key: str, request: str, now: dt.datetime) -> Claim:
        """Ask whether a request, by its hash, is to be done; if so it is ours to do."""
        with writing(self._engine, f"answers {token}") as connection:
            connection.execute(delete(answers).where(answers.c.created < utc(now - KEPT)))
            row = connection.execute(select(answers).where(_is(token, key))).first()
            if row is None:
                connection.execute(
                    insert(answers).values(
                        token_id=token, key=key, request=request, status=0, body="",
                        created=utc(now),
                    )
                )  # fmt: skip
                return Claim("new")
            if row.request != request:
                return Claim("other")
            if row.status:
                return Claim("known", row.status, row.body)
            if aware(row.created) + PATIENCE > now:
                return Claim("busy")
            connection.execute(update(answers).where(_is(token, key)).values(created=utc(now)))
            return Claim("new")

    def keep(self, token: int, key: str, status: int, body: str) -> None:
        """Keep the answer to a claimed request; the first one that is given counts."""
        with writing(self._engine) as connection:
            connection.execute(
                update(answers)
                .where(_is(token, key), answers.c.status == 0)
                .values(status=status, body=body)
            )

    def drop(self, token: int, key: str) -> None:
        """Give a claim back: the request failed, and may be tried again at once."""
        with writing(self._engine) as connection:
            connection.execute(delete(answers).where(_is(token, key), answers.c.status == 0))


def _is(token: int, key: str) -> ColumnElement[bool]:
    return and_(answers.c.token_id == token, answers.c.key == key)

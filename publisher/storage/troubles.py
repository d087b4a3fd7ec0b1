"""What is wrong now and needs a person: kept until it is over, and told once in a while."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update

from publisher.storage.database import aware, reading, utc, writing
from publisher.storage.tables import troubles

AGAIN = dt.timedelta(days=1)
"""After so long what still goes on is told once more."""
_KEY = 120


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that needs a person, and since when."""

    key: str
    subject: str
    lines: tuple[str, ...]
    since: dt.datetime
    seen: dt.datetime


class Troubles:
    """The troubles of an installation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def see(self, key: str, subject: str, lines: Sequence[str], now: dt.datetime) -> bool:
        """Take note of a trouble; whether a person is to be told of it now.

        `key` names what it is about, such as ``pull`` or ``held:daily/2026-04-13``.
        """
        detail, key = "\n".join(lines), key[:_KEY]
        with writing(self._engine, "troubles") as connection:
            known = connection.execute(select(troubles).where(troubles.c.key == key)).first()
            told = None if known is None else known.told
            is_news = told is None or aware(told) + AGAIN <= now
            values: dict[str, object] = {"subject": subject, "detail": detail, "seen": utc(now)}
            if is_news:
                values["told"] = utc(now)
            if known is None:
                connection.execute(insert(troubles).values(key=key, since=utc(now), **values))
            else:
                connection.execute(update(troubles).where(troubles.c.key == key).values(**values))
        return is_news

    def end(self, key: str) -> bool:
        """A trouble is over; whether there was one."""
        with reading(self._engine) as connection:
            found = connection.scalar(select(troubles.c.key).where(troubles.c.key == key[:_KEY]))
        if found is None:  # nearly always: nothing is locked for that
            return False
        with writing(self._engine) as connection:
            connection.execute(delete(troubles).where(troubles.c.key == key[:_KEY]))
        return True

    def all(self, prefix: str = "") -> list[Trouble]:
        """What is wrong now, the oldest first."""
        query = select(troubles).order_by(troubles.c.since, troubles.c.key)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [
            Trouble(
                row.key, row.subject, tuple(row.detail.splitlines()), aware(row.since),
                aware(row.seen),
            )
            for row in rows
            if row.key.startswith(prefix)
        ]  # fmt: skip

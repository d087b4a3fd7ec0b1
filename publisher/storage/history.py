"""How many readers there were: as far as the rows that are left can tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Engine, and_, case, func, not_, select

from publisher.storage.database import reading, utc
from publisher.storage.tables import subscriptions


class History:
    """Looks back over the subscriptions of a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def readers(self, moments: Sequence[dt.datetime]) -> dict[tuple[str, str], list[int]]:
        """How many subscriptions ran at each of some moments, by (bulletin, edition).

        From the day that one was confirmed until it was ended.  Who was forgotten has left no
        row; who came back counts from the last time, and in the edition of today.  The table is
        read once, whatever the number of moments.
        """
        of = subscriptions.c
        columns = [func.sum(case((_runs_at(utc(each)), 1), else_=0)) for each in moments]
        query = (
            select(of.bulletin, of.edition, *columns)
            .where(of.confirmed.is_not(None))
            .group_by(of.bulletin, of.edition)
            .order_by(of.bulletin, of.edition)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return {(row[0], row[1]): [int(each) for each in row[2:]] for row in rows}


def _runs_at(moment: dt.datetime) -> ColumnElement[bool]:
    of = subscriptions.c
    was_ended = and_(of.state == "ended", of.changed <= moment)
    return and_(of.confirmed <= moment, not_(was_ended))

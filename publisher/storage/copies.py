"""A restored installation is a copy: it mails nobody until it is told that it is the only one.

What the original has mailed after the backup is in no ledger of the copy.  So when the copy is
confirmed, what was being mailed is paused for a person to decide, and issues whose slots lie
between the backup and the confirmation are published and not mailed.
"""

from __future__ import annotations

import datetime as dt
import json

from sqlalchemy import Connection, Engine, delete, insert, select, update

from publisher.storage.database import writing
from publisher.storage.facts import Facts
from publisher.storage.tables import facts, mailings, notices

_COPY = "copy"
_QUIET = "copy.quiet"
PAUSED = "restored from a backup: what was sent after it is not known here"


def is_copy(connection: Connection) -> bool:
    """Whether nothing may be mailed from here; looked at by all that hands out work for senders."""
    return connection.scalar(select(facts.c.name).where(facts.c.name == _COPY)) is not None


class Copies:
    """Whether an installation is a copy of another, and since when."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._facts = Facts(engine)

    def mark(self, taken: dt.datetime, now: dt.datetime) -> None:
        """It is a copy from now on, of what was at `taken`."""
        self._facts.set(_COPY, json.dumps({"taken": _text(taken), "restored": _text(now)}))

    def taken(self) -> dt.datetime | None:
        """When the backup was taken; None where this is no unconfirmed copy."""
        found = self._facts.get(_COPY)
        return dt.datetime.fromisoformat(json.loads(found)["taken"]) if found else None

    def confirm(self, now: dt.datetime) -> int:
        """It is the only one, and may mail; how many mailings wait for a decision.

        Notices that were queued are given up: they were sent long ago, or asked for again.
        """
        taken = self.taken()
        if taken is None:
            return 0
        quiet = [*self._quiet(), (_text(taken), _text(now))]
        stamp = now.astimezone(dt.UTC)
        with writing(self._engine) as connection:
            connection.execute(delete(facts).where(facts.c.name.in_((_COPY, _QUIET))))
            connection.execute(insert(facts).values(name=_QUIET, value=json.dumps(quiet)))
            connection.execute(
                update(notices)
                .where(notices.c.state == "queued")
                .values(state="failed", message=None, changed=stamp, reply=PAUSED)
            )
            paused = connection.execute(
                update(mailings)
                .where(mailings.c.state.in_(("open", "sending", "paused")))
                .values(state="paused", reason=PAUSED, resumes=None)
            )
        return int(paused.rowcount)

    def may_have_mailed(self, slot: dt.datetime) -> bool:
        """Whether an issue of that slot may have been mailed by the original."""
        return any(
            dt.datetime.fromisoformat(since) < slot <= dt.datetime.fromisoformat(until)
            for since, until in self._quiet()
        )

    def _quiet(self) -> list[tuple[str, str]]:
        found = self._facts.get(_QUIET)
        return [(since, until) for since, until in json.loads(found)] if found else []


def _text(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()

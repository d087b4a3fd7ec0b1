"""One row per issue: how far its publishing is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, insert, select, update

from publisher.storage.database import aware, reading, writing
from publisher.storage.tables import issue_steps


@dataclass(frozen=True, slots=True)
class StepRow:
    """How far an issue is: its step, why (for skipped, held and not-mailed), which attempt.

    `changed` is when it was last written.
    """

    bulletin: str
    issue: str
    step: str
    slot: dt.datetime
    reason: str = ""
    attempt: int = 1
    changed: dt.datetime | None = field(default=None, compare=False)


# Nothing is left to do for an issue at one of these.
_SETTLED = ("mailed", "not-mailed", "skipped")
# Nothing of it is published at one of these.
_OPEN = ("started", "held", "skipped")


class IssueSteps:
    """The rows, in a database.

    `check` is called before a step is taken; it raises where another machine has taken over.
    """

    def __init__(self, engine: Engine, check: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self.check = check

    def get(self, bulletin: str, issue: str) -> StepRow | None:
        """How far an issue is; None if nothing is known of it."""
        with reading(self._engine) as connection:
            return _find(connection, bulletin, issue)

    def is_settled(self, bulletin: str, issue: str) -> bool:
        """Whether nothing is left to do for an issue."""
        row = self.get(bulletin, issue)
        return row is not None and row.step in _SETTLED

    def unfinished(self) -> list[tuple[str, str, dt.datetime]]:
        """(bulletin, issue, slot) of those that were begun and have steps left, by slot."""
        return [
            (row.bulletin, row.issue, row.slot) for row in self.all() if row.step not in _SETTLED
        ]

    def after(self, bulletin: str, moment: dt.datetime | None) -> list[StepRow]:
        """The rows of a bulletin whose slot is after a moment, or all of them, by slot."""
        query = select(issue_steps).where(issue_steps.c.bulletin == bulletin)
        if moment is not None:
            query = query.where(issue_steps.c.slot > moment.astimezone(dt.UTC))
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(issue_steps.c.slot)).mappings().all()
        return [_row(row) for row in rows]

    def all(self) -> Iterator[StepRow]:
        """Every row, by slot."""
        with reading(self._engine) as connection:
            query = select(issue_steps).order_by(issue_steps.c.slot, issue_steps.c.bulletin)
            rows = connection.execute(query).mappings().all()
        return (_row(row) for row in rows)

    def start(
        self,
        bulletin: str,
        issue: str,
        slot: dt.datetime,
        now: dt.datetime,
        *,
        step: str = "started",
        reason: str = "",
    ) -> StepRow:
        """Begin an issue, at `step`; or begin it once more: with the next attempt number.

        One that is not frozen may have been put off since: it takes the new slot.
        """
        self.check()
        with writing(self._engine, "steps") as connection:
            known = _find(connection, bulletin, issue)
            if known is None:
                row = StepRow(bulletin, issue, step, slot, reason, changed=now)
                connection.execute(
                    insert(issue_steps).values(
                        bulletin=bulletin, issue=issue, step=step, reason=reason, attempt=1,
                        slot=slot.astimezone(dt.UTC), changed=now.astimezone(dt.UTC),
                    )
                )  # fmt: skip
                return row
            attempt, slot = known.attempt + 1, slot if known.step in _OPEN else known.slot
            connection.execute(
                update(issue_steps)
                .where(_is(bulletin, issue))
                .values(
                    attempt=attempt, slot=slot.astimezone(dt.UTC), changed=now.astimezone(dt.UTC)
                )
            )
        return StepRow(bulletin, issue, known.step, slot, known.reason, attempt, now)

    def move(self, row: StepRow, step: str, now: dt.datetime, reason: str = "") -> StepRow | None:
        """Go on to a step; None, and nothing done, where another attempt has taken over."""
        self.check()
        with writing(self._engine) as connection:
            done = connection.execute(
                update(issue_steps)
                .where(_is(row.bulletin, row.issue), issue_steps.c.attempt == row.attempt)
                .values(step=step, reason=reason, changed=now.astimezone(dt.UTC))
            )
        if done.rowcount == 0:
            return None
        return StepRow(row.bulletin, row.issue, step, row.slot, reason, row.attempt, now)


def _find(connection: Connection, bulletin: str, issue: str) -> StepRow | None:
    row = connection.execute(select(issue_steps).where(_is(bulletin, issue))).mappings().first()
    return _row(row) if row else None


def _is(bulletin: str, issue: str) -> ColumnElement[bool]:
    return (issue_steps.c.bulletin == bulletin) & (issue_steps.c.issue == issue)


def _row(row: RowMapping) -> StepRow:
    return StepRow(
        row["bulletin"], row["issue"], row["step"], aware(row["slot"]), row["reason"],
        row["attempt"], aware(row["changed"]),
    )  # fmt: skip

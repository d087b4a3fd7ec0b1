"""Skipping: an operator decides that an issue does not come out, or is not mailed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.storage.issues import IssueSteps, StepRow

# How the reason of an operator's decision begins.  It is never mistaken for that of an issue
# without anything to publish, which begins with a slug and the name of the issue.
_BY_OPERATOR = "skipped by the operator"


def is_skipped(row: StepRow | None) -> bool:
    """Whether an operator has decided that an issue is not published, or not mailed."""
    if row is None or row.step not in ("skipped", "not-mailed"):
        return False
    return row.reason == _BY_OPERATOR or row.reason.startswith(f"{_BY_OPERATOR}: ")


def shortages(
    rows: IssueSteps, bulletin: str, after: dt.datetime | None, until: dt.datetime
) -> list[str]:
    """The issues of a bulletin with ``after < slot < until`` that had too little to come out.

    What an operator skips is no shortage.
    """
    return [
        row.issue
        for row in rows.after(bulletin, after)
        if row.slot < until and row.step == "skipped" and not is_skipped(row)
    ]


def skip(
    rows: IssueSteps,
    issue: tuple[str, str, dt.datetime],
    now: dt.datetime,
    reason: str = "",
    *,
    is_frozen: bool,
    is_mailed: bool = False,
) -> StepRow:
    """Decide that an issue (its bulletin, name and slot) is not published.

    One that is frozen stays published and is not mailed.  Raises UsageError for one that was
    mailed, also where its mailing is open and the row does not say so yet; nothing is done where
    it is not mailed for another reason.
    """
    bulletin, name, slot = issue
    known, step = rows.get(bulletin, name), "not-mailed" if is_frozen else "skipped"
    if is_mailed or (known is not None and known.step == "mailed"):
        raise UsageError(
            f"{bulletin} {name} was mailed already",
            f"`publisher mailings cancel {bulletin} {name}` stops what is not sent yet",
        )
    if known is not None and known.step == "not-mailed" and not is_skipped(known):
        return known
    words = " ".join(reason.split())
    why = f"{_BY_OPERATOR}: {words}" if words else _BY_OPERATOR
    # In one step where nothing is known of it: a frozen issue that says "started" is mailed.
    row = rows.start(bulletin, name, slot, now, step=step, reason=why)
    return rows.move(row, step, now, why) or row


def lift(rows: IssueSteps, bulletin: str, name: str, now: dt.datetime) -> StepRow:
    """Take the decision back, so that the issue comes out when it is due.

    Raises UsageError where there is no such decision, and where the issue was published.
    """
    row = rows.get(bulletin, name)
    if row is None or not is_skipped(row):
        raise UsageError(
            f"{bulletin} {name} is not skipped", "`publisher due` says what is, and what comes"
        )
    if row.step == "not-mailed":
        raise UsageError(
            f"{bulletin} {name} was published without a mail, and that stays so",
            "to mail something of it, publish a one-off issue",
        )
    begun = rows.start(bulletin, name, row.slot, now)
    return rows.move(begun, "started", now) or begun

"""The steps of an issue: frozen → written → live → announced, each of which may be run again.

One row for each issue remembers how far it is; what a step does comes before its row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.desk import Desk
from publisher.errors import NothingToPublish
from publisher.issue.issue import IssueRevision
from publisher.lateness import is_late
from publisher.publishing import Wanted
from publisher.skipping import is_skipped
from publisher.until import UNTIL, Until

if TYPE_CHECKING:  # SQLAlchemy takes a fifth of a second to import, and `check` needs no database
    from publisher.announcing.announcer import Announcer
    from publisher.announcing.shown import Shown
    from publisher.storage.issues import IssueSteps, StepRow

_UNSEEN = "live: "
"""Begins the reason of an issue that is published, held because its page was not seen in time."""


def is_unseen(row: StepRow | None) -> bool:
    """Whether an issue is published and held because its page was not seen."""
    return row is not None and row.step == "held" and row.reason.startswith(_UNSEEN)


@dataclass(frozen=True, slots=True)
class Steps:
    """Takes issues from step to step, and remembers how far each is.

    Others are told by the `announcer`, each time before the step is written down: it tells
    nothing twice.  Of old issues that are published as if they were new nobody is told.
    """

    desk: Desk
    rows: IssueSteps
    now: dt.datetime
    announcer: Announcer
    is_backfill: bool = False

    def freeze(self, wanted: Wanted) -> StepRow:
        """Freeze an issue, unless it is; where its row was lost, it is not mailed any more."""
        bulletin, name = wanted.bulletin, wanted.name
        row, known = self.rows.get(bulletin, name), self.desk.frozen(bulletin, name)
        is_open = row is None or row.step in ("started", "held", "skipped")
        if row is not None and (is_skipped(row) or not is_open or is_unseen(row)):
            return row
        if known is not None and row is None:
            # In one step: a row that says "started" would be mailed by the next run.
            reason = "unknown: it was in the archive, and its steps were lost"
            return self.rows.start(
                bulletin, name, wanted.slot, self.now, step="not-mailed", reason=reason
            )
        started = self.rows.start(bulletin, name, wanted.slot, self.now)
        try:
            if known is None:
                self.desk.freeze(self.desk.prepare(bulletin, name))
        except NothingToPublish as nothing:
            return self.move(started, "skipped", nothing.what)
        if self._is_told(started):
            self.announcer.issue("issue.frozen", self._shown(started), self.now)
        return self.move(started, "frozen")

    def hold(self, wanted: Wanted, why: str) -> None:
        """Remember why an issue cannot come out."""
        row = self.rows.start(wanted.bulletin, wanted.name, wanted.slot, self.now)
        if row.step in ("started", "held"):
            self.announcer.held(wanted.bulletin, wanted.name, why, self.now)
            self.move(row, "held", f"frozen: {why}")

    def advance(self, row: StepRow, until: Until) -> tuple[StepRow, str]:
        """Go on to a step that needs no mailing, and say what is waited for ("": nothing).

        The write is the proof that an issue is live, unless its page is to be seen first.
        """
        goal = UNTIL.index(until)
        if row.step == "frozen" and goal >= UNTIL.index("written"):
            row = self.move(row, "written")
        if goal >= UNTIL.index("live") and (row.step == "written" or is_unseen(row)):
            issue = self._shown(row)
            if why := self.announcer.missing(issue):
                return self._wait(row, issue, why), why
            row = self._tell(
                row, "live", lambda: self.announcer.issue("issue.live", issue, self.now)
            )
        if goal >= UNTIL.index("announced") and row.step == "live":
            issue, library = self._shown(row), self.desk.library
            row = self._tell(
                row, "announced", lambda: self.announcer.ping(library, issue, self.now)
            )
        return row, ""

    def _tell(self, row: StepRow, step: str, tell: Callable[[], None]) -> StepRow:
        if self._is_told(row):
            tell()
        return self.move(row, step)

    def _wait(self, row: StepRow, issue: Shown, why: str) -> StepRow:
        """What becomes of an issue whose page is not there: time passes, and then it is held.

        It is looked for until it is no news any more.
        """
        waited = self.now - (row.changed or self.now)
        if row.step == "written" and waited < self.announcer.check.timeout:
            return row
        if not self.is_backfill and self._is_late(row):
            return self.move(row, "not-mailed", f"late: its page was not seen in time: {why}")
        self.announcer.held(row.bulletin, row.issue, why, self.now, issue)
        self.announcer.unseen(issue, why)
        return self.move(row, "held", f"{_UNSEEN}{why}")

    def move(self, row: StepRow, step: str, reason: str = "") -> StepRow:
        """Write the step down; where another attempt has taken over, that one counts."""
        moved = self.rows.move(row, step, self.now, reason)
        return moved or self.rows.get(row.bulletin, row.issue) or row

    def settle(self) -> None:
        """End the troubles about issues that are not held any more."""
        self.announcer.settle(lambda *issue: not is_unseen(self.rows.get(*issue)))

    def _is_told(self, row: StepRow) -> bool:
        return not (self.is_backfill and self._is_late(row))

    def _is_late(self, row: StepRow) -> bool:
        return is_late(row, self._revision(row).issue.settings, self.now)

    def _revision(self, row: StepRow) -> IssueRevision:
        revision = self.desk.library.published(row.bulletin, row.issue)
        assert revision is not None  # only those that are frozen get here
        return revision

    def _shown(self, row: StepRow) -> Shown:
        from publisher.announcing.shown import shown

        return shown(self.desk.frame.publication, self.desk.library, self._revision(row))

"""Issues: how far they are, skipping one, and letting it come out after all."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Query

from publisher.app import App
from publisher.issue.timing import slot_in
from publisher.storage.issues import StepRow
from publisher.web.api.asking import BulletinName, IssueName, Limit, add, gone, rest
from publisher.web.api.bodies import SLUG, ReasonIn
from publisher.web.api.desk import AdminDesk
from publisher.web.api.models import IssueDetail, IssueOut, IssuePage

_ISSUE = "/issues/{bulletin}/{issue}"


def add_issues(app: FastAPI, desk: AdminDesk) -> None:
    """Add what can be done with issues."""
    on = Issues(desk)
    read, write = "issues:read", "issues:write"
    common: dict[str, Any] = {"tags": ["issues"]}
    add(app, "GET", "/issues", on.page, read, response_model=IssuePage, **common)
    add(app, "GET", _ISSUE, on.get, read, response_model=IssueDetail, **common)
    add(app, "POST", f"{_ISSUE}/skip", on.skip, write, response_model=IssueOut, **common)
    add(app, "POST", f"{_ISSUE}/lift", on.lift, write, response_model=IssueOut, **common)


class Issues:
    """What can be done with issues."""

    def __init__(self, desk: AdminDesk) -> None:
        self._desk = desk

    def page(
        self, bulletin: Annotated[str, Query(pattern=SLUG)], limit: Limit = 100,
        after: Annotated[str | None, Query(max_length=40)] = None,
    ) -> IssuePage:  # fmt: skip
        """List the issues of a bulletin that were begun, the newest first."""
        rows = self._desk.pages.issues(bulletin, after or "", limit)
        items = [IssueOut.of(each) for each in rows]
        return IssuePage(items=items, next=rest(rows, limit, lambda each: each.issue))

    def get(self, bulletin: BulletinName, issue: IssueName) -> IssueDetail:
        """Show how far an issue is."""
        row = self._desk.rows.get(bulletin, issue)
        with self._desk.opened() as app:
            key = app.library.index.issue(bulletin, issue)
            published = app.library.issue(key) if key else None
        if row is None and published is not None:
            # Its row was lost: the archive knows that it is out, and nothing of mail.
            reason = "its row is lost: not known whether it was mailed"
            row = StepRow(bulletin, issue, "announced", published.issue.slot, reason, 0)
        if row is None:
            raise gone(f"issue {bulletin} {issue} that was begun")
        mailing = self._desk.mailings.find(bulletin, issue)
        return IssueDetail(
            **IssueOut.of(row).model_dump(), revision=published.revision if published else None,
            mailing=mailing.id if mailing else None,
        )  # fmt: skip

    def skip(
        self, bulletin: BulletinName, issue: IssueName, body: ReasonIn | None = None
    ) -> IssueOut:
        """Skip an issue: it is not published, or where it is already, not mailed.

        Waits while something is being published.
        """
        with self._desk.opened() as app:
            _refuse_unknown(app, bulletin, issue)
            return IssueOut.of(app.skip(bulletin, issue, body.reason if body else ""))

    def lift(self, bulletin: BulletinName, issue: IssueName) -> IssueOut:
        """Let a skipped issue come out after all."""
        with self._desk.opened() as app:
            _refuse_unknown(app, bulletin, issue)
            return IssueOut.of(app.lift(bulletin, issue))


def _refuse_unknown(app: App, bulletin: str, issue: str) -> None:
    if bulletin not in app.frame.bulletins:
        raise gone(f"bulletin “{bulletin}”")
    if app.rows.get(bulletin, issue) is None:
        try:
            slot_in(app.frame, bulletin, issue)
        except ValueError:
            raise gone(f"issue “{issue}” of {bulletin}") from None

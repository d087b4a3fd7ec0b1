"""Mailings and their deliveries: how they stand; pausing, resuming, cancelling, sending again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Query
from starlette.requests import Request

from publisher.deliver.ledger import Mailing
from publisher.web.api.admission import Caller
from publisher.web.api.asking import AfterNumber, AfterSerial, Limit, MailingId, add, found, rest
from publisher.web.api.bodies import SLUG, ReasonIn, ResendIn
from publisher.web.api.desk import AdminDesk
from publisher.web.api.models import (
    DeliveryOut,
    DeliveryPage,
    DeliveryState,
    MailingDetail,
    MailingOut,
    MailingPage,
    MailingState,
    Resent,
)

_MAILING = "/mailings/{mailing}"
_BEHIND = "subscribers:read"
"""What a token needs to see the addresses of a mailing in full."""


def add_mailings(app: FastAPI, desk: AdminDesk) -> None:
    """Add what can be done with mailings."""
    on = Mailings(desk)
    read, write = "mailings:read", "mailings:write"
    common: dict[str, Any] = {"tags": ["mailings"]}
    add(app, "GET", "/mailings", on.page, read, response_model=MailingPage, **common)
    add(app, "GET", _MAILING, on.get, read, response_model=MailingDetail, **common)
    add(app, "GET", f"{_MAILING}/deliveries", on.deliveries, read, response_model=DeliveryPage,
        **common)  # fmt: skip
    add(app, "POST", f"{_MAILING}/resend", on.resend, write, response_model=Resent, **common)
    for move in (on.pause, on.resume, on.cancel):
        path = f"{_MAILING}/{move.__name__}"
        add(app, "POST", path, move, write, response_model=MailingOut, **common)


class Mailings:
    """What can be done with mailings."""

    def __init__(self, desk: AdminDesk) -> None:
        self._desk = desk

    def page(
        self, limit: Limit = 100, after: AfterSerial = None, state: MailingState | None = None,
        bulletin: Annotated[str | None, Query(pattern=SLUG)] = None,
    ) -> MailingPage:  # fmt: skip
        """List mailings, the newest first."""
        page = self._desk.pages.mailings(after, limit, bulletin=bulletin or "", state=state or "")
        items = [MailingOut.of(each) for each in page]
        return MailingPage(items=items, next=rest(page, limit, lambda each: each.id))

    def get(self, mailing: MailingId) -> MailingDetail:
        """Show a mailing with its counts."""
        each, store = self._one(mailing), self._desk.mailings
        return MailingDetail.counted(each, store.counts(mailing), store.bounces(mailing))

    def deliveries(
        self, request: Request, mailing: MailingId, limit: Limit = 100, after: AfterNumber = None,
        state: DeliveryState | None = None,
    ) -> DeliveryPage:  # fmt: skip
        """List the deliveries of a mailing by subscriber; of an old one only what failed."""
        self._one(mailing)
        caller: Caller = request.state.caller
        rows = self._desk.pages.deliveries(
            mailing, -1 if after is None else after, limit, (state,) if state else ()
        )
        in_full = caller.may(_BEHIND)
        items = [DeliveryOut.of(each, in_full=in_full) for each in rows]
        return DeliveryPage(items=items, next=rest(rows, limit, lambda each: each.subscriber))

    def pause(self, mailing: MailingId, body: ReasonIn | None = None) -> MailingOut:
        """Stop a mailing until it is resumed; what is on its way is finished."""
        self._one(mailing)
        words = " ".join(body.reason.split()) if body else ""
        said = f"paused by the operator: {words}" if words else "paused by the operator"
        return MailingOut.of(self._desk.mailings.pause(mailing, said))

    def resume(self, mailing: MailingId) -> MailingOut:
        """Let a paused mailing go on, with all who waited for its canary."""
        self._one(mailing)
        return MailingOut.of(self._desk.mailings.resume(mailing))

    def cancel(self, mailing: MailingId) -> MailingOut:
        """End a mailing: who has not got the issue does not get it any more."""
        self._one(mailing)
        return MailingOut.of(self._desk.mailings.cancel(mailing, self._desk.clock()))

    def resend(self, mailing: MailingId, body: ResendIn) -> Resent:
        """Open failed or uncertain deliveries again; an uncertain one may arrive twice."""
        self._one(mailing)
        states = list(dict.fromkeys(body.states))
        return Resent(opened=self._desk.mailings.resend(mailing, states, self._desk.clock()))

    def _one(self, mailing: int) -> Mailing:
        return found(lambda: self._desk.mailings.get(mailing), f"mailing {mailing}")

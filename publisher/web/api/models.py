"""What the API gives: JSON, with times in UTC and numbers of people as text.

A subscriber's number has 63 bits, more than a JavaScript number keeps, so it is written as text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from publisher.deliver.ledger import Mailing
from publisher.storage.issues import StepRow
from publisher.storage.mailings import DeliveryRow
from publisher.subscribers.addresses import masked
from publisher.subscribers.subscriber import Subscriber, Subscription

SubscriptionState = Literal["pending", "active", "paused", "ended"]
AddressState = Literal["ok", "suspended", "dead", "complained"]
MailingState = Literal["open", "sending", "paused", "finished", "cancelled"]
DeliveryState = Literal["queued", "sending", "sent", "deferred", "failed", "skipped", "uncertain"]


class SubscriptionOut(BaseModel):
    """A choice of one edition of one bulletin."""

    bulletin: str
    edition: str
    state: SubscriptionState
    asked: dt.datetime
    confirmed: dt.datetime | None
    changed: dt.datetime
    ended_by: str

    @staticmethod
    def of(each: Subscription) -> SubscriptionOut:
        """A subscription."""
        return SubscriptionOut(
            bulletin=each.bulletin, edition=each.edition, state=each.state, asked=each.asked,
            confirmed=each.confirmed, changed=each.changed, ended_by=each.ended_by,
        )  # fmt: skip


class SubscriberOut(BaseModel):
    """An address, its state and its subscriptions."""

    id: Annotated[str, Field(pattern="^[0-9]{1,19}$")]
    address: str
    name: str
    state: AddressState
    source: str
    created: dt.datetime
    changed: dt.datetime
    subscriptions: list[SubscriptionOut]

    @staticmethod
    def of(each: Subscriber) -> SubscriberOut:
        """A subscriber."""
        assert each.state != "erased"  # no row is left of them
        return SubscriberOut(
            id=str(each.id), address=each.address, name=each.name, state=each.state,
            source=each.source, created=each.created, changed=each.changed,
            subscriptions=[SubscriptionOut.of(one) for one in each.subscriptions],
        )  # fmt: skip


class Asked(BaseModel):
    """A mail that asks to confirm is on its way, unless the address had its share of the day."""

    status: Literal["asked"] = "asked"


class Erased(BaseModel):
    """A person was erased; `is_complete` is false where the database's log still holds traces.

    Then another program was reading all the time: `publisher subscribers forget` empties it.
    """

    is_complete: bool


class IssueOut(BaseModel):
    """How far an issue is; `reason` is there for skipped, held and not-mailed ones."""

    bulletin: str
    issue: str
    step: str
    reason: str
    attempt: int
    slot: dt.datetime

    @staticmethod
    def of(row: StepRow) -> IssueOut:
        """An issue."""
        return IssueOut(bulletin=row.bulletin, issue=row.issue, step=row.step, reason=row.reason,
                        attempt=row.attempt, slot=row.slot)  # fmt: skip


class IssueDetail(IssueOut):
    """The same with what there is of it: its newest revision, and the number of its mailing."""

    revision: int | None
    mailing: int | None


class MailingOut(BaseModel):
    """The sending of one issue."""

    id: int
    bulletin: str
    issue: str
    state: MailingState
    reason: str
    opened: dt.datetime
    finished: dt.datetime | None
    resumes: dt.datetime | None
    waits_until: dt.datetime | None
    recipients: int

    @staticmethod
    def of(each: Mailing) -> MailingOut:
        """A mailing."""
        return MailingOut.model_validate(_fields(each))


class MailingDetail(MailingOut):
    """The same with its deliveries by state, and those that came back by kind."""

    counts: dict[DeliveryState, int]
    bounces: dict[str, int]

    @staticmethod
    def counted(
        each: Mailing, counts: Mapping[str, int], bounces: Mapping[str, int]
    ) -> MailingDetail:
        """A mailing with its counts."""
        return MailingDetail.model_validate(
            {**_fields(each), "counts": dict(counts), "bounces": dict(bounces)}
        )


class Resent(BaseModel):
    """How many deliveries are open again."""

    opened: int


class DeliveryOut(BaseModel):
    """An issue and one of its readers; the address is empty for somebody who was forgotten.

    It is masked (`a…@example.com`) for a token without subscribers:read.
    """

    subscriber: str
    address: str
    edition: str
    state: DeliveryState
    attempts: int
    changed: dt.datetime
    bounced: str
    reply: str

    @staticmethod
    def of(row: DeliveryRow, *, in_full: bool) -> DeliveryOut:
        """A delivery; what a server said may name the address, so it goes with it."""
        address = row.address if in_full or not row.address else masked(row.address)
        return DeliveryOut.model_validate({
            "subscriber": str(row.subscriber), "address": address, "edition": row.edition,
            "state": row.state, "attempts": row.attempts, "changed": row.changed,
            "bounced": row.bounced, "reply": row.reply if in_full else "",
        })  # fmt: skip


def _fields(each: Mailing) -> dict[str, object]:
    return {name: getattr(each, name) for name in MailingOut.model_fields}


# Pages -----------------------------------------------------------------------------------------

_NEXT = Field(description="Ask with `after` set to this for the next page; null on the last one.")


class SubscriberPage(BaseModel):
    """Subscribers by number."""

    items: list[SubscriberOut]
    next: Annotated[str | None, _NEXT]


class IssuePage(BaseModel):
    """Issues of a bulletin, the newest first."""

    items: list[IssueOut]
    next: Annotated[str | None, _NEXT]


class MailingPage(BaseModel):
    """Mailings, the newest first."""

    items: list[MailingOut]
    next: Annotated[str | None, _NEXT]


class DeliveryPage(BaseModel):
    """Deliveries of a mailing, by subscriber."""

    items: list[DeliveryOut]
    next: Annotated[str | None, _NEXT]

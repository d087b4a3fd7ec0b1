"""Subscribers and subscriptions: their states, and the moves that are legal.

A subscriber is an address; a subscription is its choice of one edition of one bulletin.

| subscriber | may be mailed | how it gets there |
|---|---|---|
| ok | yes | from the start; after `suspended`, by signing up again or by the operator |
| suspended | no | soft bounces in a row over two weeks |
| dead | no | the address does not exist |
| complained | no | a complaint; never mailed again unless the person confirms anew |
| erased | no | forgotten: no row is left, only a keyed hash |

| subscription | gets issues | how it gets there |
|---|---|---|
| pending | no | asked for, not confirmed yet |
| active | yes | confirmed |
| paused | no | by the subscriber, until they go on |
| ended | no | by the subscriber, by a complaint, or by the operator |
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

SubscriberState = Literal["ok", "suspended", "dead", "complained", "erased"]
SubscriptionState = Literal["pending", "active", "paused", "ended"]

SUBSCRIBER_STATES: tuple[SubscriberState, ...] = (
    "ok", "suspended", "dead", "complained", "erased",
)  # fmt: skip
SUBSCRIPTION_STATES: tuple[SubscriptionState, ...] = ("pending", "active", "paused", "ended")

_SUBSCRIBER_MOVES: dict[SubscriberState, frozenset[SubscriberState]] = {
    "ok": frozenset({"suspended", "dead", "complained", "erased"}),
    # Back to ok: who confirms anew has read a mail of ours.
    "suspended": frozenset({"ok", "dead", "complained", "erased"}),
    "dead": frozenset({"ok", "complained", "erased"}),
    "complained": frozenset({"ok", "erased"}),
    "erased": frozenset(),
}
_SUBSCRIPTION_MOVES: dict[SubscriptionState, frozenset[SubscriptionState]] = {
    "pending": frozenset({"active", "ended"}),
    "active": frozenset({"paused", "ended"}),
    "paused": frozenset({"active", "ended"}),
    # Only by asking and confirming once more.
    "ended": frozenset({"pending", "active"}),
}


def may_become(before: SubscriberState, after: SubscriberState) -> bool:
    """Whether a subscriber may go from one state to another; staying is no move."""
    return after in _SUBSCRIBER_MOVES[before]


def subscription_may_become(before: SubscriptionState, after: SubscriptionState) -> bool:
    """Whether a subscription may go from one state to another; staying is no move."""
    return after in _SUBSCRIPTION_MOVES[before]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscriber's choice of an edition of a bulletin.

    `asked`, `confirmed` and `changed` are aware; `ended_by` says who ended it, and how.
    """

    bulletin: str
    edition: str
    state: SubscriptionState
    asked: dt.datetime
    confirmed: dt.datetime | None
    changed: dt.datetime
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """An address and what is known of it.

    `id` is a random number of 63 bits: it stands in links, tells nobody how many readers there
    are, and never comes back after a person was forgotten.  `soft_count` counts soft bounces in
    a row, the first of them at `soft_since`.
    """

    id: int
    address: str
    name: str
    state: SubscriberState
    created: dt.datetime
    changed: dt.datetime
    source: str = ""
    soft_count: int = 0
    soft_since: dt.datetime | None = None
    subscriptions: tuple[Subscription, ...] = ()

    def subscription(self, bulletin: str) -> Subscription | None:
        """The subscription to a bulletin, whatever its state."""
        return next((each for each in self.subscriptions if each.bulletin == bulletin), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody asks for: an edition of a bulletin."""

    bulletin: str
    edition: str

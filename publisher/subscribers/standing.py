"""What becomes of an address when mail to it comes back.

Hard bounces end it, soft ones only where they go on: five in a row over at least two weeks.  A
mail that arrived in between begins the count anew.  Being wrong here loses readers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from publisher.subscribers.subscriber import Subscriber, SubscriberState, may_become

SOFT_LIMIT = 5
"""Soft bounces in a row."""
SOFT_DAYS = dt.timedelta(days=14)
"""The time that they must at least span."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of an address, and its soft bounces in a row with the time of the first."""

    state: SubscriberState
    soft_count: int = 0
    soft_since: dt.datetime | None = None


def standing_of(subscriber: Subscriber) -> Standing:
    """The standing of a subscriber as it is."""
    return Standing(subscriber.state, subscriber.soft_count, subscriber.soft_since)


def after_hard(before: Standing) -> Standing:
    """The address does not exist."""
    return _moved(before, "dead")


def after_complaint(before: Standing) -> Standing:
    """The person called a mail spam."""
    return _moved(before, "complained")


def after_soft(before: Standing, at: dt.datetime, *, arrived_since: bool) -> Standing:
    """Mail could not be delivered for now; `arrived_since` the last time it could."""
    count, since = before.soft_count, before.soft_since
    if arrived_since or since is None:
        count, since = 0, at
    counted = replace(before, soft_count=count + 1, soft_since=since)
    if counted.soft_count >= SOFT_LIMIT and at - since >= SOFT_DAYS:
        return _moved(counted, "suspended")
    return counted


def _moved(before: Standing, state: SubscriberState) -> Standing:
    return replace(before, state=state) if may_become(before.state, state) else before

"""States of subscribers and subscriptions, and the moves between them."""

from __future__ import annotations

import pytest

from publisher.subscribers.subscriber import (
    SUBSCRIBER_STATES,
    SUBSCRIPTION_STATES,
    may_become,
    subscription_may_become,
)


@pytest.mark.parametrize("state", SUBSCRIBER_STATES)
def test_nobody_comes_back_from_being_erased(state: str) -> None:
    assert not may_become("erased", state)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["suspended", "dead", "complained"])
def test_who_confirms_anew_is_mailed_again(state: str) -> None:
    assert may_become(state, "ok")  # type: ignore[arg-type]


def test_a_complaint_outlasts_a_bounce() -> None:
    assert not may_become("complained", "dead")
    assert not may_become("complained", "suspended")


@pytest.mark.parametrize("state", SUBSCRIPTION_STATES)
def test_every_subscription_can_be_ended(state: str) -> None:
    assert state == "ended" or subscription_may_become(state, "ended")  # type: ignore[arg-type]


def test_nothing_is_paused_that_was_not_active() -> None:
    assert not subscription_may_become("pending", "paused")
    assert not subscription_may_become("ended", "paused")
    assert subscription_may_become("active", "paused")

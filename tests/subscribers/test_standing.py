"""What becomes of an address when mail to it comes back."""

from __future__ import annotations

import datetime as dt

from publisher.subscribers.standing import (
    SOFT_LIMIT,
    Standing,
    after_complaint,
    after_hard,
    after_soft,
)

NOW = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
OK = Standing("ok")


def soft(times: int, days_between: int, before: Standing = OK) -> Standing:
    for number in range(times):
        before = after_soft(before, NOW + number * days_between * DAY, arrived_since=False)
    return before


def test_an_address_that_does_not_exist_is_dead() -> None:
    assert after_hard(OK).state == "dead"


def test_a_complaint_stops_everything() -> None:
    assert after_complaint(OK).state == "complained"
    assert after_complaint(Standing("dead")).state == "complained"


def test_who_complained_stays_so_whatever_comes_back_later() -> None:
    complained = Standing("complained")
    assert after_hard(complained) == complained


def test_some_soft_bounces_are_no_end() -> None:
    assert soft(SOFT_LIMIT - 1, days_between=30).state == "ok"


def test_five_in_a_row_over_two_weeks_suspend() -> None:
    assert soft(SOFT_LIMIT, days_between=4).state == "suspended"


def test_five_within_days_do_not() -> None:
    """A mailbox that is full for a holiday comes back."""
    assert soft(SOFT_LIMIT, days_between=2).state == "ok"
    assert soft(SOFT_LIMIT + 3, days_between=2).state == "suspended"


def test_a_mail_that_arrived_begins_the_count_anew() -> None:
    before = soft(SOFT_LIMIT - 1, days_between=10)
    after = after_soft(before, NOW + 100 * DAY, arrived_since=True)
    assert (after.state, after.soft_count, after.soft_since) == ("ok", 1, NOW + 100 * DAY)

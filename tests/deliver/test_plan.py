"""What becomes of a delivery after a try."""

from __future__ import annotations

import datetime as dt
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver.plan import (
    GIVE_UP,
    STREAK,
    Bucket,
    DeliveryState,
    Limits,
    Outcome,
    Pace,
    Watch,
    outcome_of,
)
from publisher.deliver.transports.base import Accepted, Answer, Refused, Uncertain

OPENED = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
SOON = OPENED + dt.timedelta(minutes=1)
LATE = OPENED + GIVE_UP
GREYLISTED = Refused(temporary=True, reply="450 4.7.1 greylisted")


@pytest.mark.parametrize(
    ("answer", "resends", "now", "state"),
    [
        (Accepted("250 Ok"), False, SOON, "sent"),
        (GREYLISTED, False, SOON, "deferred"),
        (GREYLISTED, False, LATE, "failed"),
        (Refused(temporary=False, reply="550 5.1.1 unknown"), False, SOON, "failed"),
        (Refused(False, "535 5.7.8 no login", "relay"), False, SOON, "deferred"),
        (Refused(True, "connection refused", "relay"), False, LATE, "deferred"),
        (Uncertain("silence after the dot"), False, SOON, "uncertain"),
        (Uncertain("silence after the dot"), True, SOON, "deferred"),
        (Uncertain("silence after the dot"), True, LATE, "uncertain"),
    ],
)
def test_an_answer_decides(answer: Answer, resends: bool, now: dt.datetime, state: str) -> None:
    """With the policy for what may have arrived, and the time since the mailing was opened."""
    assert outcome_of(1, answer, 0, OPENED, now, resends=resends).state == state


@pytest.mark.parametrize(("tries", "minutes"), [(0, 5), (1, 15), (2, 30), (6, 480), (60, 480)])
@pytest.mark.parametrize("answer", [GREYLISTED, Uncertain("silence after the dot")])
def test_the_wait_grows(answer: Answer, tries: int, minutes: int) -> None:
    """The same for what is refused and for what is sent again because nobody knows."""
    due = outcome_of(1, answer, tries, OPENED, SOON, resends=True).due
    assert due == int((SOON + dt.timedelta(minutes=minutes)).timestamp())


def test_an_address_in_a_reply_is_masked() -> None:
    """Who is forgotten while their message is under way is named in no row afterwards."""
    answer = Refused(False, "550 5.1.1 <anna@example.org>: no such user")
    outcome = outcome_of(1, answer, 0, OPENED, SOON)
    assert outcome.reply == "550 5.1.1 <a…@example.org>: no such user"


class TestWatch:
    @pytest.mark.parametrize("state", ["failed", "deferred"])
    def test_refusals_without_an_acceptance_are_the_relays(self, state: DeliveryState) -> None:
        watch = Watch()
        for who in range(STREAK):
            assert not watch.is_systemic
            watch.see(Outcome(who, state, "no"))
        assert watch.is_systemic
        assert watch.why == "no"

    def test_an_acceptance_begins_anew(self) -> None:
        watch = Watch()
        for who in range(STREAK - 1):
            watch.see(Outcome(who, "failed", "no"))
        watch.see(Outcome(99, "sent", "250"))
        watch.see(Outcome(100, "failed", "no"))
        assert not watch.is_systemic

    def test_who_was_refused_for_good_is_put_back_and_comes_after_the_others(self) -> None:
        watch = Watch()
        watch.see(Outcome(1, "failed", "550 no"))
        watch.see(Outcome(2, "deferred", "450 later"))
        (again,) = watch.put_back(OPENED)
        assert (again.subscriber, again.state) == (1, "deferred")
        assert again.due > OPENED.timestamp()

    def test_who_is_refused_for_good_a_third_time_is_not_the_relays_matter(self) -> None:
        watch = Watch()
        for who in range(3 * STREAK):
            watch.see(Outcome(who, "failed", "550 no"), tries=2)
        assert not watch.is_systemic


class TestPace:
    """Who may be next, on a clock that starts at 100 seconds."""

    @staticmethod
    def _taken(pace: Pace, fresh: deque[tuple[int, str]], now: float) -> list[int]:
        return list(iter(lambda: pace.next(fresh, now), None))

    def test_without_limits_everybody_may(self) -> None:
        fresh = deque((who, "a.example") for who in range(50))
        assert self._taken(Pace(Limits()), fresh, 100.0) == list(range(50))

    def test_a_rate_lets_so_many_go_in_a_second(self) -> None:
        pace, fresh = Pace(Limits(rate=4)), deque((who, "a.example") for who in range(50))
        assert self._taken(pace, fresh, 100.0) == [0]
        assert pace.wait(100.0) == pytest.approx(0.25)
        assert self._taken(pace, fresh, 100.25) == [1]
        assert self._taken(pace, fresh, 200.0) == [2, 3, 4, 5]

    def test_a_slow_domain_keeps_its_order_and_lets_others_by(self) -> None:
        limits = Limits(domains=(("slow.example", 1.0),))
        mixed = [(who, "slow.example" if who % 2 else "a.example") for who in range(8)]
        pace, fresh = Pace(limits), deque(mixed)
        assert self._taken(pace, fresh, 100.0) == [0, 1, 2, 4, 6]
        assert (pace.held_back, pace.wait(100.0)) == (3, pytest.approx(1.0))
        assert self._taken(pace, fresh, 101.0) == [3]

    def test_runs_that_share_a_mailing_share_its_limits(self) -> None:
        pace = Pace(Limits(rate=8, domains=(("slow.example", 2.0),)))
        pace.share(2)
        fresh = deque((who, "a.example") for who in range(50))
        assert self._taken(pace, fresh, 100.0) == [0]
        assert pace.wait(100.0) == pytest.approx(0.25)
        slow = deque((who, "slow.example") for who in range(50, 60))
        assert self._taken(pace, slow, 100.25) == [50]
        assert self._taken(pace, slow, 100.9) == []
        assert self._taken(pace, slow, 101.25) == [51]
        pace.share(1)
        assert self._taken(pace, slow, 101.75) == [52]

    @given(st.floats(0.01, 1000), st.floats(0, 1e6))
    def test_a_wait_is_never_in_vain(self, rate: float, now: float) -> None:
        """After it one may go, whatever fractions the rate has."""
        bucket = Bucket(rate)
        for _ in range(20):
            now += bucket.wait(now)
            assert bucket.take(now)

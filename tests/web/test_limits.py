"""Token buckets: how often a key may come."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from publisher.web.limits import Buckets, Limits


def test_a_full_bucket_lets_a_burst_through_and_then_no_more() -> None:
    """Each key has a bucket of its own."""
    buckets = Buckets(2, 10)

    assert [buckets.take("a", 0) for _ in range(3)] == [True, True, False]
    assert buckets.take("b", 0)


def test_a_bucket_fills_with_time_and_not_beyond_its_size() -> None:
    """One more every ten seconds, two at most."""
    buckets = Buckets(2, 10)
    for _ in range(2):
        buckets.take("a", 0)

    assert [buckets.take("a", 9), buckets.take("a", 10), buckets.take("a", 11)] == [
        False, True, False,
    ]  # fmt: skip
    assert [buckets.take("a", 1000) for _ in range(3)] == [True, True, False]


def test_those_who_came_least_lately_are_forgotten_first() -> None:
    """Memory has a limit, however many keys somebody makes up."""
    buckets = Buckets(1, 10, keys=2)
    buckets.take("a", 0)
    buckets.take("b", 0)
    buckets.take("a", 1)
    buckets.take("c", 1)

    assert len(buckets) == 2
    assert buckets.take("b", 1)
    assert not buckets.take("c", 1)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=60))
def test_no_more_come_through_than_the_size_and_what_time_has_given(steps: list[float]) -> None:
    """Whenever they come; a clock that goes back gives nothing."""
    buckets = Buckets(3, 10)
    passed = sum(buckets.take("a", now) for now in steps)
    forward = sum(max(0.0, after - now) for now, after in itertools.pairwise(steps))

    assert passed <= 3 + forward / 10


def test_clients_and_addresses_are_counted_apart() -> None:
    """An address may be written to three times at once, a client may come more often."""
    limits = Limits(timer=lambda: 0.0)

    assert [limits.allows_address("a@b") for _ in range(4)] == [True, True, True, False]
    assert sum(limits.allows_client("192.0.2.1") for _ in range(100)) == 30

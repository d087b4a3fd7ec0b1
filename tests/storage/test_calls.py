"""Calls in the database: queued once, claimed by one, kept as a log."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from publisher.deliver.calls import PATIENCE, Call
from publisher.errors import UsageError
from publisher.storage.calls import KEEP, Calls, NewCall
from publisher.storage.copies import Copies
from publisher.storage.database import open_database

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def calls(database: str) -> Calls:
    return Calls(open_database(database))


def a_call(key: str, url: str = "https://example.com/hook", body: str = "{}") -> NewCall:
    return NewCall(key, "webhook", "issue.live", url, body)


def claimed(calls: Calls, now: dt.datetime = NOW) -> Call:
    found = calls.claim(now, PATIENCE)
    assert found is not None
    return found


def test_a_key_is_queued_once(calls: Calls) -> None:
    """Whoever comes second adds what is new, and only that."""
    assert calls.queue([a_call("a"), a_call("b")], NOW) == 2
    assert calls.queue([a_call("b", body="other"), a_call("c")], NOW) == 1
    assert [(each.id, each.state) for each in calls.all()] == [
        (3, "queued"), (2, "queued"), (1, "queued"),
    ]  # fmt: skip
    assert calls.known(["b", "x"]) == {"b"}


def test_many_who_queue_the_same_at_once_queue_it_once(calls: Calls) -> None:
    """Several processes notice the same event."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: calls.queue([a_call(f"k{n}") for n in range(5)], NOW), range(8)))

    assert calls.counts() == {"queued": 5}


def test_what_is_due_for_longest_comes_first(calls: Calls) -> None:
    """And nothing that is not due."""
    calls.queue([a_call("late")], NOW + MINUTE)
    calls.queue([a_call("early")], NOW)

    assert claimed(calls).key == "early"
    assert calls.claim(NOW, PATIENCE) is None


def test_a_claimed_call_is_nobody_elses_for_a_while(calls: Calls) -> None:
    """Then its caller has died, and another takes it, with a new attempt."""
    calls.queue([a_call("a")], NOW)

    assert claimed(calls).attempts == 1
    assert calls.claim(NOW + PATIENCE - MINUTE / 2, PATIENCE) is None
    assert claimed(calls, NOW + PATIENCE).attempts == 2


def test_two_who_claim_at_once_get_each_call_once(calls: Calls) -> None:
    """Nothing is left, and nothing is had twice."""
    calls.queue([a_call(f"k{number}") for number in range(40)], NOW)

    def take_all(_: int) -> list[int]:
        found = []
        while (call := calls.claim(NOW, PATIENCE)) is not None:
            found.append(call.id)
        return found

    with ThreadPoolExecutor(4) as pool:
        taken = [each for found in pool.map(take_all, range(4)) for each in found]
    # On PostgreSQL one may have seen nothing while another held the last row.
    assert len(taken) == len(set(taken)) == 40


def test_some_addresses_are_left_out(calls: Calls) -> None:
    """Those where nobody answers just now."""
    calls.queue([a_call("a", "https://down.example/"), a_call("b")], NOW)

    found = calls.claim(NOW, PATIENCE, ["https://down.example/"])

    assert found is not None
    assert found.key == "b"


def test_what_is_put_off_comes_again(calls: Calls) -> None:
    """When it is due, with what was answered."""
    calls.queue([a_call("a")], NOW)
    calls.defer(claimed(calls), "503 Service Unavailable", NOW + MINUTE, NOW)

    (row,) = calls.all()
    assert (row.state, row.attempts, row.reply) == ("queued", 1, "503 Service Unavailable")
    assert row.due == NOW + MINUTE
    assert claimed(calls, NOW + MINUTE).attempts == 2


def test_a_stalled_caller_changes_nothing_but_that_it_was_taken(calls: Calls) -> None:
    """Another has the call meanwhile."""
    calls.queue([a_call("a")], NOW)
    stalled = claimed(calls)
    claimed(calls, NOW + PATIENCE)

    calls.defer(stalled, "late", NOW, NOW)
    calls.settle(stalled, "failed", "late", NOW)
    assert calls.claim(NOW + PATIENCE, PATIENCE) is None
    assert calls.counts() == {"queued": 1}

    calls.settle(stalled, "sent", "200 OK", NOW)
    assert calls.counts() == {"sent": 1}


def test_a_failed_call_is_made_once_more(calls: Calls) -> None:
    """Whoever asks for it has a reason; it has its two days again."""
    calls.queue([a_call("a")], NOW)
    calls.settle(claimed(calls), "failed", "410 Gone", NOW)
    later = NOW + dt.timedelta(days=9)

    row = calls.again(1, later)

    assert (row.state, row.attempts, row.due) == ("queued", 0, later)
    assert claimed(calls, later).created == later


@pytest.mark.parametrize("number", [1, 2])
def test_only_what_failed_is_made_again(calls: Calls, number: int) -> None:
    """Not what waits, nor what is not there."""
    calls.queue([a_call("a")], NOW)

    with pytest.raises(UsageError, match="calls list --state failed"):
        calls.again(number, NOW)


def test_a_copy_calls_nobody(database: str) -> None:
    """Until it is the only one: the original tells the same."""
    engine = open_database(database)
    calls, copies = Calls(engine), Copies(engine)
    calls.queue([a_call("a")], NOW)

    copies.mark(NOW, NOW)
    assert calls.claim(NOW, PATIENCE) is None
    copies.confirm(NOW)
    assert claimed(calls).key == "a"


def test_a_ping_that_nobody_has_begun_is_known(calls: Calls) -> None:
    """One that is on its way does not count: the feed may have been read before."""
    ping = NewCall("p", "websub", "feed.changed", "https://hub.example/", "hub.url=x")
    calls.queue([ping, a_call("a", body="other")], NOW)

    assert calls.untried("websub") == {"hub.url=x"}
    claimed(calls)
    claimed(calls)
    assert calls.untried("websub") == set()


def test_what_was_done_long_ago_is_dropped(calls: Calls) -> None:
    """What waits stays, however old."""
    calls.queue([a_call("a"), a_call("b")], NOW)
    calls.settle(claimed(calls), "sent", "200 OK", NOW)

    assert calls.prune(NOW + KEEP) == 0
    assert calls.prune(NOW + KEEP + MINUTE) == 1
    assert calls.counts() == {"queued": 1}


def test_calls_are_listed_by_state(calls: Calls) -> None:
    """The newest first, and so many."""
    calls.queue([a_call("a"), a_call("b"), a_call("c")], NOW)
    calls.settle(claimed(calls), "failed", "410 Gone", NOW)

    assert [each.id for each in calls.all(states=["queued"])] == [3, 2]
    assert [each.id for each in calls.all(limit=1)] == [3]

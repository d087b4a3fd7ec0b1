"""Many people at once, in a real database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from publisher.storage.arrivals import BATCH, Arrival, Arrived
from publisher.storage.database import open_database
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice, SubscriptionState

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
EARLIER = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
PROOF = Consent("en", "…", "list", "192.0.2.1", "192.0.2.2", EARLIER, EARLIER)


@pytest.fixture
def people(database: str) -> People:
    return People(open_database(database))


def arrival(number: int, bulletin: str = "daily", state: SubscriptionState = "active") -> Arrival:
    address = read_address(f"r{number}@example.com")
    return Arrival(address, "", [(Choice(bulletin, "zh"), state)], PROOF)


def bring(people: People, arrivals: list[Arrival] | Iterator[Arrival]) -> Arrived:
    return people.bring(arrivals, lambda match: match[:64], NOW)


def test_more_than_a_batch_comes_in(people: People) -> None:
    number = 2 * BATCH + 1
    done = bring(people, [arrival(each) for each in range(number)])
    assert done == Arrived(people=number, subscriptions=number)
    assert people.active("daily") == {"zh": number}


def test_one_person_may_be_in_several_batches(people: People) -> None:
    many = [arrival(each) for each in range(BATCH)]
    done = bring(people, [arrival(0), *many, arrival(0, "weekly")])
    assert done == Arrived(people=BATCH, subscriptions=BATCH + 1, known=1)


def test_all_come_or_none(people: People) -> None:
    """Also where the source of them breaks after a batch was written."""

    def broken() -> Iterator[Arrival]:
        yield from (arrival(each) for each in range(BATCH + 1))
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        bring(people, broken())
    assert list(people.walk()) == []


def test_a_proof_from_elsewhere_keeps_its_times(people: People) -> None:
    bring(people, [arrival(1)])
    (found,) = people.walk()
    assert found.subscriptions[0].asked == found.subscriptions[0].confirmed == EARLIER
    assert found.created == found.subscriptions[0].changed == NOW
    (proof,) = people.consents(found.id)
    assert (proof["asked_from"], proof["confirmed_from"]) == ("192.0.2.1", "192.0.2.2")
    assert proof["confirmed"] == EARLIER.isoformat()


def test_who_comes_as_ended_has_ended_by_the_import(people: People) -> None:
    bring(people, [arrival(1, state="ended")])
    (found,) = people.walk()
    assert (found.subscriptions[0].state, found.subscriptions[0].ended_by) == ("ended", "import")


def test_the_forgotten_are_left_out(people: People) -> None:
    """By their hash, whichever batch they are in."""
    gone = read_address("r7@example.com")
    people.forget(gone, gone.match[:64], NOW)
    done = bring(people, [arrival(each) for each in range(10)])
    assert done == Arrived(people=9, subscriptions=9, forgotten=1)

"""How many readers there were."""

from __future__ import annotations

import datetime as dt

from publisher.storage.database import open_database
from publisher.storage.history import History
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
WEEK = dt.timedelta(weeks=1)
PROOF = Consent("en", ".", "test")


def test_a_reader_counts_from_confirming_to_leaving(database: str) -> None:
    """One who is paused goes on to count; one who has not confirmed never does."""
    engine = open_database(database)
    people = People(engine)
    choice = [Choice("daily", "zh")]
    stays, leaves, rests = (
        people.add(read_address(f"{name}@example.org"), "", choice, PROOF, NOW)
        for name in ("stays", "leaves", "rests")
    )
    people.add(read_address("later@example.org"), "", choice, PROOF, NOW + 2 * WEEK)
    people.add(read_address("never@example.org"), "", choice, PROOF, NOW, "pending")
    people.move(leaves, "daily", "ended", NOW + WEEK)
    people.move(rests, "daily", "paused", NOW + WEEK)

    moments = [NOW - WEEK, NOW, NOW + WEEK, NOW + 2 * WEEK]
    assert History(engine).readers(moments) == {("daily", "zh"): [0, 3, 2, 3]}
    assert stays != leaves


def test_where_nobody_was_there_is_nothing(database: str) -> None:
    assert History(open_database(database)).readers([NOW]) == {}

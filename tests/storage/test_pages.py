"""Lists a page at a time."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine

from publisher.storage.database import open_database
from publisher.storage.issues import IssueSteps
from publisher.storage.mailings import Mailings
from publisher.storage.pages import Pages
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
MESSAGES = {"zh": b".", "en": b"."}


@pytest.fixture
def engine(database: str) -> Engine:
    return open_database(database)


def add(engine: Engine, number: int) -> list[int]:
    """So many readers of the daily; their numbers in order."""
    people, proof = People(engine), Consent("en", ".", "test")
    return sorted(
        people.add(read_address(f"r{each}@example.org"), "", [Choice("daily", "zh")], proof, NOW)
        for each in range(number)
    )


def test_a_page_of_subscribers_begins_after_the_last(engine: Engine) -> None:
    """Somebody who is gone meanwhile moves nobody to another page."""
    ids, pages = add(engine, 4), Pages(engine)
    first = pages.subscribers(-1, 2, bulletin="daily")
    assert [each.id for each in first] == ids[:2]
    People(engine).forget(read_address(first[1].address), "hash", NOW)
    assert [each.id for each in pages.subscribers(ids[1], 2)] == ids[2:]
    assert pages.subscribers(ids[3], 2) == []
    assert pages.subscribers(-1, 2, bulletin="weekly") == []


def test_a_page_of_issues_goes_back_in_time(engine: Engine) -> None:
    """Of two with one slot, a one-off and the daily, each is there once."""
    rows, pages = IssueSteps(engine), Pages(engine)
    for name in ("2026-04-30", "2026-05-01", "2026-05-01-launch"):
        slot = dt.datetime.fromisoformat(f"{name[:10]}T08:00+00:00")
        rows.start("daily", name, slot, NOW)
    seen, after = [], ""
    while page := pages.issues("daily", after, 1):
        seen += [each.issue for each in page]
        after = page[-1].issue
    assert seen == ["2026-05-01-launch", "2026-05-01", "2026-04-30"]


def test_a_page_of_mailings_goes_back_in_time(engine: Engine) -> None:
    """Also of one bulletin, or in one state."""
    store, pages = Mailings(engine), Pages(engine)
    add(engine, 1)
    for bulletin in ("daily", "weekly", "daily"):
        number = len(store.all())
        store.open(bulletin, f"2026-05-0{number + 1}", MESSAGES, NOW)
    assert [each.id for each in pages.mailings(None, 2)] == [3, 2]
    assert [each.id for each in pages.mailings(2, 2)] == [1]
    assert [each.id for each in pages.mailings(None, 5, bulletin="weekly")] == [2]
    assert [each.id for each in pages.mailings(None, 5, state="open")] == [3, 1]


def test_a_page_of_deliveries_is_by_subscriber(engine: Engine) -> None:
    """Somebody who was forgotten has no address any more."""
    ids, pages = add(engine, 3), Pages(engine)
    mailing = Mailings(engine).open("daily", "2026-05-01", MESSAGES, NOW).id
    person = People(engine).get(ids[0])
    assert person is not None
    People(engine).forget(read_address(person.address), "hash", NOW)
    rows = pages.deliveries(mailing, -1, 2)
    assert [(each.subscriber, bool(each.address)) for each in rows] == [
        (ids[0], False), (ids[1], True),
    ]  # fmt: skip
    assert [each.subscriber for each in pages.deliveries(mailing, ids[1], 2)] == ids[2:]
    assert [each.subscriber for each in pages.deliveries(mailing, -1, 5, ["skipped"])] == ids[:1]

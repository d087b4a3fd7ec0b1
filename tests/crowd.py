"""Several that work on one database at the same time."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from sqlalchemy import Engine, text

from publisher.storage.mailings import Mailings
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
DAILY = Choice("daily", "zh")
SHOWN = Consent("en", "…", "form")
T = TypeVar("T")


def at_once(number: int, do: Callable[[int], T]) -> list[T]:
    """What several threads come to that begin together."""
    together = threading.Barrier(number)

    def begin(which: int) -> T:
        together.wait(60)
        return do(which)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))


def readers(people: People, number: int) -> list[int]:
    many = [read_address(f"r{each}@example.com") for each in range(number)]
    people.take_all([(each, "", [(DAILY, "active")], SHOWN) for each in many], NOW)
    return sorted(each.id for each in people.walk())


def mailing_of(engine: Engine) -> int:
    return Mailings(engine).open("daily", "2026-05-01", {"zh": b"."}, NOW).id


def waits(engine: Engine) -> Callable[[], bool]:
    """Whether a transaction waits for a lock."""

    def look() -> bool:
        with engine.connect() as connection:
            query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            return bool(connection.scalar(text(query)))

    return look


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.01)
    pytest.fail("it never came to that")

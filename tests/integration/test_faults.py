"""A ledger that cannot be written for a while: what was known by then is not forgotten."""

from __future__ import annotations

import datetime as dt
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from publisher.deliver.plan import Outcome
from publisher.errors import StepFailed
from publisher.storage.database import open_database
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailings import Mailings
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another connection writes."""
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.close()


@contextmanager
def full(database: Path) -> Iterator[None]:
    """No file grows any more; what comes of it is an error of writing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    most = database.with_name(database.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("trouble", [locked, full])
def test_a_turn_that_could_not_be_written_is_written_later(trouble: type, swift: Path) -> None:
    """Over the same connection of the same ledger, as often as it takes."""
    database = swift / "post.sqlite"
    engine = open_database(f"sqlite:///{database}")
    event.listen(engine, "connect", lambda it, _: it.execute("PRAGMA busy_timeout = 10"))
    reader = People(engine).add(
        read_address("a@example.com"), "", [Choice("daily", "en")], Consent("en", "…", "form"), NOW
    )
    mailings, ledger = Mailings(engine), DatabaseLedger(engine)
    mailing = mailings.open("daily", "2026-05-01", {"en": b"en"}, NOW).id
    run = ledger.take(mailing, 0, "hold", NOW)
    assert len(ledger.turn(run, [], [reader], NOW).addressed) == 1
    with trouble(database):
        for _ in range(3):
            with pytest.raises(StepFailed, match="the database cannot be used"):
                ledger.turn(run, [Outcome(reader, "sent", "250 Ok")], [], NOW)
    ledger.turn(run, [Outcome(reader, "sent", "250 Ok")], [], NOW)
    assert mailings.counts(mailing) == {"sent": 1}
    ledger.close()

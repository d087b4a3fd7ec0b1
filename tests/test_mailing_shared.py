"""Mailings that machines share: what a sweep finds to do, and what belongs to all of a mailing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from crowd import at_once
from sqlalchemy import Engine, text

from publisher.deliver.compiled import Compiled, Slot
from publisher.deliver.lanes import Lanes
from publisher.deliver.ledger import Mailing
from publisher.deliver.send import Options, Sender
from publisher.deliver.transports.base import Refused
from publisher.deliver.transports.memory import MemoryTransport
from publisher.mailing import MailingDesk, personal_of
from publisher.storage.database import open_database, writing
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailing_opening import Canary
from publisher.storage.mailings import Mailings
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice
from publisher.subscribers.tokens import make_keys

pytestmark = pytest.mark.integration

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
MESSAGE = {"en": Compiled((b"To: ", Slot("to"), b"\r\nX: ", Slot("plain"), b"\r\n\r\nhello\r\n"))}
LATER = Refused(True, "450 4.7.1 greylisted")
DEAD = Refused(False, "550 5.1.1 no such user")


class Office:
    """A mailing in slices of two readers; each machine has a desk of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.keys, self.now, self.stop = engine, make_keys(), NOW, Event()
        self.mailings, self.relay = Mailings(engine), MemoryTransport()
        self.options = Options(lanes=1, canary_wait=30 * MINUTE, canary_limit=0.2)
        self.open_ledgers: list[DatabaseLedger] = []

    def desk(self, canary: Canary | None = None) -> MailingDesk:
        ledger = DatabaseLedger(self.engine)
        self.open_ledgers.append(ledger)
        return MailingDesk(
            self.mailings, ledger, canary or Canary(), self._sender, Path("/nonexistent")
        )

    def open(self, readers: int, canary: Canary | None = None) -> Mailing:
        proof, choices = Consent("en", "…", "form"), [(Choice("daily", "en"), "active")]
        coming = [(read_address(f"r{n}@example.com"), "", choices, proof)
                  for n in range(readers)]  # fmt: skip
        People(self.engine).take_all(coming, NOW)  # type: ignore[arg-type]
        mailing = self.desk(canary).open("daily", "2026-05-01", MESSAGE, self.now)
        if not canary:
            self.slice_up()
        return self.mailings.get(mailing.id)

    def slice_up(self) -> None:
        self.say(
            "UPDATE deliveries SET slice = n / 2 FROM (SELECT subscriber_id AS who, row_number() "
            "OVER (ORDER BY subscriber_id) - 1 AS n FROM deliveries) x WHERE subscriber_id = who"
        )
        self.say("INSERT INTO slices SELECT DISTINCT mailing_id, slice, 0, 0 FROM deliveries "
                 "ON CONFLICT DO NOTHING")  # fmt: skip
        self.say("UPDATE mailings SET released = (SELECT count(*) FROM slices)")

    def say(self, statement: str) -> None:
        with writing(self.engine) as connection:
            connection.execute(text(statement))

    @property
    def state(self) -> str:
        return self.mailings.get(1).state

    @property
    def sent(self) -> list[str]:
        return sorted(envelope.recipient for envelope, _ in self.relay.sent)

    def _sender(self, ledger: DatabaseLedger) -> Sender:
        return Sender(
            ledger, lambda number: Lanes(lambda: self.relay, number),
            lambda mailing: personal_of(self.keys, mailing, "back.example.com"),
            self.options, lambda: self.now, self.stop,
        )  # fmt: skip


@pytest.fixture
def office(postgres: str) -> Iterator[Office]:
    made = Office(open_database(postgres))
    yield made
    for each in made.open_ledgers:
        each.close()


def test_a_sweep_names_every_slice_and_sends_nothing(office: Office) -> None:
    office.open(5)
    assert office.desk().sweep() == [(1, 0), (1, 1), (1, 2)]
    assert (office.sent, office.state) == ([], "open")


def test_a_slice_that_was_sent_is_not_named_again(office: Office) -> None:
    office.open(5)
    assert office.desk().send_slice(1, 1).sent == 2
    assert office.desk().sweep() == [(1, 0), (1, 2)]


def test_the_last_slice_finishes_the_mailing(office: Office) -> None:
    office.open(5)
    for each in range(3):
        assert office.state != "finished"
        office.desk().send_slice(1, each)
    assert office.state == "finished"
    assert len(set(office.sent)) == 5


def test_two_that_end_the_last_slices_at_once_finish_it(office: Office) -> None:
    office.open(4)
    at_once(2, lambda each: office.desk().send_slice(1, each))
    assert office.state == "finished"


def test_a_sweep_finishes_what_nobody_did(office: Office) -> None:
    """Who sent the last message was killed before it could say that all is done."""
    office.open(2)
    office.say("UPDATE deliveries SET state = 'sent'")
    assert office.desk().sweep() == []
    assert office.state == "finished"


def test_a_slice_of_a_mailing_that_pauses_is_left_alone(office: Office) -> None:
    office.open(2)
    office.mailings.pause(1, "by the operator")
    assert office.desk().send_slice(1, 0).done == 0
    assert office.desk().sweep() == []
    office.mailings.resume(1)
    assert office.desk().sweep() == [(1, 0)]


def test_a_pause_that_is_over_ends_at_the_sweep(office: Office) -> None:
    office.open(2)
    office.desk().ledger.pause(1, "the relay refuses everything", office.now, NOW + 5 * MINUTE)
    assert office.desk().sweep() == []
    office.now += 5 * MINUTE
    assert office.desk().sweep() == [(1, 0)]


def test_what_was_put_off_is_named_when_it_is_due(office: Office) -> None:
    office.open(2)
    office.relay = MemoryTransport({"r0@example.com": [LATER]})
    office.desk().send_slice(1, 0)
    assert (office.desk().sweep(), office.state) == ([], "sending")
    office.now += 10 * MINUTE
    assert office.desk().sweep() == [(1, 0)]
    office.desk().send_slice(1, 0)
    assert office.state == "finished"


def test_a_canary_lets_the_others_go_after_its_wait(office: Office) -> None:
    office.open(20, Canary(share=0.1))
    assert office.desk().sweep() == [(1, 0)]
    office.desk().send_slice(1, 0)
    assert office.desk().sweep() == []
    office.now += 30 * MINUTE
    assert office.desk().sweep() == [(1, 1)]
    office.desk().send_slice(1, 1)
    assert office.state == "finished"


def test_the_wait_of_a_canary_begins_when_nobody_is_at_it_any_more(office: Office) -> None:
    office.open(20, Canary(share=0.1))
    ledger = office.desk().ledger
    run = ledger.claim(1, 0, "hold", NOW)
    assert run is not None
    office.say("UPDATE deliveries SET state = 'sending' WHERE slice = 0")
    office.desk().sweep()
    assert office.mailings.get(1).waits_until is None
    office.say("UPDATE deliveries SET state = 'sent' WHERE slice = 0")
    ledger.leave(run)
    office.desk().sweep()
    assert office.mailings.get(1).waits_until == NOW + 30 * MINUTE


def test_a_canary_that_is_refused_pauses_the_mailing(office: Office) -> None:
    office.open(20, Canary(share=0.1))
    office.relay = MemoryTransport({f"r{n}@example.com": [DEAD] for n in range(20)})
    office.desk().send_slice(1, 0)
    assert office.desk().sweep() == []
    assert "100% of the canary" in office.mailings.get(1).reason


def test_one_who_publishes_without_workers_sends_what_nobody_is_at(office: Office) -> None:
    """And says so: what others are at is not waited for."""
    office.open(6)
    run = office.desk().ledger.claim(1, 1, "hold", NOW)
    assert run is not None
    (sent,) = office.desk().send() or []
    assert (sent.tally.sent, sent.mailing.state) == (4, "sending")


def test_what_a_dead_run_of_a_cancelled_mailing_had_under_way_is_uncertain(office: Office) -> None:
    office.open(2)
    ledger = office.desk().ledger
    run = ledger.claim(1, 0, "hold", NOW)
    assert run is not None
    ledger.turn(run, [], [each.subscriber for each in office.mailings.deliveries(1)][:1], NOW)
    office.mailings.cancel(1, NOW)
    desk = office.desk()
    desk.sweep()
    assert office.mailings.counts(1) == {"sending": 1, "skipped": 1}
    assert desk.ledger.runs is not None
    desk.ledger.runs.stale = 0
    desk.sweep()
    assert office.mailings.counts(1) == {"uncertain": 1, "skipped": 1}

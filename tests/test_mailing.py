"""The desk that opens mailings and sends them: one sender at a time, canaries and pauses."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import update

from publisher import durable
from publisher.deliver.compiled import SLOT, Compiled, Slot
from publisher.deliver.lanes import Lanes
from publisher.deliver.ledger import Mailing
from publisher.deliver.send import Options, Sender
from publisher.deliver.transports.base import Answer, Refused, Uncertain
from publisher.deliver.transports.memory import MemoryTransport
from publisher.errors import StepFailed
from publisher.mailing import MailingDesk, Sent, paused_words, personal_of
from publisher.storage.database import open_database, writing
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailing_opening import Canary
from publisher.storage.mailings import Mailings
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.storage.tables import deliveries
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice
from publisher.subscribers.tokens import Kind, Token, bulletin_tag, make_keys

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
MESSAGE = {"en": Compiled((b"To: ", Slot("to"), b"\r\nX: ", Slot("plain"), b"\r\n\r\nhello\r\n"))}
DEAD = Refused(temporary=False, reply="550 5.1.1 no such user")
RELAY_DOWN = Refused(True, "connection refused", "relay")


class Desk:
    """A desk over a database, with a lock in a folder.

    `now` is its time, `alarms` what the operator hears; `meanwhile` happens after each turn of a
    sender.
    """

    def __init__(self, folder: Path, database: str, canary: Canary | None = None) -> None:
        self.engine = engine = open_database(database)
        self.people, self.mailings, self.keys = People(engine), Mailings(engine), make_keys()
        self.ledger, self.lock = DatabaseLedger(engine), folder / "sending.lock"
        self.now, self.canary, self.stop = NOW, canary or Canary(), Event()
        self.options = Options(lanes=1, canary_wait=30 * MINUTE, canary_limit=0.2)
        self.alarms: list[tuple[str, list[str]]] = []
        self.paused: set[int] = set()
        self.relay = MemoryTransport()
        self.meanwhile: Callable[[], object] = lambda: None

    def readers(self, number: int, bulletin: str = "daily") -> list[str]:
        proof, choices = Consent("en", "…", "form"), [Choice(bulletin, "en")]
        addresses = [f"{bulletin}{each}@example.com" for each in range(number)]
        for each in addresses:
            self.people.add(read_address(each), "", choices, proof, NOW)
        return addresses

    def answering(self, answers: Mapping[str, Sequence[Answer]]) -> None:
        self.relay = MemoryTransport(answers)

    def desk(self) -> MailingDesk:
        return MailingDesk(
            self.mailings, self.ledger, self.canary, self._sender, self.lock, self._tell_paused
        )

    def open(self, bulletin: str = "daily", issue: str = "2026-05-01") -> Mailing:
        return self.desk().open(bulletin, issue, MESSAGE, self.now)

    def send(self) -> list[Sent]:
        sent = self.desk().send()
        assert sent is not None
        return sent

    @property
    def sent(self) -> list[str]:
        return [envelope.recipient for envelope, _ in self.relay.sent]

    def _sender(self, ledger: DatabaseLedger) -> Sender:
        return Sender(
            ledger, lambda number: Lanes(lambda: self.relay, number),
            lambda mailing: personal_of(self.keys, mailing, "back.example.com"),
            self.options, lambda: self.now, self.stop, lambda mailing, tally: self.meanwhile(),
        )  # fmt: skip

    def _tell_paused(self) -> None:
        """What goes on is forgotten, and what is known is not told again."""
        found = self.mailings.all(states=("paused",))
        self.alarms += [paused_words(each) for each in found if each.id not in self.paused]
        self.paused = {each.id for each in found}


@pytest.fixture
def desk(swift: Path, database: str) -> Desk:
    return Desk(swift, database)


@pytest.fixture
def alone(swift: Path) -> Desk:
    """One that knows of no other machine; how several share a mailing has tests of its own."""
    return Desk(swift, f"sqlite:///{swift / 'post.sqlite'}")


@pytest.fixture
def careful(swift: Path, database: str) -> Desk:
    """A tenth of the readers goes first, and the others half an hour later."""
    return Desk(swift, database, Canary(share=0.1))


class TestSending:
    def test_everybody_gets_one_message_and_the_mailing_is_finished(self, desk: Desk) -> None:
        readers = desk.readers(3)
        desk.open()
        (sent,) = desk.send()
        assert sorted(desk.sent) == readers
        assert (sent.mailing.state, sent.tally.sent, sent.counts) == ("finished", 3, {"sent": 3})

    def test_its_end_is_said_once(self, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
        desk.readers(3)
        desk.open()
        with caplog.at_level(logging.INFO, "publisher.mailing"):
            desk.send()
            desk.now += MINUTE
            desk.send()
            desk.desk().sweep()
        assert [each.message for each in caplog.records] == [
            "mailing of daily 2026-05-01 finished: 3 sent"
        ]
        assert vars(caplog.records[0])["event"] == "mailing-finished"

    def test_opening_a_second_time_gives_back_the_first(self, desk: Desk) -> None:
        desk.readers(1)
        assert desk.open().id == desk.open().id

    def test_what_is_finished_is_not_sent_again(self, desk: Desk) -> None:
        desk.readers(1)
        desk.open()
        desk.send()
        assert desk.send() == []
        assert len(desk.sent) == 1

    def test_a_second_sender_leaves_the_first_alone(self, alone: Desk) -> None:
        alone.readers(1)
        alone.open()
        held = durable.try_lock(alone.lock)
        assert held is not None
        assert alone.desk().send() is None
        os.close(held)
        assert len(alone.send()) == 1

    def test_the_lock_is_free_after_an_error(self, desk: Desk) -> None:
        """And the next sender does what this one could not."""
        desk.readers(1)
        desk.open()

        def fail(_: DatabaseLedger) -> Sender:
            raise StepFailed("no keys")

        broken = MailingDesk(desk.mailings, desk.ledger, Canary(), fail, desk.lock)
        with pytest.raises(StepFailed):
            broken.send()
        assert desk.send()[0].counts == {"sent": 1}

    def test_the_oldest_goes_first(self, desk: Desk) -> None:
        desk.readers(1, "weekly")
        desk.readers(1, "daily")
        desk.open("weekly")
        desk.open("daily")
        desk.send()
        assert desk.sent == ["weekly0@example.com", "daily0@example.com"]

    def test_a_mailing_that_is_opened_meanwhile_is_sent_too(self, desk: Desk) -> None:
        desk.readers(1, "daily")
        desk.readers(1, "weekly")
        desk.open("daily")
        desk.meanwhile = lambda: desk.open("weekly")
        assert [str(each.mailing) for each in desk.send()] == [
            "daily 2026-05-01", "weekly 2026-05-01",
        ]  # fmt: skip
        assert desk.sent == ["daily0@example.com", "weekly0@example.com"]

    def test_a_sender_that_is_stopped_begins_no_other_mailing(self, desk: Desk) -> None:
        for bulletin in ("daily", "weekly"):
            desk.readers(2, bulletin)
            desk.open(bulletin)
        desk.meanwhile = desk.stop.set
        (sent,) = desk.send()
        assert (sent.mailing.bulletin, sent.mailing.state) == ("daily", "sending")
        desk.meanwhile = desk.stop.clear
        desk.stop.clear()
        assert sum(each.tally.sent for each in desk.send()) == 3
        assert len(set(desk.sent)) == len(desk.sent) == 4

    def test_what_is_deferred_keeps_a_mailing_open(self, desk: Desk) -> None:
        """It is sent by a later run, and then the mailing is settled."""
        (reader,) = desk.readers(1)
        desk.answering({reader: [Refused(temporary=True, reply="450 4.7.1 greylisted")]})
        desk.open()
        (sent,) = desk.send()
        assert (sent.mailing.state, sent.counts) == ("sending", {"deferred": 1})
        assert desk.send()[0].tally.done == 0
        desk.now += 10 * MINUTE
        (sent,) = desk.send()
        assert (sent.mailing.state, sent.counts) == ("finished", {"sent": 1})

    def test_what_nobody_knows_of_does_not_keep_it_open(self, desk: Desk) -> None:
        (reader,) = desk.readers(1)
        desk.answering({reader: [Uncertain("the message was handed over, then: silence")]})
        desk.open()
        (sent,) = desk.send()
        assert (sent.mailing.state, sent.counts) == ("finished", {"uncertain": 1})

    def test_what_a_killed_sender_left_of_a_cancelled_mailing_is_uncertain(
        self, alone: Desk
    ) -> None:
        alone.readers(2)
        mailing = alone.open().id
        (first, _) = [each.subscriber for each in alone.mailings.deliveries(mailing)]
        alone.ledger.turn(alone.ledger.take(mailing, 0, "hold", NOW), [], [first], NOW)
        alone.mailings.cancel(mailing, NOW)
        assert alone.send() == []
        assert alone.mailings.counts(mailing) == {"uncertain": 1, "skipped": 1}

    def test_each_message_is_its_reader_s_own(self, desk: Desk) -> None:
        """Links and return address say who it is, by tokens that only we can write."""
        desk.readers(1)
        mailing = desk.open()
        desk.send()
        ((envelope, message),) = desk.relay.sent
        local, _, domain = envelope.sender.partition("@")
        delivery = desk.keys.read(local.removeprefix("b+"), Kind.DELIVERY)
        (row,) = desk.mailings.deliveries(mailing.id)
        assert delivery == Token(Kind.DELIVERY, row.subscriber, mailing.id)
        assert domain == "back.example.com"
        link = message.partition(b"X: ")[2][: len(SLOT)].decode()
        reader = Token(Kind.READER, row.subscriber, bulletin_tag("daily"))
        assert desk.keys.read(link, Kind.READER) == reader


class TestCanary:
    def test_the_others_wait_for_it(self, careful: Desk) -> None:
        careful.readers(20)
        careful.open()
        (sent,) = careful.send()
        assert sent.counts == {"sent": 2, "queued": 18}
        assert sent.mailing.waits_until == NOW + 30 * MINUTE

    def test_they_go_when_it_has_waited(self, careful: Desk) -> None:
        """Not before, however often a sender looks."""
        careful.readers(20)
        careful.open()
        careful.send()
        careful.now += 20 * MINUTE
        assert careful.send()[0].tally.done == 0
        careful.now += 10 * MINUTE
        (sent,) = careful.send()
        assert (sent.mailing.state, sent.tally.sent, len(careful.sent)) == ("finished", 18, 20)
        assert careful.alarms == []

    def test_past_the_limit_they_wait_for_the_operator(self, careful: Desk) -> None:
        """Who is told once; time does not let them go, `resume` does."""
        careful.answering({each: [DEAD] for each in careful.readers(20)})
        mailing = careful.open()
        (sent,) = careful.send()
        assert (sent.mailing.state, sent.mailing.resumes) == ("paused", None)
        ((subject, lines),) = careful.alarms
        assert subject == "Mailing paused: daily 2026-05-01"
        assert lines[1:] == [
            "100% of the canary was refused, bounced or complained",
            "`publisher mailings resume daily 2026-05-01` lets it go on.",
        ]
        careful.now += 1000 * MINUTE
        assert careful.send() == []
        careful.relay = MemoryTransport()
        careful.mailings.resume(mailing.id)
        assert careful.send()[0].counts == {"failed": 2, "sent": 18}
        assert len(careful.alarms) == 1

    def test_what_comes_back_while_they_wait_counts(self, careful: Desk) -> None:
        """A bounce after the message was accepted."""
        careful.readers(20)
        mailing = careful.open()
        careful.send()
        bounced = next(careful.mailings.deliveries(mailing.id, ["sent"])).subscriber
        with writing(careful.engine) as connection:
            is_it = deliveries.c.subscriber_id == bounced
            connection.execute(update(deliveries).where(is_it).values(bounced="hard"))
        careful.now += 30 * MINUTE
        assert careful.send()[0].mailing.state == "paused"

    def test_a_relay_that_is_down_is_not_the_canary_s_fault(self, careful: Desk) -> None:
        """The mailing pauses for a while; the wait of the others begins after the canary."""
        careful.answering({each: [RELAY_DOWN] * 10 for each in careful.readers(100)})
        careful.open()
        (sent,) = careful.send()
        assert (sent.mailing.state, sent.mailing.waits_until) == ("paused", None)
        assert sent.mailing.resumes is not None

    def test_a_sender_that_is_stopped_lets_nobody_go(self, careful: Desk) -> None:
        """Not even where the wait would begin."""
        careful.readers(30)
        careful.open()
        careful.meanwhile = careful.stop.set
        (sent,) = careful.send()
        assert sent.mailing.waits_until is None
        assert sent.counts["queued"] >= 27


class TestPauses:
    def down(self, desk: Desk) -> Sent:
        """A relay that refuses all of twenty readers once."""
        desk.answering({each: [RELAY_DOWN] for each in desk.readers(20)})
        desk.open()
        (sent,) = desk.send()
        return sent

    def test_a_relay_that_refuses_everything_pauses_the_mailing(self, desk: Desk) -> None:
        """The operator hears why, and when it goes on."""
        sent = self.down(desk)
        assert (sent.mailing.state, sent.mailing.resumes) == ("paused", NOW + 2 * MINUTE)
        ((_, lines),) = desk.alarms
        assert lines[1:] == [
            "the relay refuses everything: connection refused",
            "It goes on by itself at 2026-05-01 08:02 UTC.",
        ]
        assert desk.send() == []

    def test_it_goes_on_by_itself(self, desk: Desk) -> None:
        """When its pause is over and somebody sends."""
        self.down(desk)
        desk.relay = MemoryTransport()
        desk.now += 2 * MINUTE
        (sent,) = desk.send()
        assert (sent.mailing.state, sent.counts) == ("finished", {"sent": 20})
        assert (len(desk.alarms), desk.paused) == (1, set())

    def test_the_next_pause_is_news(self, desk: Desk) -> None:
        """Where it has gone on in between."""
        desk.answering({each: [RELAY_DOWN] * 9 for each in desk.readers(20)})
        desk.open()
        for _ in range(2):
            desk.send()
            desk.now += 1000 * MINUTE
        assert len(desk.alarms) == 2

    def test_an_operator_s_pause_does_not_end_by_itself(self, desk: Desk) -> None:
        desk.readers(1)
        desk.mailings.pause(desk.open().id, "look at it first")
        desk.now += dt.timedelta(days=1)
        assert desk.send() == []

    def test_other_mailings_go_on(self, desk: Desk) -> None:
        desk.answering({each: [RELAY_DOWN] for each in desk.readers(20)})
        desk.open()
        desk.readers(1, "weekly")
        desk.open("weekly")
        assert [each.mailing.state for each in desk.send()] == ["paused", "finished"]

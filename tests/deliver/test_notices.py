"""Notices go out one after the other, and are tried again where that may help."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path
from threading import Event

import pytest

from publisher.deliver.notices import NoticeSender
from publisher.deliver.transports.base import Refused, Uncertain
from publisher.deliver.transports.memory import MemoryTransport
from publisher.errors import StepFailed
from publisher.storage.database import open_database
from publisher.storage.notices import PER_DAY, Notices, QueuedNotice
from publisher.subscribers.addresses import read_address

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
ANNA = read_address("anna@example.com")
MESSAGE = b"Subject: Please confirm\r\n\r\n.dot\r\n"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def notices(swift: Path) -> Notices:
    return Notices(open_database(f"sqlite:///{swift / 'notices.sqlite'}"))


def sender(notices: Notices, transport: MemoryTransport, clock: Clock) -> NoticeSender:
    return NoticeSender(notices, transport, "b+notice@example.com", clock=clock)


def states(notices: Notices) -> dict[tuple[str, str], int]:
    return notices.counts()


def test_what_is_due_is_sent_once(notices: Notices) -> None:
    notices.queue("confirm", ANNA, MESSAGE, NOW)
    memory = MemoryTransport()
    one = sender(notices, memory, Clock())
    assert (one.send_due(), one.send_due()) == (1, 0)
    ((envelope, message),) = memory.sent
    assert (envelope.recipient, envelope.sender) == ("anna@example.com", "b+notice@example.com")
    assert message == MESSAGE
    assert states(notices) == {("confirm", "sent"): 1}


def test_a_refusal_for_now_is_tried_again_later(notices: Notices) -> None:
    notices.queue("confirm", ANNA, MESSAGE, NOW)
    clock = Clock()
    memory = MemoryTransport({"anna@example.com": [Refused(True, "451 greylisted")]})
    one = sender(notices, memory, clock)
    assert (one.send_due(), one.send_due()) == (1, 0)
    clock.now += dt.timedelta(minutes=2)
    assert one.send_due() == 1
    assert len(memory.sent) == 1


def test_a_refusal_for_good_ends_it(notices: Notices) -> None:
    notices.queue("confirm", ANNA, MESSAGE, NOW)
    memory = MemoryTransport({"anna@example.com": [Refused(False, "550 5.1.1 nobody")]})
    sender(notices, memory, Clock()).send_due()
    assert states(notices) == {("confirm", "failed"): 1}


def test_an_unknown_fate_is_not_tried_again(notices: Notices) -> None:
    notices.queue("confirm", ANNA, MESSAGE, NOW)
    memory = MemoryTransport({"anna@example.com": [Uncertain("gone")]})
    one = sender(notices, memory, Clock())
    assert (one.send_due(), one.send_due()) == (1, 0)
    assert states(notices) == {("confirm", "uncertain"): 1}


def test_after_a_day_of_trying_it_is_given_up(notices: Notices) -> None:
    notices.queue("confirm", ANNA, MESSAGE, NOW)
    clock = Clock()
    clock.now += dt.timedelta(days=2)
    memory = MemoryTransport({"anna@example.com": [Refused(True, "451 later")]})
    sender(notices, memory, clock).send_due()
    assert states(notices) == {("confirm", "failed"): 1}


def test_a_redirect_takes_all(notices: Notices) -> None:
    notices.queue("confirm", ANNA, MESSAGE, NOW)
    memory = MemoryTransport()
    one = NoticeSender(notices, memory, "b@example.com", "desk@example.com", Clock())
    one.send_due()
    assert memory.sent[0][0].recipient == "desk@example.com"


def test_nobody_gets_more_than_their_share_of_a_day(notices: Notices) -> None:
    asked = [notices.queue("confirm", ANNA, MESSAGE, NOW) for _ in range(PER_DAY + 2)]
    assert asked == [True] * PER_DAY + [False] * 2
    assert notices.queue("confirm", ANNA, MESSAGE, NOW + dt.timedelta(days=1, seconds=1))


def test_after_a_crash_what_was_under_way_is_not_sent_twice(notices: Notices) -> None:
    notices.queue("confirm", ANNA, MESSAGE, NOW)
    notices.claim(NOW)
    assert notices.recover(NOW + dt.timedelta(minutes=5)) == 0
    assert notices.recover(NOW + dt.timedelta(minutes=30)) == 1
    assert sender(notices, MemoryTransport(), Clock()).send_due() == 0
    assert states(notices) == {("confirm", "uncertain"): 1}


class Hasty(Event):
    """Waits for nothing."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


class Away(Notices):
    """A database that is away for three looks; then the sender is stopped."""

    def __init__(self, stop: Event) -> None:
        self._looks, self._stop = 0, stop

    def claim(self, now: dt.datetime, limit: int = 20) -> list[QueuedNotice]:
        self._looks += 1
        if self._looks <= 3:
            raise StepFailed("the database cannot be used", "run it again")
        self._stop.set()
        return []


def test_a_database_that_is_away_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """It is asked every second: the log would hold nothing else."""
    stop = Hasty()
    sender = NoticeSender(Away(stop), MemoryTransport(), "b@example.com", stop=stop)
    with caplog.at_level(logging.INFO, "publisher.notices"):
        sender.run()
    assert [each.message for each in caplog.records] == [
        "notices, trying on: the database cannot be used; run it again",
        "notices go out again",
    ]

"""Lanes that are threads."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Event

from publisher.deliver.lanes import Job, Lanes, Result
from publisher.deliver.transports.base import Accepted, Answer, Envelope, Refused, Uncertain
from publisher.deliver.transports.memory import MemoryTransport


class Held:
    """A transport that answers when it is let go, or aborted."""

    is_dot_stuffed = False

    def __init__(self) -> None:
        self.may, self.has_begun, self.is_aborted = Event(), Event(), False

    def send(self, envelope: Envelope, message: Sequence[bytes]) -> Answer:
        self.has_begun.set()
        self.may.wait(30)
        return Uncertain("cut off") if self.is_aborted else Accepted("250")

    def abort(self) -> None:
        self.is_aborted = True
        self.may.set()

    def close(self) -> None:
        pass


class Failing(Held):
    """A transport with a bug."""

    def send(self, envelope: Envelope, message: Sequence[bytes]) -> Answer:
        raise RuntimeError("a bug")


def _job(number: int) -> Job:
    envelope = Envelope("b@example.com", f"r{number}@example.org", f"{number}")
    return Job(number, 0, envelope, lambda: [b"hello\r\n"])


def _all(lanes: Lanes, number: int) -> list[Result]:
    found: list[Result] = []
    until = time.monotonic() + 30
    while len(found) < number:
        found += lanes.results(0.5)
        assert time.monotonic() < until
    return found


def test_every_job_has_a_result() -> None:
    memory = MemoryTransport()
    lanes = Lanes(lambda: memory, 3)
    for number in range(3):
        lanes.start(_job(number))
    assert sorted(each.job.subscriber for each in _all(lanes, 3)) == [0, 1, 2]
    assert (lanes.free, lanes.flying, len(memory.sent)) == (3, 0, 3)
    assert lanes.close(1) == []
    assert memory.closed


def test_a_job_flies_until_its_result_is_fetched() -> None:
    held = Held()
    lanes = Lanes(lambda: held, 2)
    lanes.start(_job(1))
    assert (lanes.free, lanes.flying) == (1, 1)
    assert lanes.results(0) == []
    held.may.set()
    _all(lanes, 1)
    assert (lanes.free, lanes.flying) == (2, 0)
    lanes.close(1)


def test_one_that_hangs_holds_up_no_other() -> None:
    made = iter([held := Held(), MemoryTransport()])
    lanes = Lanes(lambda: next(made), 2)
    lanes.start(_job(0))
    while not held.has_begun.is_set():
        for _ in lanes.results(0.01):
            lanes.start(_job(0))
    lanes.start(_job(1))
    (result,) = _all(lanes, 1)
    assert (result.job.subscriber, type(result.answer)) == (1, Accepted)
    held.may.set()
    assert [each.job.subscriber for each in lanes.close(10)] == [0]


def test_closing_cuts_off_what_hangs() -> None:
    held = Held()
    lanes = Lanes(lambda: held, 1)
    lanes.start(_job(1))
    assert [each.answer for each in lanes.close(0.01)] == [Uncertain("cut off")]


def test_a_message_that_cannot_be_made_is_refused() -> None:
    def fails() -> list[bytes]:
        raise ValueError("no")

    lanes = Lanes(MemoryTransport, 1)
    lanes.start(Job(1, 0, _job(1).envelope, fails))
    assert _all(lanes, 1)[0].answer == Refused(False, "the message cannot be made: no")
    lanes.close(1)


def test_a_transport_with_a_bug_is_answered_as_what_nobody_knows() -> None:
    """Its lane serves on."""
    lanes = Lanes(Failing, 1)
    for _ in range(2):
        lanes.start(_job(1))
        answer = _all(lanes, 1)[0].answer
        assert answer == Uncertain("the transport failed: RuntimeError('a bug')")
    lanes.close(1)

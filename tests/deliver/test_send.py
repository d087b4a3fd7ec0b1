"""A sender with a real ledger: who gets the message, who does not, and what is written of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Event

import pytest

from publisher.deliver.compiled import SLOT, compile_letter
from publisher.deliver.lanes import Job, Lanes, Result
from publisher.deliver.ledger import Mailing, Run, TakenOver, Turn
from publisher.deliver.message import Letter
from publisher.deliver.plan import STREAK, Limits, Outcome
from publisher.deliver.send import Options, Personal, Sender, Tally
from publisher.deliver.transports.base import Accepted, Answer, Envelope, Refused, Uncertain
from publisher.deliver.transports.memory import MemoryTransport
from publisher.errors import StepFailed
from publisher.storage.database import open_database
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailing_opening import Canary
from publisher.storage.mailings import Mailings
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SHOWN = Consent("en", "…", "form")
PERSONAL = Personal(lambda who: f"{who:060d}", lambda who: f"b+{who}@example.com")
GREYLISTED = Refused(True, "450 4.7.1 greylisted")
UNKNOWN = Refused(False, "550 5.1.1 no such user")
DOWN = Refused(True, "the relay cannot be reached", "relay")


class Acting(MemoryTransport):
    """Does something when the n-th message comes."""

    def __init__(self, **at: Callable[[], object]) -> None:
        super().__init__()
        self.at, self.count = {int(key[1:]): act for key, act in at.items()}, 0

    def send(self, envelope: Envelope, message: Sequence[bytes]) -> Answer:
        self.count += 1
        if act := self.at.get(self.count):
            act()
        return super().send(envelope, message)


class Refusing(MemoryTransport):
    """Gives everybody the same answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer

    def send(self, envelope: Envelope, message: Sequence[bytes]) -> Answer:
        super().send(envelope, message)
        return self.answer


class Flaky(DatabaseLedger):
    """A ledger that cannot be written from one turn to another, before or after it has done it."""

    failing: range = range(0)
    is_too_late = False
    turns = 0
    # How many runs are at work at each sign of life; from the last one on, so many.
    runs_seen: tuple[int, ...] = (1,)
    beats = 0

    def beat(self, run: Run) -> int:
        self.beats += 1
        return self.runs_seen[min(self.beats, len(self.runs_seen)) - 1]

    def turn(
        self, run: Run, outcomes: Sequence[Outcome], wanted: Sequence[int], now: dt.datetime
    ) -> Turn:
        self.turns += 1
        if self.turns in self.failing:
            raise StepFailed("the disk is full", "make room")
        return super().turn(run, outcomes, wanted, now)


@dataclass
class Instant:
    """Lanes that answer at once, and a time that passes only where somebody waits."""

    number: int
    now: float = 100.0
    is_dot_stuffed = False
    started: list[tuple[float, str]] = field(default_factory=list)
    waiting: list[Result] = field(default_factory=list)

    @property
    def flying(self) -> int:
        return len(self.waiting)

    @property
    def free(self) -> int:
        return self.number - self.flying

    def start(self, job: Job) -> None:
        self.started.append((self.now, job.envelope.recipient))
        self.waiting.append(Result(job, Accepted("250")))

    def results(self, wait: float) -> list[Result]:
        if not self.waiting:
            self.now += wait
        found, self.waiting = self.waiting, []
        return found

    def close(self, patience: float) -> list[Result]:
        return self.results(0)


class House:
    """A database with readers, a mailing of them, and senders."""

    def __init__(self, folder: Path, readers: int = 0) -> None:
        engine = open_database(f"sqlite:///{folder / 'house.sqlite'}")
        self.people, self.mailings = People(engine), Mailings(engine)
        self.ledger = Flaky(engine)
        self.memory: MemoryTransport = MemoryTransport()
        self.stop = Event()
        self.now = NOW
        self.add(readers)

    def add(self, number: int, domain: str = "example.org") -> list[int]:
        return [
            self.people.add(
                read_address(f"r{each}@{domain}"), "", [Choice("daily", "zh")], SHOWN, NOW
            )
            for each in range(number)
        ]

    def open(self, **more: object) -> int:
        kept = {"zh": _compiled()}
        return self.mailings.open("daily", "2026-05-01", kept, NOW, **more).id  # type: ignore[arg-type]

    def sender(self, **options: object) -> Sender:
        return Sender(
            self.ledger, lambda number: Lanes(lambda: self.memory, number),
            lambda mailing: PERSONAL, Options(**{"lanes": 4, **options}),  # type: ignore[arg-type]
            lambda: self.now, self.stop,
        )  # fmt: skip

    def send(self, mailing: int, **options: object) -> Tally:
        tally = self.sender(**options).send(mailing)
        self.ledger.close()
        return tally

    def states(self, mailing: int) -> dict[str, int]:
        return dict(Counter(each.state for each in self.mailings.deliveries(mailing)))

    def arrived(self) -> Counter[str]:
        return Counter(envelope.recipient for envelope, _ in self.memory.sent)


@pytest.fixture
def house(swift: Path) -> House:
    return House(swift, readers=30)


def _everybody(number: int = 30) -> Counter[str]:
    return Counter(f"r{each}@example.org" for each in range(number))


class TestMailing:
    def test_everybody_has_it_once(self, house: House) -> None:
        mailing = house.open()
        assert house.send(mailing) == Tally(sent=30)
        assert house.arrived() == _everybody()
        assert house.states(mailing) == {"sent": 30}
        assert house.ledger.settle(mailing, NOW).state == "finished"

    def test_a_second_time_nobody_has_it_again(self, house: House) -> None:
        mailing = house.open()
        house.send(mailing)
        assert house.send(mailing) == Tally()
        assert house.arrived() == _everybody()

    def test_more_readers_than_are_looked_up_at_a_time(self, house: House) -> None:
        house.add(1100, "many.example")
        mailing = house.open()
        assert house.send(mailing, lanes=16).sent == 1130
        assert set(house.arrived().values()) == {1}

    def test_each_message_is_the_readers_own(self, house: House) -> None:
        house.send(house.open())
        for envelope, message in house.memory.sent:
            who = envelope.sender.removeprefix("b+").removesuffix("@example.com")
            assert f"To: <{envelope.recipient}>\r\n".encode() in message
            assert f"Message-ID: <{envelope.key}@example.com>".encode() in message
            assert f"/-/leave/{int(who):060d}".encode() in message
        assert len({envelope.key for envelope, _ in house.memory.sent}) == 30

    def test_in_a_rehearsal_all_goes_to_one_address(self, house: House) -> None:
        house.send(house.open(), redirect="desk@example.com")
        assert house.arrived() == {"desk@example.com": 30}

    def test_who_has_left_meanwhile_is_skipped(self, house: House) -> None:
        mailing = house.open()
        (gone, *_) = (each.subscriber for each in house.mailings.deliveries(mailing))
        house.people.move(gone, "daily", "ended", NOW)
        assert house.send(mailing) == Tally(sent=29, skipped=1)

    @pytest.mark.parametrize("state", ["paused", "cancelled"])
    def test_one_that_does_not_go_on_is_left_alone(self, house: House, state: str) -> None:
        mailing = house.open()
        if state == "paused":
            house.mailings.pause(mailing, "by the operator")
        else:
            house.mailings.cancel(mailing, NOW)
        assert house.send(mailing) == Tally()
        assert not house.memory.sent

    def test_tells_how_far_it_is(self, house: House) -> None:
        told: list[int] = []
        sender = house.sender()
        sender.progress = lambda mailing, tally: told.append(tally.done)
        sender.send(house.open())
        house.ledger.close()
        assert told == sorted(told)
        assert told[-1] == 30


class TestAnswers:
    @pytest.fixture(autouse=True)
    def _answers(self, house: House) -> None:
        house.memory = MemoryTransport({
            "r1@example.org": [GREYLISTED], "r2@example.org": [UNKNOWN],
            "r3@example.org": [Uncertain("silence")], "r4@example.org": [DOWN],
        })  # fmt: skip

    def test_each_answer_has_its_state(self, house: House) -> None:
        mailing = house.open()
        assert house.send(mailing) == Tally(sent=26, deferred=2, failed=1, uncertain=1)
        rows = {each.address: each for each in house.mailings.deliveries(mailing)}
        told = [(rows[f"r{n}@example.org"].state, rows[f"r{n}@example.org"].reply) for n in (1, 2)]
        assert told == [("deferred", "450 4.7.1 greylisted"), ("failed", "550 5.1.1 no such user")]

    def test_what_is_deferred_goes_out_later(self, house: House) -> None:
        mailing = house.open()
        house.send(mailing)
        assert house.send(mailing) == Tally()
        house.now += HOUR
        assert house.send(mailing) == Tally(sent=2)
        assert house.arrived() == _everybody() - Counter(["r2@example.org"])

    def test_what_may_have_arrived_is_held(self, house: House) -> None:
        mailing = house.open()
        house.send(mailing)
        house.now += HOUR
        house.send(mailing)
        assert house.states(mailing)["uncertain"] == 1
        assert house.arrived()["r3@example.org"] == 1

    def test_or_sent_again_where_that_is_the_policy(self, house: House) -> None:
        mailing = house.open()
        house.send(mailing, uncertain="resend")
        house.now += HOUR
        house.send(mailing, uncertain="resend")
        assert house.states(mailing) == {"sent": 29, "failed": 1}
        assert house.arrived()["r3@example.org"] == 2


class TestRelay:
    @pytest.mark.parametrize("answer", [DOWN, UNKNOWN, GREYLISTED])
    def test_one_that_refuses_everything_pauses_the_mailing(
        self, house: House, answer: Answer
    ) -> None:
        mailing = house.open()
        house.memory = Refusing(answer)
        assert house.send(mailing).done < STREAK + 4
        found = house.mailings.get(mailing)
        assert (found.state, found.resumes) == ("paused", NOW + dt.timedelta(minutes=2))
        assert answer.reply in found.reason
        assert "failed" not in house.states(mailing)

    def test_afterwards_everybody_has_it(self, house: House) -> None:
        mailing = house.open()
        house.memory = Refusing(UNKNOWN)
        house.send(mailing)
        house.now += HOUR
        house.mailings.resume_waiting(house.now)
        house.memory = MemoryTransport()
        assert house.send(mailing).sent == 30
        assert house.arrived() == _everybody()

    def test_an_old_list_comes_to_its_end(self, house: House) -> None:
        """Who is refused for good again and again is dead, however many they are."""
        mailing = house.open()
        house.memory = Refusing(UNKNOWN)
        for _ in range(12):
            house.send(mailing)
            house.now += 2 * HOUR
            house.mailings.resume_waiting(house.now)
        assert house.states(mailing) == {"failed": 30}

    def test_single_refusals_pause_nothing(self, house: House) -> None:
        mailing = house.open()
        house.memory = MemoryTransport({f"r{n}@example.org": [UNKNOWN] for n in range(9)})
        assert house.send(mailing, lanes=1) == Tally(sent=21, failed=9)


class TestOperator:
    """In the middle: while the tenth message is under way."""

    def test_a_pause_in_the_middle_is_kept(self, house: House) -> None:
        mailing = house.open()
        house.memory = Acting(_10=lambda: house.mailings.pause(mailing, "by the operator"))
        house.send(mailing, lanes=1)
        assert house.states(mailing) == {"sent": 10, "queued": 20}
        house.mailings.resume(mailing)
        house.send(mailing)
        assert house.arrived() == _everybody()

    def test_so_is_a_cancellation(self, house: House) -> None:
        mailing = house.open()
        house.memory = Acting(_10=lambda: house.mailings.cancel(mailing, NOW))
        house.send(mailing, lanes=1)
        assert len(house.memory.sent) == 10
        assert house.states(mailing) == {"sent": 10, "skipped": 20}

    def test_a_stop_finishes_what_is_under_way_and_begins_nothing(self, house: House) -> None:
        mailing = house.open()
        house.memory = Acting(_10=house.stop.set)
        house.send(mailing)
        sent = len(house.memory.sent)
        assert house.states(mailing) == {"sent": sent, "queued": 30 - sent}

    def test_what_a_stop_cuts_off_pauses_nothing(self, house: House) -> None:
        """Else a sender with a relay that hangs would pause its mailing when it is stopped."""
        mailing = house.open()
        house.memory = Refusing(DOWN)
        sender = house.sender()
        sender.make_lanes = lambda number: Late(20, DOWN, house.stop)
        sender.send(mailing)
        house.ledger.close()
        assert house.mailings.get(mailing).state == "sending"
        assert house.states(mailing) == {"deferred": 20, "queued": 10}

    def test_another_sender_takes_over(self, house: House) -> None:
        """The first one begins nothing more, but what was accepted stays so."""
        mailing = house.open()
        other = DatabaseLedger(house.ledger._engine)
        house.memory = Acting(_10=lambda: other.take(mailing, 0, "hold", NOW))
        house.send(mailing, lanes=1)
        assert len(house.memory.sent) == 10
        assert house.states(mailing) == {"sent": 10, "queued": 20}


@dataclass
class Late(Instant):
    """Lanes that hang until they are closed; then each job has this answer."""

    answer: Answer = DOWN
    stop: Event = field(default_factory=Event)

    def __init__(self, number: int, answer: Answer, stop: Event) -> None:
        super().__init__(number)
        self.answer, self.stop = answer, stop

    def results(self, wait: float) -> list[Result]:
        self.stop.set()
        return []

    def close(self, patience: float) -> list[Result]:
        return [Result(each.job, self.answer) for each in super().results(0)]


class TestLedger:
    def test_one_that_fails_for_a_while_loses_nothing(self, house: House) -> None:
        mailing = house.open()
        house.ledger.failing = range(3, 5)
        assert house.send(mailing) == Tally(sent=30)
        assert house.arrived() == _everybody()
        assert house.states(mailing) == {"sent": 30}

    def test_one_that_fails_at_the_beginning_begins_nothing(self, house: House) -> None:
        mailing = house.open()
        house.ledger.failing = range(1, 10**6)
        house.stop.wait = lambda timeout=None: house.stop.set() or True  # type: ignore[method-assign,assignment,func-returns-value]
        with pytest.raises(StepFailed, match="the disk is full"):
            house.send(mailing)
        assert not house.memory.sent

    def test_what_has_come_back_is_written_when_there_is_room_again(self, house: House) -> None:
        """Also where the sender was asked to stop meanwhile."""
        mailing = house.open()
        house.memory = Acting(_4=house.stop.set)
        house.ledger.failing = range(2, 4)
        house.send(mailing)
        sent = len(house.memory.sent)
        assert house.states(mailing) == {"sent": sent, "queued": 30 - sent}

    def test_a_turn_after_another_has_taken_over_says_so(self, house: House) -> None:
        mailing = house.open()
        old = house.ledger.take(mailing, 0, "hold", NOW)
        house.ledger.take(mailing, 0, "hold", NOW)
        with pytest.raises(TakenOver):
            house.ledger.turn(old, [], [], NOW)


class TestLimits:
    def _times(self, house: House, **limits: object) -> list[tuple[float, str]]:
        lanes = Instant(4)
        mailing = house.open()
        sender = house.sender(limits=Limits(**limits))  # type: ignore[arg-type]
        sender.make_lanes, sender.ticks = (lambda number: lanes), (lambda: lanes.now)
        assert sender.send(mailing).sent == len(lanes.started)
        house.ledger.close()
        return [(at - 100.0, who) for at, who in lanes.started]

    def test_so_many_are_left_for_one_where_another_is_at_work(self, house: House) -> None:
        """From its next sign of life on, which is at most two seconds away."""
        house.ledger.runs_seen = (1, 2)
        times = [at for at, _ in self._times(house, rate=10.0)]
        assert sum(at < 2 for at in times) == pytest.approx(20, abs=1)
        assert sum(2.1 < at <= 3.1 for at in times) == pytest.approx(5, abs=1)

    def test_connections_are_shared_out_too(self, house: House) -> None:
        house.ledger.runs_seen = (2,)
        lanes, most = Instant(4), 0

        def look(mailing: Mailing, tally: Tally) -> None:
            nonlocal most
            most = max(most, lanes.flying)

        sender = house.sender()
        sender.make_lanes, sender.progress = (lambda number: lanes), look
        assert sender.send(house.open()).sent == 30
        house.ledger.close()
        assert most == 2

    def test_so_many_in_a_second(self, house: House) -> None:
        times = [at for at, _ in self._times(house, rate=10)]
        assert len(times) == 30
        for number, at in enumerate(times):
            assert at >= number / 10 - 1e-6
        assert times[-1] < 4

    def test_a_slow_domain_holds_up_no_other(self, house: House) -> None:
        house.add(5, "slow.example")
        times = self._times(house, domains=(("slow.example", 2.0),))
        fast = [at for at, who in times if who.endswith("@example.org")]
        slow = [at for at, who in times if who.endswith("@slow.example")]
        assert (len(fast), len(slow)) == (30, 5)
        assert max(fast) == 0
        for number, at in enumerate(slow):
            assert at >= number / 2 - 1e-6
        assert slow[-1] < 3

    def test_without_limits_nobody_waits(self, house: House) -> None:
        assert {at for at, _ in self._times(house)} == {0}


class TestCanary:
    def test_only_the_first_slice_goes_out(self, house: House) -> None:
        mailing = house.open(canary=Canary(addresses=("r1@example.org", "r2@example.org")))
        assert house.send(mailing) == Tally(sent=2)
        assert house.arrived() == Counter(["r1@example.org", "r2@example.org"])

    def test_the_others_when_they_are_let_go(self, house: House) -> None:
        mailing = house.open(canary=Canary(addresses=("r1@example.org",)))
        house.send(mailing)
        house.ledger.release(mailing, NOW, HOUR)
        assert house.send(mailing) == Tally()
        house.ledger.release(mailing, NOW + HOUR, HOUR)
        house.send(mailing)
        assert house.arrived() == _everybody()


@cache
def _compiled() -> bytes:
    """A small letter with a link."""
    link = f"https://example.com/-/leave/{SLOT}"
    return compile_letter(Letter(
        subject="Hello", sender_name="News", sender_address="news@example.com", recipient="",
        date=NOW, key="", seed="a" * 32, domain="example.com", language_tags=("zh",),
        html=f"<!doctype html>\n<a href='{link}'>leave</a>\n", text=f"{link}\n",
        list_id="daily.zh.example.com", unsubscribe_url=link,
        unsubscribe_address=f"u+{SLOT}@example.com",
    )).to_bytes()  # fmt: skip

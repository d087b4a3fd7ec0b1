"""Who works on which slice: signs of life, claims, and what is left by those who died."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from crowd import NOW, at_once, mailing_of, readers
from sqlalchemy import Engine, text

from publisher.deliver.ledger import Run, TakenOver
from publisher.deliver.plan import Outcome
from publisher.storage.database import open_database, writing
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailings import Mailings
from publisher.storage.slice_runs import SliceRuns
from publisher.storage.subscribers import People

pytestmark = pytest.mark.integration

LATER = NOW + dt.timedelta(hours=1)


class Office:
    """A mailing to four in two slices."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.ledger = engine, DatabaseLedger(engine)
        self.ids = readers(People(engine), 4)
        self.mailing = mailing_of(engine)
        self.say("UPDATE deliveries SET slice = 1 WHERE subscriber_id > :id", id=self.ids[1])
        self.say("INSERT INTO slices VALUES (1, 1, 0, 0)")
        self.say("UPDATE mailings SET released = 2")
        assert self.ledger.runs is not None
        self.runs: SliceRuns = self.ledger.runs

    def say(self, statement: str, **values: object) -> None:
        with writing(self.engine) as connection:
            connection.execute(text(statement), values)

    def claim(self, slice_: int = 0) -> Run | None:
        return self.ledger.claim(self.mailing, slice_, "hold", NOW)

    def claimed(self, slice_: int = 0) -> Run:
        run = self.claim(slice_)
        assert run is not None
        return run

    def idle(self) -> list[int]:
        return self.ledger.idle(self.mailing, NOW)

    def states(self) -> dict[str, int]:
        return Mailings(self.engine).counts(self.mailing)

    def all_die(self) -> None:
        """No sign of life is new enough any more."""
        self.runs.stale = 0


@pytest.fixture
def office(postgres: str) -> Iterator[Office]:
    made = Office(open_database(postgres))
    yield made
    made.ledger.close()


def test_of_many_that_claim_a_slice_at_once_one_gets_it(office: Office) -> None:
    claimed = at_once(6, lambda _: office.claim())
    assert sum(each is not None for each in claimed) == 1


def test_a_slice_somebody_is_at_is_not_idle(office: Office) -> None:
    assert office.idle() == [0, 1]
    office.claimed(1)
    assert office.idle() == [0]
    assert office.runs.alive(office.mailing) == 1


def test_a_slice_with_nothing_due_is_not_idle_after_its_run(office: Office) -> None:
    run = office.claimed()
    office.ledger.turn(run, [], office.ids[:2], NOW)
    sent = [Outcome(who, "sent", "250") for who in office.ids[:2]]
    office.ledger.turn(run, sent, [], NOW)
    office.ledger.leave(run)
    assert office.idle() == [1]


def test_what_is_deferred_is_idle_again_when_it_is_due(office: Office) -> None:
    run = office.claimed()
    office.ledger.turn(run, [], office.ids[:2], NOW)
    due = int(LATER.timestamp())
    later = [Outcome(who, "deferred", "450", due) for who in office.ids[:2]]
    office.ledger.turn(run, later, [], NOW)
    office.ledger.leave(run)
    assert office.idle() == [1]
    assert office.ledger.idle(office.mailing, LATER) == [0, 1]


def test_slices_that_wait_for_the_canary_are_not_idle(office: Office) -> None:
    office.say("UPDATE mailings SET released = 1")
    assert office.idle() == [0]


def test_what_a_dead_run_was_at_is_claimed_and_uncertain(office: Office) -> None:
    """Also where nothing of the slice is due any more."""
    dead = office.claimed()
    office.ledger.turn(dead, [], office.ids[:2], NOW)
    assert office.claim() is None
    office.all_die()
    assert (office.idle(), office.runs.left(office.mailing)) == ([0, 1], [0])
    assert office.claimed().attempt == dead.attempt + 1
    assert office.states() == {"uncertain": 2, "queued": 2}


def test_a_stalled_run_that_wakes_up_may_still_say_what_was_accepted(office: Office) -> None:
    stalled = office.claimed()
    office.ledger.turn(stalled, [], office.ids[:2], NOW)
    office.all_die()
    office.claimed()
    one, two = office.ids[:2]
    told = [Outcome(one, "sent", "250"), Outcome(two, "failed", "550")]
    with pytest.raises(TakenOver):
        office.ledger.turn(stalled, told, office.ids[:2], NOW)
    assert office.states() == {"sent": 1, "uncertain": 1, "queued": 2}


def test_a_stalled_run_gives_no_sign_of_life_of_another(office: Office) -> None:
    """Nor ends it."""
    stalled = office.claimed()
    office.all_die()
    office.claimed()
    before = office.runs.left(office.mailing)
    office.ledger.leave(stalled)
    assert office.runs.left(office.mailing) == before == [0]


def test_each_run_hears_how_many_there_are(office: Office) -> None:
    one = office.claimed(0)
    assert office.ledger.beat(one) == 1
    two = office.claimed(1)
    assert office.ledger.beat(one) == 2
    office.ledger.leave(two)
    assert office.ledger.beat(one) == 1


def test_a_server_that_was_away_lets_everybody_give_a_sign(office: Office) -> None:
    """The last sign is older than the server, which has begun within the time that is given."""
    office.claimed()
    office.say("UPDATE slices SET seen = 100 WHERE number = 0")
    office.runs.stale = 1_000_000
    assert office.idle() == [1]


def test_what_another_database_left_under_way_is_found(office: Office) -> None:
    """An import knows of no signs of life."""
    office.say("UPDATE deliveries SET state = 'sending' WHERE slice = 1")
    assert office.runs.left(office.mailing) == []
    office.runs.mark_left()
    office.all_die()
    assert office.runs.left(office.mailing) == [1]

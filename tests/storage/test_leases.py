"""Leases on PostgreSQL: one holder at a time, by the clock of the database."""

from __future__ import annotations

import time
from threading import Event

import pytest
from crowd import at_once, until

from publisher.errors import StepFailed
from publisher.storage.database import open_database
from publisher.storage.leases import Leases

pytestmark = pytest.mark.integration


@pytest.fixture
def leases(postgres: str) -> Leases:
    return Leases(open_database(postgres))


@pytest.fixture
def short(postgres: str) -> Leases:
    """Leases that run out almost at once."""
    return Leases(open_database(postgres), seconds=0.3)


def test_of_many_that_ask_at_once_one_gets_it(leases: Leases) -> None:
    taken = at_once(8, lambda which: leases.take("sweep", f"machine {which}"))
    assert sum(each is not None for each in taken) == 1


def test_each_name_has_a_holder_of_its_own(leases: Leases) -> None:
    assert leases.take("sweep", "one") is not None
    assert leases.take("notices", "two") is not None
    assert (leases.holder("sweep"), leases.holder("calls")) == ("one", "")


def test_what_is_released_is_free_at_once(leases: Leases) -> None:
    first = leases.take("sweep", "one")
    assert first is not None
    leases.release(first)
    assert not leases.holds(first)
    assert leases.take("sweep", "two") is not None


def test_one_that_runs_out_is_taken_with_the_next_number(short: Leases) -> None:
    stalled = short.take("publish", "one")
    assert stalled is not None
    until(lambda: not short.holds(stalled))
    another = short.take("publish", "two")
    assert another is not None
    assert another.attempt == stalled.attempt + 1


def test_who_wakes_up_late_neither_renews_nor_releases_what_is_another_s(
    short: Leases, leases: Leases
) -> None:
    stalled = short.take("publish", "one")
    assert stalled is not None
    until(lambda: leases.take("publish", "two") is not None)
    assert not short.renew(stalled)
    short.release(stalled)
    assert short.holder("publish") == "two"


def test_while_it_is_held_it_does_not_run_out(postgres: str) -> None:
    leases = Leases(open_database(postgres), seconds=2)
    with leases.held("publish") as held:
        assert held is not None
        for _ in range(5):
            time.sleep(0.5)
            held.check()
            assert leases.take("publish", "two") is None
    assert leases.take("publish", "two") is not None


def test_nobody_gets_what_is_held(leases: Leases) -> None:
    with leases.held("sweep"), leases.held("sweep") as second:
        assert second is None


def test_one_that_was_taken_over_is_told_so(short: Leases, leases: Leases) -> None:
    """And lets the new holder alone when it is done."""
    stalled = Leases(short._engine, seconds=0.3)
    with stalled.held("publish") as held:
        assert held is not None
        stalled.renew = lambda lease: True  # type: ignore[method-assign] - renews nothing
        until(lambda: leases.take("publish", "another") is not None)
        with pytest.raises(StepFailed, match=r"another machine has taken over \(another\)"):
            held.check()
    assert short.holder("publish") == "another"


def test_what_fails_after_it_was_taken_over_is_said_to_be_that(
    short: Leases, leases: Leases
) -> None:
    """The database cuts off who is stalled in a transaction, and is well itself."""
    stalled = Leases(short._engine, seconds=0.3)
    stalled.renew = lambda lease: True  # type: ignore[method-assign] - renews nothing

    def work() -> None:
        with stalled.held("publish"):
            until(lambda: leases.take("publish", "another") is not None)
            raise StepFailed("the database cannot be used: it closed the connection", "look")

    with pytest.raises(StepFailed, match=r"another machine has taken over \(another\)"):
        work()


def test_what_fails_while_it_is_held_is_said_as_it_is(leases: Leases) -> None:
    with pytest.raises(StepFailed, match="the disk is full"), leases.held("publish"):
        raise StepFailed("the disk is full", "make room")


def test_who_waits_gets_it_when_the_holder_is_done(leases: Leases) -> None:
    first = leases.take("publish", "one")
    assert first is not None

    def work(which: int) -> str:
        if which == 0:
            time.sleep(0.2)
            leases.release(first)
            return ""
        with leases.waited_for("publish", Event()):
            return leases.holder("publish")

    assert at_once(2, work)[1] != ""


def test_who_waits_may_be_asked_to_stop(leases: Leases) -> None:
    stop = Event()
    stop.set()
    leases.take("publish", "one")
    with pytest.raises(StepFailed, match="stopped"), leases.waited_for("publish", stop):
        pass

"""Turns of the ledger while others change what they look at, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import pytest
from crowd import NOW, mailing_of, readers, until, waits
from sqlalchemy import Engine, text, update

from publisher.deliver.ledger import Run, TakenOver
from publisher.deliver.plan import Outcome
from publisher.storage.database import open_database, writing
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailings import Mailings
from publisher.storage.subscribers import People
from publisher.storage.tables import deliveries

pytestmark = pytest.mark.integration


@pytest.fixture
def engine(postgres: str) -> Engine:
    return open_database(postgres)


@pytest.fixture
def people(engine: Engine) -> People:
    return People(engine)


@pytest.fixture
def ledger(engine: Engine) -> Iterator[DatabaseLedger]:
    with closing(DatabaseLedger(engine)) as found:
        yield found


class TestTurns:
    def test_who_takes_a_slice_waits_for_the_turn_that_is_open(
        self, people: People, engine: Engine, ledger: DatabaseLedger
    ) -> None:
        """What that turn marks is seen, and becomes uncertain; the next turn is refused."""
        ids = readers(people, 4)
        mailing = mailing_of(engine)
        run = ledger.take(mailing, 0, "hold", NOW)
        taken: list[Future[Run]] = []
        with ThreadPoolExecutor(1) as pool, closing(DatabaseLedger(engine)) as other:
            with ledger._own.transaction() as cursor:
                ledger._statements.hold(cursor, run)
                taken.append(pool.submit(other.take, mailing, 0, "hold", NOW))
                until(waits(engine))
                assert len(ledger._statements.claim(cursor, run, "daily", ids[:2], NOW)) == 2
            assert taken[0].result(10).attempt == run.attempt + 1
        with pytest.raises(TakenOver):
            ledger.turn(run, [], ids[2:], NOW)
        assert Mailings(engine).counts(mailing) == {"uncertain": 2, "queued": 2}

    def test_a_turn_waits_for_who_takes_the_slice_and_is_refused(
        self, people: People, engine: Engine, ledger: DatabaseLedger
    ) -> None:
        """It has marked nothing."""
        ids = readers(people, 2)
        mailing = mailing_of(engine)
        run = ledger.take(mailing, 0, "hold", NOW)
        with ThreadPoolExecutor(1) as pool:
            with writing(engine) as connection:
                connection.execute(
                    text("UPDATE slices SET attempt = attempt + 1 WHERE mailing_id = :id"),
                    {"id": mailing},
                )
                turn = pool.submit(ledger.turn, run, [], ids, NOW)
                until(waits(engine))
            with pytest.raises(TakenOver):
                turn.result(10)
        assert Mailings(engine).counts(mailing) == {"queued": 2}

    def test_who_is_forgotten_between_look_and_mark_is_not_mailed(
        self, people: People, engine: Engine, ledger: DatabaseLedger
    ) -> None:
        """The turn waits for the change of their row, and leaves it as it is then."""
        ids = readers(people, 3)
        mailing = mailing_of(engine)
        run = ledger.take(mailing, 0, "hold", NOW)
        gone = (deliveries.c.subscriber_id == ids[1]) & (deliveries.c.mailing_id == mailing)
        with ThreadPoolExecutor(1) as pool:
            with writing(engine) as connection:
                connection.execute(
                    update(deliveries).where(gone).values(state="skipped", reply="erased")
                )
                turn = pool.submit(ledger.turn, run, [], ids, NOW)
                until(waits(engine))
            assert [each.subscriber for each in turn.result(10).addressed] == [ids[0], ids[2]]
        assert Mailings(engine).counts(mailing) == {"sending": 2, "skipped": 1}

    def test_who_leaves_while_a_turn_is_open_is_not_held_up(
        self, people: People, engine: Engine, ledger: DatabaseLedger
    ) -> None:
        """Their mail was on its way; the next turn knows that they have left."""
        ids = readers(people, 3)
        mailing = mailing_of(engine)
        run = ledger.take(mailing, 0, "hold", NOW)
        with ledger._own.transaction() as cursor:
            ledger._statements.hold(cursor, run)
            ledger._statements.claim(cursor, run, "daily", ids[:1], NOW)
            assert people.move(ids[0], "daily", "ended", NOW)
            assert people.move(ids[1], "daily", "ended", NOW)
        turn = ledger.turn(run, [], ids[1:], NOW)
        assert [each.subscriber for each in turn.addressed] == [ids[2]]

    def test_the_next_turn_sees_that_a_mailing_was_paused(
        self, people: People, engine: Engine, ledger: DatabaseLedger
    ) -> None:
        """A pause does not wait for turns that are open."""
        ids = readers(people, 2)
        mailing = mailing_of(engine)
        run = ledger.take(mailing, 0, "hold", NOW)
        with ledger._own.transaction() as cursor:
            ledger._statements.hold(cursor, run)
            Mailings(engine).pause(mailing, "by hand")
        assert not ledger.turn(run, [], ids, NOW).goes_on

    def test_what_was_put_back_of_a_mailing_that_was_called_finished_is_sent(
        self, people: People, engine: Engine, ledger: DatabaseLedger
    ) -> None:
        """Another sender had found nothing left just then."""
        ids = readers(people, 1)
        mailing = mailing_of(engine)
        run = ledger.take(mailing, 0, "hold", NOW)
        ledger.turn(run, [], ids, NOW)
        ledger.turn(run, [Outcome(ids[0], "failed", "550 no relaying")], [], NOW)
        assert ledger.settle(mailing, NOW).state == "finished"
        ledger.put_back(run, [Outcome(ids[0], "deferred", "", 0)], NOW)
        assert ledger.get(mailing).state == "sending"
        assert Mailings(engine).counts(mailing) == {"deferred": 1}

    def test_a_mailing_is_not_finished_while_some_of_it_is_opened_again(
        self, people: People, engine: Engine, ledger: DatabaseLedger
    ) -> None:
        """Who would call it finished waits, and looks at its rows afterwards."""
        readers(people, 1)
        mailing = mailing_of(engine)
        with writing(engine) as connection:
            connection.execute(update(deliveries).values(state="sent"))
        with ThreadPoolExecutor(1) as pool:
            with writing(engine) as connection:
                connection.execute(text("SELECT 1 FROM mailings FOR UPDATE"))
                settled = pool.submit(ledger.settle, mailing, NOW)
                until(waits(engine))
                connection.execute(update(deliveries).values(state="queued"))
            assert settled.result(10).state == "open"

"""What PostgreSQL keeps and refuses, and what is said of a server that is gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from clusters import Cluster
from crowd import DAILY, NOW, SHOWN, at_once, mailing_of, readers
from sqlalchemy import Engine, text, update

from publisher.errors import SettingsError, StepFailed
from publisher.storage.database import open_database, reading, writing
from publisher.storage.issues import IssueSteps
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.subscribers import People
from publisher.storage.tables import deliveries, metadata, subscribers
from publisher.subscribers.addresses import read_address

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


class TestTexts:
    def test_texts_are_sorted_by_their_bytes(self, engine: Engine, people: People) -> None:
        """Whatever the locale of the database, as on SQLite."""
        for name in ("a-b", "ab", "a1", "ä"):
            people.add(read_address(f"{name}@example.com"), "", [DAILY], SHOWN, NOW)
        found = [each.address for each in people.walk()]
        assert found == sorted(found)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 'a' < 'B'"))

    def test_every_text_of_every_table_is(self, engine: Engine) -> None:
        """A column that is added later has to say so in its migration."""
        query = text(
            "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND collation_name IS DISTINCT FROM 'C' "
            "AND data_type IN ('text', 'character varying') AND table_name = ANY(:names)"
        )
        names = list(metadata.tables)
        with engine.connect() as connection:
            assert list(connection.scalars(query, {"names": names})) == []

    def test_a_text_that_postgresql_cannot_keep_is_kept_with_a_mark(self, engine: Engine) -> None:
        """A server's answer may hold anything."""
        people = People(engine)
        assert people.fact("nul", "a\0b") == "a\0b"
        assert people.fact("nul", "") == "a\ufffdb"

    def test_times_come_back_in_utc(self, engine: Engine) -> None:
        """Whatever the time zone of the server."""
        steps = IssueSteps(engine)
        steps.start("daily", "2026-05-01", NOW, NOW)
        row = steps.get("daily", "2026-05-01")
        assert row is not None
        assert row.slot.isoformat() == "2026-05-01T08:00:00+00:00"


class TestRefusals:
    def test_who_waits_too_long_is_told(self, engine: Engine) -> None:
        with writing(engine) as holding, writing(engine) as waiting:
            holding.execute(text("LOCK TABLE facts"))
            waiting.execute(text("SET LOCAL lock_timeout = '20ms'"))
            with pytest.raises(StepFailed, match="lock timeout; another change holds"):
                waiting.execute(text("SELECT 1 FROM facts"))
            waiting.rollback()

    def test_two_changes_that_wait_for_each_other_end_with_words(self, engine: Engine) -> None:
        """One of them gives way, and may be tried again."""
        people = People(engine)
        first, second = readers(people, 2)
        met = threading.Barrier(2)

        def change(which: int) -> str:
            order = (first, second) if which else (second, first)
            try:
                with writing(engine) as connection:
                    for number, who in enumerate(order):
                        its = subscribers.c.id == who
                        connection.execute(update(subscribers).where(its).values(name="x"))
                        if number == 0:
                            met.wait(60)
            except StepFailed as failed:
                return str(failed)
            return "done"

        done = sorted(at_once(2, change), key=len)
        assert done[0] == "done"
        assert "this one gave way: run it again" in done[1]

    def test_who_was_stopped_in_a_transaction_holds_nobody_up(self, engine: Engine) -> None:
        """The server ends it; what it held is free."""
        with engine.connect() as stopped:
            stopped.execute(text("SET LOCAL idle_in_transaction_session_timeout = '50ms'"))
            stopped.execute(text("LOCK TABLE facts"))
            assert People(engine).fact("a", "b") == "b"
            with pytest.raises(StepFailed, match="idle-in-transaction timeout"):
                stopped.execute(text("SELECT 1"))

    def test_a_connection_that_was_lost_is_made_anew(
        self, people: People, engine: Engine, ledger: DatabaseLedger
    ) -> None:
        """The turn that met it says so; the next one goes on."""
        ids = readers(people, 2)
        mailing = mailing_of(engine)
        run = ledger.take(mailing, 0, "hold", NOW)
        ledger.turn(run, [], ids[:1], NOW)
        with engine.connect() as connection:
            connection.execute(text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            ))  # fmt: skip
        with pytest.raises(StepFailed, match="the database cannot be used"):
            ledger.turn(run, [], ids[1:], NOW)
        assert len(ledger.turn(run, [], ids[1:], NOW).addressed) == 1

    def test_a_database_that_is_not_there_is_said(self, cluster: Cluster) -> None:
        with pytest.raises(StepFailed, match='database "nowhere" does not exist'):
            open_database(cluster.url("nowhere"))

    def test_a_server_that_is_not_there_is_said(self) -> None:
        with pytest.raises(StepFailed, match=r"the database cannot be used: .*refused"):
            open_database("postgresql+psycopg://publisher@127.0.0.1:1/x")

    def test_a_database_of_another_encoding_is_refused(self, cluster: Cluster) -> None:
        """It could not keep every name."""
        cluster.execute(
            "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc "
            "TEMPLATE template0"
        )
        try:
            with pytest.raises(SettingsError, match=r"as LATIN1, not as UTF8; .*--encoding UTF8"):
                open_database(cluster.url("latin"))
        finally:
            cluster.drop(cluster.url("latin"))

    def test_nothing_is_written_where_it_is_only_read(self, engine: Engine) -> None:
        with pytest.raises(StepFailed, match="read-only transaction"), reading(engine) as found:
            found.execute(update(deliveries).values(state="sent"))

"""The queue on PostgreSQL: what is asked for once is done once, and what is lost is made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Event, Thread

import pytest
from crowd import at_once
from sqlalchemy import create_engine, text

from publisher.errors import StepFailed
from publisher.storage.queue import Queue, schema_name

pytestmark = pytest.mark.integration

Work = str | tuple[int, int]
# Seconds, on a machine that has much else to do.
SOON = 60


@contextmanager
def worker(queue: Queue, tick: Callable[[str], None] | None = None) -> Iterator[SimpleQueue[Work]]:
    """A worker; what it has done."""
    done: SimpleQueue[Work] = SimpleQueue()
    stop = Event()
    thread = Thread(
        target=queue.work,
        args=(tick or done.put, lambda mailing, slice_: done.put((mailing, slice_)), stop),
    )
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join(SOON)
        assert not thread.is_alive()


@pytest.fixture
def queue(postgres: str) -> Queue:
    return Queue(postgres)


def say(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_of_many_that_ask_for_the_same_run_one_is_heard(queue: Queue) -> None:
    """Also where the tables are not there yet."""
    asked = at_once(6, lambda _: queue.ask_for_tick("daily 2026-05-01"))
    assert sum(asked) == 1
    with worker(queue) as done:
        assert done.get(timeout=SOON) == "daily 2026-05-01"
        assert queue.ask_for_tick("daily 2026-05-02")
        assert done.get(timeout=SOON) == "daily 2026-05-02"


def test_what_was_done_is_not_asked_for_again(queue: Queue) -> None:
    with worker(queue) as done:
        queue.ask_for_tick("one")
        queue.ask_for_tick("two")
        assert [done.get(timeout=SOON), done.get(timeout=SOON)] == ["one", "two"]
        assert not queue.ask_for_tick("one")


def test_what_failed_may_be_asked_for_again(queue: Queue) -> None:
    tried: SimpleQueue[str] = SimpleQueue()

    def fail(key: str) -> None:
        tried.put(key)
        raise StepFailed("the disk is full", "make room")

    with worker(queue, fail):
        queue.ask_for_tick("one")
        assert tried.get(timeout=SOON) == "one"
        again = Event()
        while not queue.ask_for_tick("one"):
            again.wait(0.05)
        assert tried.get(timeout=SOON) == "one"


def test_a_slice_is_asked_for_once_until_it_is_done(queue: Queue) -> None:
    assert queue.ask_for_slices([(1, 0), (1, 1)]) == 2
    assert queue.ask_for_slices([(1, 0), (1, 1), (2, 0)]) == 1
    with worker(queue) as done:
        assert [done.get(timeout=SOON) for _ in range(3)] == [(1, 0), (1, 1), (2, 0)]
        asked = 0
        while not asked:
            asked = queue.ask_for_slices([(1, 0)])
        assert done.get(timeout=SOON) == (1, 0)


def test_a_queue_that_is_lost_is_made_again(queue: Queue, postgres: str) -> None:
    with worker(queue) as done:
        queue.ask_for_tick("one")
        assert done.get(timeout=SOON) == "one"
        say(postgres, f"DROP SCHEMA {schema_name()} CASCADE")
        assert queue.ask_for_tick("one")
        assert done.get(timeout=SOON) == "one"


def test_one_publishing_run_is_at_work_at_a_time(queue: Queue) -> None:
    begun: SimpleQueue[str] = SimpleQueue()
    goes_on = Event()

    def publish(key: str) -> None:
        begun.put(key)
        goes_on.wait(SOON)

    queue.ask_for_tick("one")
    queue.ask_for_tick("two")
    with worker(queue, publish), worker(queue, publish):
        assert begun.get(timeout=SOON) == "one"
        with pytest.raises(Empty):
            begun.get(timeout=0.5)
        goes_on.set()
        assert begun.get(timeout=SOON) == "two"


def test_a_server_that_is_away_is_told_in_words(cluster: object) -> None:
    with pytest.raises(StepFailed, match="the queue cannot be used"):
        Queue("postgresql+psycopg://publisher@127.0.0.1:1/nowhere").ask_for_tick("one")

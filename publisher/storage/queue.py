"""The queue: hands slices and publishing runs to workers; the only place that knows Procrastinate.

It knows who works on what, and nothing else: what is to be done stands in the ledger and in the
steps of issues, so the queue may be lost at any time, and is filled again.  Its tables lie in a
schema of their own, made when the queue is first used, and named by Procrastinate's version: a
newer program begins with an empty queue beside the one of an older that is still at work.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from threading import Event
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

from publisher.errors import PublisherError, StepFailed

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job
    from procrastinate.manager import JobManager
    from psycopg_pool import ConnectionPool

log = logging.getLogger("publisher.queue")

Tick = Callable[[str], None]
"""A publishing run, by its key."""
SendSlice = Callable[[int, int], None]
"""A slice to be sent: mailing and number."""

HEARTBEAT = 3.0
"""Seconds between two signs of life of a worker."""
DEAD = 12.0
"""Seconds without one after which its work is given to others."""
_LOOK = 0.2
_TIMEOUT = 5.0
"""Seconds for a connection; whoever waits for it tries again."""
_KEPT = 24
"""Hours for which what is done is remembered, so that nothing is asked for twice."""
_MOST = 5
"""Workers that a job is handed on to; whoever asks for it again begins anew."""
_SCHEMA_LOCK = 7239145
"""A number for an advisory lock: one makes the tables at a time."""
_REMEDY = "check PUBLISHER_DATABASE_URL and the server; then run it again"


class Queue:
    """The queue of an installation, in its PostgreSQL."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url).set(drivername="postgresql")
        self._server = parsed.render_as_string(hide_password=False)
        self._is_ready = False

    # Asking ------------------------------------------------------------------------------------

    def ask_for_tick(self, key: str) -> bool:
        """Ask for a publishing run, once for a key; False where it was asked for before.

        One that failed may be asked for again.  Raises StepFailed.
        """
        with self._asking() as app:
            lock = f"tick {key}"
            known = app.job_manager.list_jobs(queueing_lock=lock)
            if any(each.status in ("todo", "doing", "succeeded") for each in known):
                return False
            return _defer(app, "tick", lock, "publish", key=key)

    def ask_for_slices(self, wanted: Sequence[tuple[int, int]]) -> int:
        """Ask for runs on slices (mailing, number), unless they are asked for; how many are new.

        Raises StepFailed.
        """
        with self._asking() as app:
            known = {
                each.queueing_lock
                for status in ("todo", "doing")
                for each in app.job_manager.list_jobs(queue="send_slice", status=status)
            }
            added = 0
            for mailing, number in wanted:
                lock = f"slice {mailing} {number}"
                if lock not in known:
                    more = {"mailing": mailing, "slice_": number}
                    added += _defer(app, "send_slice", lock, lock, **more)
            return added

    def _asking(self) -> _Asking:
        self._prepare()
        return _Asking(self)

    def _prepare(self) -> None:
        """Make the tables where there are none, one process at a time."""
        import psycopg
        from procrastinate.schema import SchemaManager

        name = schema_name()
        there = f"SELECT to_regclass('{name}.procrastinate_jobs') IS NOT NULL"
        try:
            # Each statement by itself: a transaction that has waited for the lock would still not
            # see tables that were made meanwhile.
            with psycopg.connect(
                self._server, autocommit=True, connect_timeout=int(_TIMEOUT)
            ) as connection:
                if _is_so(connection, there):
                    return
                connection.execute("SELECT pg_advisory_lock(%s)", [_SCHEMA_LOCK])
                if not _is_so(connection, there):
                    with connection.transaction():
                        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
                        connection.execute(f"SET LOCAL search_path TO {name}")
                        connection.execute(SchemaManager.get_schema())
        except psycopg.Error as error:
            raise _unusable(error) from error

    # Working -----------------------------------------------------------------------------------

    def work(self, tick: Tick, send_slice: SendSlice, stop: Event, *, slices: int = 1) -> None:
        """Do what is asked for until `stop` is set: one publishing run and so many slices at once.

        A server that is away is waited for.  What is at work when `stop` is set is waited for.
        """
        # What it has to say is said here, in one line.
        for name in ("procrastinate", "psycopg.pool"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        asyncio.run(self._work(tick, send_slice, stop, slices))

    async def _work(self, tick: Tick, send_slice: SendSlice, stop: Event, slices: int) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(slices + 4, thread_name_prefix="work"))
        loop.set_exception_handler(_say)
        is_lost = False
        while not stop.is_set():
            app = self._app(tick, send_slice)
            try:
                await asyncio.to_thread(self._prepare)
                async with app.open_async():
                    if is_lost:
                        log.info("the queue is there again")
                    is_lost = False
                    await _until_lost(app, stop, slices)
            except Exception as error:  # noqa: BLE001 - whatever it is, a worker goes on
                if not is_lost and not stop.is_set():
                    log.error("the queue cannot be used, trying on: %s", _why(error))
                is_lost = True
            if not stop.is_set():
                await asyncio.sleep(1.0)

    def _app(self, tick: Tick, send_slice: SendSlice) -> App:
        from procrastinate import App, PsycopgConnector

        connector = PsycopgConnector(
            conninfo=self._server, kwargs=_options(), min_size=1, max_size=4, timeout=_TIMEOUT
        )
        app = App(connector=connector)

        @app.task(name="tick", queue="tick")
        def _tick(key: str) -> None:
            _do(lambda: tick(key))

        @app.task(name="send_slice", queue="send_slice")
        def _send_slice(mailing: int, slice_: int) -> None:
            _do(lambda: send_slice(mailing, slice_))

        return app

    def pool(self) -> ConnectionPool:
        """Connections for asking, of which none rests."""
        from psycopg_pool import NullConnectionPool

        return NullConnectionPool(
            self._server, kwargs=_options(), max_size=2, timeout=_TIMEOUT, open=False
        )


class _Asking:
    """The queue for as long as something is asked of it; what fails is said in words."""

    def __init__(self, queue: Queue) -> None:
        from procrastinate import App, SyncPsycopgConnector

        self._pool = queue.pool()
        self._app = App(connector=SyncPsycopgConnector())

    def __enter__(self) -> App:
        self._pool.open()
        self._app.open(self._pool)
        return self._app

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        self._pool.close()
        if isinstance(error, Exception):
            raise _unusable(error) from error


def schema_name() -> str:
    """The schema of the queue's tables, for this version of Procrastinate."""
    major, minor, *_ = version("procrastinate").split(".")
    return f"procrastinate_{major}_{minor}"


async def _until_lost(app: App, stop: Event, slices: int) -> None:
    """Work until asked to stop, or until the server is away or the queue has gone."""
    common: dict[str, Any] = {
        "install_signal_handlers": False, "update_heartbeat_interval": HEARTBEAT,
        "stalled_worker_timeout": DEAD, "fetch_job_polling_interval": 2.0,
    }  # fmt: skip
    jobs = [
        asyncio.create_task(app.run_worker_async(queues=["tick"], concurrency=1, **common)),
        asyncio.create_task(
            app.run_worker_async(queues=["send_slice"], concurrency=slices, **common)
        ),
        asyncio.create_task(_give_back(app)),
    ]
    try:
        while not stop.is_set() and not any(each.done() for each in jobs):
            await asyncio.sleep(_LOOK)
    finally:
        # It takes no more jobs, and waits for those that it has.
        for each in jobs:
            each.cancel()
        ended = await asyncio.gather(*jobs, return_exceptions=True)
    failed = [each for each in ended if isinstance(each, Exception)]
    if failed:
        raise failed[0]
    if not stop.is_set():
        raise ConnectionError("the connection was lost")


async def _give_back(app: App) -> None:
    """What dead workers were at is given to others; what is long done is forgotten."""
    from procrastinate.exceptions import ConnectorException

    manager = app.job_manager
    while True:
        await manager.delete_old_jobs(
            _KEPT, include_failed=True, include_cancelled=True, include_aborted=True
        )
        for _ in range(1000):
            await manager.prune_stalled_workers(DEAD)
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD):
                # Another worker may have been faster.
                with suppress(ConnectorException):
                    await _hand_on(manager, job)
            await asyncio.sleep(HEARTBEAT)


async def _hand_on(manager: JobManager, job: Job) -> None:
    """Give a job to others; one that has cost so many workers their lives is given up."""
    from procrastinate.jobs import Status

    if job.attempts >= _MOST:
        log.error("%s is given up: %d workers died of it", _name(job), job.attempts + 1)
        await manager.finish_job(job, Status.FAILED, delete_job=False)
        return
    log.warning("a worker has died or is stalled: %s is given to another", _name(job))
    await manager.retry_job(job)


def _do(job: Callable[[], None]) -> None:
    """Whoever does a job says what goes wrong; what nobody has foreseen is said here."""
    try:
        job()
    except PublisherError:
        raise
    except Exception:
        log.exception("a mistake of ours")
        raise


def _defer(app: App, task: str, queueing_lock: str, lock: str, **arguments: Any) -> bool:
    from procrastinate.exceptions import AlreadyEnqueued

    job = app.configure_task(task, queue=task, lock=lock, queueing_lock=queueing_lock)
    try:
        job.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True


def _options() -> dict[str, Any]:
    return {
        "options": f"-c search_path={schema_name()}",
        "connect_timeout": int(_TIMEOUT),
        "application_name": "publisher queue",
    }


def _is_so(connection: Any, query: str) -> bool:
    return bool(connection.execute(query).fetchone()[0])


def _name(job: Job) -> str:
    return job.queueing_lock or job.task_name


def _say(_: object, context: dict[str, Any]) -> None:
    """What ended in no one's hands, in one line: a job whose row is gone, most likely."""
    log.info("the queue: %s", _why(context.get("exception") or context.get("message")))


def _why(error: object) -> str:
    cause = error.__cause__ if isinstance(error, BaseException) and error.__cause__ else error
    return str(cause).strip().partition("\n")[0] or repr(cause)


def _unusable(error: BaseException) -> StepFailed:
    return StepFailed(f"the queue cannot be used: {_why(error)}", _REMEDY)

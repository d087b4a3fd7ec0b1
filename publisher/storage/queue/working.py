"""Working: taking from the queue what others have asked for, as long as there is a server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any

from publisher.errors import PublisherError
from publisher.storage.queue.place import TIMEOUT, Place, options, why

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job
    from procrastinate.manager import JobManager

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
_KEPT = 24
"""Hours for which what is done is remembered, so that nothing is asked for twice."""
_MOST = 5
"""Workers that a job is handed on to; whoever asks for it again begins anew."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Does what it takes from the queue: one publishing run and some `slices` at once."""

    place: Place
    tick: Tick
    send_slice: SendSlice
    stop: Event
    slices: int

    async def work(self) -> None:
        """Work until `stop` is set; a server that is away is waited for."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self.slices + 4, thread_name_prefix="work"))
        loop.set_exception_handler(_say)
        is_lost = False
        while not self.stop.is_set():
            app = self._app()
            try:
                await asyncio.to_thread(self.place.prepare)
                async with app.open_async():
                    if is_lost:
                        log.info("the queue is there again")
                    is_lost = False
                    await _until_lost(app, self.stop, self.slices)
            except Exception as error:  # noqa: BLE001 - whatever it is, a worker goes on
                if not is_lost and not self.stop.is_set():
                    log.error("the queue cannot be used, trying on: %s", why(error))
                is_lost = True
            if not self.stop.is_set():
                await asyncio.sleep(1.0)

    def _app(self) -> App:
        from procrastinate import App, PsycopgConnector

        connector = PsycopgConnector(
            conninfo=self.place.server, kwargs=options(), min_size=1, max_size=4, timeout=TIMEOUT
        )
        app = App(connector=connector)

        @app.task(name="tick", queue="tick")
        def _tick(key: str) -> None:
            _do(lambda: self.tick(key))

        @app.task(name="send_slice", queue="send_slice")
        def _send_slice(mailing: int, slice_: int) -> None:
            _do(lambda: self.send_slice(mailing, slice_))

        return app


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


def _name(job: Job) -> str:
    return job.queueing_lock or job.task_name


def _say(_: object, context: dict[str, Any]) -> None:
    """What ended in no one's hands, in one line: a job whose row is gone, most likely."""
    log.info("the queue: %s", why(context.get("exception") or context.get("message")))

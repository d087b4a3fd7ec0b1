"""Asking: what somebody is to do, once for each key."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from threading import Event
from typing import TYPE_CHECKING, Any

from publisher.storage.queue.place import Place, unusable
from publisher.storage.queue.working import SendSlice, Tick, Worker

if TYPE_CHECKING:
    from procrastinate import App


class Queue:
    """The queue of an installation, in its PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._place = Place(url)

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

    def work(self, tick: Tick, send_slice: SendSlice, stop: Event, *, slices: int = 1) -> None:
        """Do what is asked for until `stop` is set: one publishing run and so many slices at once.

        A server that is away is waited for.  What is at work when `stop` is set is waited for.
        """
        # What they have to say is said by us, in one line.
        for name in ("procrastinate", "psycopg.pool"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        asyncio.run(Worker(self._place, tick, send_slice, stop, slices).work())

    def _asking(self) -> _Asking:
        self._place.prepare()
        return _Asking(self._place)


class _Asking:
    """The queue for as long as something is asked of it; what fails is said in words."""

    def __init__(self, place: Place) -> None:
        from procrastinate import App, SyncPsycopgConnector

        self._pool = place.pool()
        self._app = App(connector=SyncPsycopgConnector())

    def __enter__(self) -> App:
        self._pool.open()
        self._app.open(self._pool)
        return self._app

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        self._pool.close()
        if isinstance(error, Exception):
            raise unusable(error) from error


def _defer(app: App, task: str, queueing_lock: str, lock: str, **arguments: Any) -> bool:
    from procrastinate.exceptions import AlreadyEnqueued

    job = app.configure_task(task, queue=task, lock=lock, queueing_lock=queueing_lock)
    try:
        job.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True

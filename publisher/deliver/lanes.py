"""Lanes: threads with a connection each, so that one slow answer holds up nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

from publisher.deliver.transports.base import Answer, Envelope, Refused, Transport

_LINGER = 0.003
"""Seconds that a result waits for others: little beside a distant relay's answer."""


@dataclass(frozen=True, slots=True)
class Job:
    """One message to hand over: `parts` are made in the lane, where they are sent."""

    subscriber: int
    tries: int
    envelope: Envelope
    parts: Callable[[], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a job."""

    job: Job
    answer: Answer


class Lanes:
    """Some connections, each used by one thread; at most one job in each at a time."""

    def __init__(self, make_transport: Callable[[], Transport], number: int) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._results: SimpleQueue[Result] = SimpleQueue()
        self._transports = [make_transport() for _ in range(number)]
        self.is_dot_stuffed = self._transports[0].is_dot_stuffed
        self.flying = 0
        # Daemons: a relay that never answers does not keep the program from ending.
        self._threads = [
            Thread(target=self._serve, args=(transport,), name=f"lane-{at}", daemon=True)
            for at, transport in enumerate(self._transports)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def free(self) -> int:
        """How many lanes wait for a job."""
        return len(self._threads) - self.flying

    def start(self, job: Job) -> None:
        """Give a job to a lane that is free."""
        assert self.free > 0
        self.flying += 1
        self._jobs.put(job)

    def results(self, wait: float) -> list[Result]:
        """What has come back; waits up to some seconds for the first of it.

        Then it lingers until half of the lanes are free: every turn of the ledger waits for the
        disk, and one turn for eight messages costs what it costs for one.
        """
        found: list[Result] = []
        try:
            if wait > 0 and self.flying:
                found.append(self._results.get(timeout=wait))
                until = time.monotonic() + _LINGER
                while len(found) * 2 < self.flying and (left := until - time.monotonic()) > 0:
                    found.append(self._results.get(timeout=left))
            elif wait > 0:
                time.sleep(wait)
            while True:
                found.append(self._results.get_nowait())
        except Empty:
            pass
        self.flying -= len(found)
        return found

    def close(self, patience: float) -> list[Result]:
        """Take no more jobs, and wait some seconds for those that are under way.

        What is not answered by then is cut off: its results say so, if it comes to that.
        """
        for _ in self._threads:
            self._jobs.put(None)
        late: list[Result] = []
        until = time.monotonic() + patience
        while self.flying and (left := until - time.monotonic()) > 0:
            late += self.results(left)
        if self.flying:
            for transport in self._transports:
                transport.abort()
            cut_off = time.monotonic() + 0.5
            while self.flying and (left := cut_off - time.monotonic()) > 0:
                late += self.results(left)
        for thread in self._threads:
            thread.join(timeout=0.5)
        return late

    def _serve(self, transport: Transport) -> None:
        while (job := self._jobs.get()) is not None:
            self._results.put(Result(job, _answer(transport, job)))
        transport.close()


def _answer(transport: Transport, job: Job) -> Answer:
    try:
        parts = job.parts()
    except Exception as error:  # noqa: BLE001 - one reader's message must not end the mailing
        return Refused(False, f"the message cannot be made: {error}")
    return transport.send(job.envelope, parts)

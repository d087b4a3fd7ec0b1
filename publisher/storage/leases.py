"""Leases: what only one may do at a time, on whichever machine, for as long as it says so.

Who holds one is written in the database, with a number that grows with each holder; the clock is
the database's own, so the clocks of machines may differ.  A holder that is killed or stalled lets
its lease run out, and another takes it with the next number; the one that wakes up late finds
the number changed, and stops.  Only PostgreSQL: on SQLite there is one machine, and files lock.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from sqlalchemy import ColumnElement, DateTime, Engine, and_, func, select, update

from publisher.errors import PublisherError, StepFailed
from publisher.storage.database import reading, writing
from publisher.storage.statements import insert_new
from publisher.storage.tables import leases

log = logging.getLogger("publisher.leases")

SECONDS = 12.0
"""Seconds after which a lease that nobody renews is another's to take."""
_RENEWALS = 4
"""How often a lease is renewed in that time."""
_LOOK = 0.5
"""Seconds after which one who waits for a lease looks again."""


def this_process() -> str:
    """Who holds a lease, in words: the machine and the process."""
    return f"{socket.gethostname()[:100]}:{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that was taken; `attempt` is the number of its holder."""

    name: str
    attempt: int


class Leases:
    """The leases of an installation; each lasts `seconds` if nobody renews it."""

    def __init__(self, engine: Engine, seconds: float = SECONDS) -> None:
        self._engine = engine
        self.seconds = seconds

    def take(self, name: str, holder: str) -> Lease | None:
        """Take a lease; None where another holds it."""
        row = insert_new(self._engine, leases).values(
            name=name, holder=holder, attempt=1, expires=self._end()
        )
        ours = row.on_conflict_do_update(
            index_elements=[leases.c.name],
            set_={"holder": holder, "attempt": leases.c.attempt + 1, "expires": self._end()},
            where=leases.c.expires <= func.clock_timestamp(),
        ).returning(leases.c.attempt)
        with writing(self._engine) as connection:
            attempt = connection.scalar(ours)
        return None if attempt is None else Lease(name, attempt)

    def renew(self, lease: Lease) -> bool:
        """Hold a lease for longer; False where another has taken it since."""
        with writing(self._engine) as connection:
            done = connection.execute(
                update(leases).where(_is(lease)).values(expires=self._end()),
            )
        return done.rowcount == 1

    def holds(self, lease: Lease) -> bool:
        """Whether a lease has not run out, and is nobody else's."""
        with reading(self._engine) as connection:
            query = select(leases.c.name).where(
                _is(lease), leases.c.expires > func.clock_timestamp()
            )
            return connection.scalar(query) is not None

    def is_lost(self, lease: Lease) -> bool:
        """Whether another has taken a lease since, and may have let go of it already."""
        with reading(self._engine) as connection:
            query = select(leases.c.attempt).where(leases.c.name == lease.name)
            return connection.scalar(query) != lease.attempt

    def release(self, lease: Lease) -> None:
        """Let go of a lease; of one that another has taken, nothing changes."""
        with writing(self._engine) as connection:
            connection.execute(
                update(leases).where(_is(lease)).values(expires=func.clock_timestamp())
            )

    def holder(self, name: str) -> str:
        """Who holds a lease now; "" for nobody."""
        with reading(self._engine) as connection:
            query = select(leases.c.holder).where(
                leases.c.name == name, leases.c.expires > func.clock_timestamp()
            )
            return connection.scalar(query) or ""

    @contextmanager
    def held(self, name: str) -> Iterator[Held | None]:
        """Take a lease, renew it by a thread, and let it go; None where another holds it."""
        lease = self.take(name, this_process())
        if lease is None:
            yield None
            return
        with _renewed(Held(self, lease)) as held:
            yield held

    @contextmanager
    def waited_for(self, name: str, stop: Event) -> Iterator[Held]:
        """The same, waiting for whoever holds it; raises StepFailed where `stop` is set."""
        while (lease := self.take(name, this_process())) is None:
            if stop.wait(_LOOK):
                raise StepFailed("stopped while another machine was at work", "run it again")
        with _renewed(Held(self, lease)) as held:
            yield held

    def _end(self) -> ColumnElement[dt.datetime]:
        span = func.make_interval(0, 0, 0, 0, 0, 0, self.seconds)
        return func.clock_timestamp(type_=DateTime(timezone=True)) + span


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that is renewed for as long as its work lasts."""

    leases: Leases
    lease: Lease

    def is_ours(self) -> bool:
        """Whether nobody else has it; raises StepFailed where nobody can say."""
        return self.leases.holds(self.lease)

    def check(self) -> None:
        """Raise StepFailed where it is ours no more, or nobody can say."""
        if not self.is_ours():
            raise self.taken_over()

    def taken_over(self) -> StepFailed:
        """What to say where another has it."""
        return StepFailed(
            f"another machine has taken over ({self.leases.holder(self.lease.name) or 'ended'})"
            ": this one was stalled for too long, and leaves the rest to it",
            "nothing has to be done; what it had written so far counts",
        )


@contextmanager
def _renewed(held: Held) -> Iterator[Held]:
    over = Event()
    thread = Thread(target=_renew, args=(held, over), name=f"lease-{held.lease.name}", daemon=True)
    thread.start()
    try:
        yield held
    except StepFailed as failed:
        if _is_lost(held):
            raise held.taken_over() from failed
        raise
    finally:
        over.set()
        thread.join(timeout=held.leases.seconds)
        try:
            held.leases.release(held.lease)
        except StepFailed as failed:
            log.warning("the lease “%s” runs out by itself: %s", held.lease.name, failed)


def _is_lost(held: Held) -> bool:
    """Whether another has taken over, which is then the cause of whatever has failed.

    The database cuts off who is stalled in the middle of a transaction; who wakes up then finds
    one that “cannot be used”, and is well.
    """
    try:
        return held.leases.is_lost(held.lease)
    except StepFailed:
        return False


def _renew(held: Held, over: Event) -> None:
    while not over.wait(held.leases.seconds / _RENEWALS):
        try:
            if not held.leases.renew(held.lease):
                return
        except PublisherError as error:
            log.warning("the lease “%s” could not be renewed: %s", held.lease.name, error)


def _is(lease: Lease) -> ColumnElement[bool]:
    return and_(leases.c.name == lease.name, leases.c.attempt == lease.attempt)

"""Rendering many targets in several processes, in one order.

Each process is a fork with a connection of its own to the index.  It renders a portion of targets,
compares their files with what is there and stages those that differ; what is small comes back
through a pipe, and only the parent changes the site.  A process that finds its pipe closed ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, TypeVar

from publisher.errors import OutputError
from publisher.site.build import Builder
from publisher.site.editions import Files
from publisher.site.ground import NOTHING_CHANGED
from publisher.site.inputs import Uses
from publisher.site.output import Session
from publisher.site.rendered import Rendered, render
from publisher.site.targets import Target

T = TypeVar("T")

FEW = 400
"""Targets: fewer are rendered before other processes would have begun."""
_WORTH_A_FORK = 24  # targets: fewer are rendered soon
_TICKET = 4  # bytes
_TOGETHER = 8  # targets
# Kinds that take longest where an issue touches them, the longest first.
_LONG = {
    kind: at
    for at, kind in enumerate(
        ("bulletin", "year", "tag", "feed-archive", "entries", "sitemap-pages", "entry", "issue")
    )
}
_PORTION = 32  # targets
_AHEAD = 4  # portions that a process may have got and not given back; they fit into its pipe


def rendered(
    run: Session, builder: Builder, uses: Uses, targets: Iterable[Target], processes: int
) -> Generator[Rendered, None, None]:
    """Render targets and stage their files, by so many processes; 0: one for each core.

    Where there are few targets, or where this process cannot be forked, it is done here.  Raises
    what a process raised, and OutputError for one that was killed.
    """
    left, count = iter(targets), processes or os.cpu_count() or 1
    first = list(islice(left, FEW)) if count > 1 else []
    every = chain(first, left)
    if len(first) < FEW or not _may_fork():
        staging = run.staging()
        yield from (render(builder, uses, staging, target) for target in every)
        return
    yield from _spread(run, builder, uses, every, count)


def made_ready(builder: Builder, targets: Sequence[Target], processes: int) -> dict[Target, Files]:
    """Render what an issue touches, and keep it; other processes take their share.

    Raises what a process raised, and OutputError for one that was killed.
    """
    jobs = _jobs(targets) if len(targets) >= _WORTH_A_FORK else [targets]

    def own(made_by: Builder) -> Callable[[int], dict[Target, Files]]:
        return lambda number: {each: made_by.render(each) for each in jobs[number]}

    made = shared(len(jobs), own(builder), lambda: own(_reopened(builder)), processes)
    return {target: files for each in made for target, files in each.items()}


def _jobs(targets: Iterable[Target]) -> list[list[Target]]:
    """Targets that are rendered together, because they show the same; what takes long comes first.

    Of those that are left at the end, each is short.
    """
    by_kind: dict[str, list[Target]] = {}
    for each in targets:
        by_kind.setdefault(each.kind, []).append(each)
    return [
        each[at : at + _TOGETHER]
        for _, each in sorted(by_kind.items(), key=lambda one: _LONG.get(one[0], len(_LONG)))
        for at in range(0, len(each), _TOGETHER)
    ]


def shared(
    jobs: int, own: Callable[[int], T], others: Callable[[], Callable[[int], T]], processes: int
) -> list[T]:
    """What comes of so many jobs, in their order; other processes take their share.

    Each process takes the next job that nobody has taken, as long as there is one.  This one does
    them by `own`, each other by what `others` gives it.  Raises what a job raised, and OutputError
    for a process that was killed.
    """
    count = min(processes or os.cpu_count() or 1, jobs)
    if count == 1 or not _may_fork():
        return [own(number) for number in range(jobs)]
    tickets, giver = os.pipe()
    os.write(giver, b"".join(number.to_bytes(_TICKET) for number in range(jobs)))
    os.close(giver)
    workers: list[_Worker] = []
    try:
        for _ in range(1, count):
            workers.append(_start(workers, partial(_take_part, others, tickets)))
        made = {number: own(number) for number in _taking(tickets)}
        for worker in workers:
            made.update(_taken(worker))
    finally:
        os.close(tickets)
        for worker in workers:
            worker.end()
    return [made[number] for number in range(jobs)]


def _take_part(
    others: Callable[[], Callable[[int], object]], tickets: int, pipe: Connection
) -> None:
    def made() -> dict[int, object]:
        make = others()
        return {number: make(number) for number in _taking(tickets)}

    pipe.send(_tried(made))


def _taking(tickets: int) -> Iterator[int]:
    """Jobs that no other process has taken: a pipe gives each of its bytes once."""
    while ticket := os.read(tickets, _TICKET):
        yield int.from_bytes(ticket)


def _may_fork() -> bool:
    """Whether a fork of this process has all that it needs: no thread of it would be there."""
    tasks = Path("/proc/self/task")
    threads = sum(1 for _ in tasks.iterdir()) if tasks.is_dir() else threading.active_count()
    return hasattr(os, "fork") and threads == 1


@dataclass(frozen=True, slots=True)
class _Worker:
    process: int
    pipe: Connection

    def end(self) -> None:
        self.pipe.close()
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)


def _spread(
    run: Session, builder: Builder, uses: Uses, targets: Iterable[Target], count: int
) -> Iterator[Rendered]:
    _ = run.folder  # made before the processes part, once for all
    workers: list[_Worker] = []
    try:
        for number in range(count):
            job = partial(_work, run, builder, uses.names, f"{number}-")
            workers.append(_start(workers, job))
        yield from _in_order(workers, iter(targets))
    finally:
        for worker in workers:
            worker.end()


def _in_order(workers: list[_Worker], targets: Iterator[Target]) -> Iterator[Rendered]:
    """Deal portions out in turn, and take them back in the same."""
    waiting: deque[_Worker] = deque()
    turn = 0
    while True:
        while len(waiting) < _AHEAD * len(workers) and (portion := list(islice(targets, _PORTION))):
            worker = workers[turn % len(workers)]
            turn += 1
            _talk(worker, partial(worker.pipe.send, portion))
            waiting.append(worker)
        if not waiting:
            return
        yield from _taken(waiting.popleft())


def _taken(worker: _Worker) -> Any:
    """What a process has rendered; raises what it raised."""
    found = _talk(worker, worker.pipe.recv)
    if isinstance(found, BaseException):
        raise found
    return found


def _talk(worker: _Worker, say: Callable[[], Any]) -> Any:
    try:
        return say()
    except (EOFError, OSError) as error:
        raise OutputError(
            f"process {worker.process}, which rendered pages, was killed; {NOTHING_CHANGED} by it",
            "see to the memory of the machine, or set PUBLISHER_PROCESSES=1; then run it again",
        ) from error


def _start(others: list[_Worker], job: Callable[[Connection], None]) -> _Worker:
    mine, its = Pipe()
    process = os.fork()
    if process:
        its.close()
        return _Worker(process, mine)
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # Who holds another end of a pipe keeps it open when the parent is gone.
        for pipe in (mine, *(each.pipe for each in others)):
            pipe.close()
        with suppress(EOFError, OSError):  # the parent is gone
            job(its)
        os._exit(0)
    finally:
        os._exit(1)


def _work(
    run: Session, builder: Builder, names: Iterable[str], prefix: str, pipe: Connection
) -> None:
    own = _reopened(builder)
    own_uses, staging = Uses(own.site, names), run.staging(prefix)
    while True:
        portion = pipe.recv()
        pipe.send(_tried(lambda: [render(own, own_uses, staging, each) for each in portion]))  # noqa: B023


def _tried(make: Callable[[], object]) -> object:
    """What was made, or what was raised: the parent raises it."""
    try:
        return make()
    except Exception as error:  # noqa: BLE001
        return _sendable(error)


def _reopened(builder: Builder) -> Builder:
    """The same, with a connection of its own to the index: SQLite's may not be shared."""
    return Builder(replace(builder.site, library=builder.site.library.reopened()))


def _sendable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - it has fields that no pipe can carry
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error

"""Rendering many targets in several processes, in one order.

Each process is a fork with a connection of its own to the index.  It renders a portion of targets,
compares their files with what is there and stages those that differ; what is small comes back
through a pipe, and only the parent changes the site.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from multiprocessing.connection import Connection
from typing import TypeVar

from publisher.site.build import Builder
from publisher.site.dealing import Dealer
from publisher.site.editions import Files
from publisher.site.inputs import Uses
from publisher.site.output import Session
from publisher.site.rendered import Rendered, render
from publisher.site.targets import Target
from publisher.site.workers import Worker, may_fork, start, tried

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
        ("bulletin", "year", "tag", "feeds", "feed-archive", "entries", "sitemap-pages", "entry")
    )
}


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
    if len(first) < FEW or not may_fork():
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
    jobs: int,
    own: Callable[[int], T],
    others: Callable[[], Callable[[int], T]],
    processes: int,
    before: Callable[[], None] = lambda: None,
) -> list[T]:
    """What comes of so many jobs, in their order; other processes take their share.

    Each process takes the next job that nobody has taken, as long as there is one.  This one does
    them by `own`, each other by what `others` gives it; what only this one can do comes `before`,
    while the others have begun.  Raises what a job raised, and OutputError for a process that was
    killed.
    """
    count = min(processes or os.cpu_count() or 1, jobs)
    if count == 1 or not may_fork():
        before()
        return [own(number) for number in range(jobs)]
    tickets, giver = os.pipe()
    os.write(giver, b"".join(number.to_bytes(_TICKET) for number in range(jobs)))
    os.close(giver)
    workers: list[Worker] = []
    try:
        for _ in range(1, count):
            workers.append(start(workers, partial(_take_part, others, tickets)))
        before()
        made = {number: own(number) for number in _taking(tickets)}
        for worker in workers:
            made.update(worker.take())
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

    pipe.send(tried(made))


def _taking(tickets: int) -> Iterator[int]:
    """Jobs that no other process has taken: a pipe gives each of its bytes once."""
    while ticket := os.read(tickets, _TICKET):
        yield int.from_bytes(ticket)


def _spread(
    run: Session, builder: Builder, uses: Uses, targets: Iterable[Target], count: int
) -> Iterator[Rendered]:
    _ = run.folder  # made before the processes part, once for all
    workers: list[Worker] = []
    try:
        for number in range(count):
            job = partial(_work, run, builder, uses.names, f"{number}-")
            workers.append(start(workers, job))
        yield from Dealer(workers, targets).rendered()
    finally:
        for worker in workers:
            worker.end()


def _work(
    run: Session, builder: Builder, names: Iterable[str], prefix: str, pipe: Connection
) -> None:
    own = _reopened(builder)
    own_uses, staging = Uses(own.site, names), run.staging(prefix)
    while True:
        portion = pipe.recv()
        pipe.send(tried(lambda: [render(own, own_uses, staging, each) for each in portion]))  # noqa: B023


def _reopened(builder: Builder) -> Builder:
    """The same, with a connection of its own to the index: SQLite's may not be shared."""
    return Builder(replace(builder.site, library=builder.site.library.reopened()))

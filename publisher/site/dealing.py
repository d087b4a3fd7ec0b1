"""Dealing targets out to several processes, so that each finds what it needs in its own memory.

The pages of a month show the same entries: whoever has rendered one of them has turned its
Markdown into HTML, and remembers it for the others.  So a month goes to one process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from multiprocessing.connection import wait
from typing import Any

from publisher.site.targets import Target
from publisher.site.workers import Worker

_PAGES = frozenset({"entry", "issue"})
_LISTS = frozenset({"entries-month", "feed-archive", "month", "tag-month"})
_PORTION = 32  # targets that are sent together
_AHEAD = 6  # portions that a process may have got and not given back; they fit into its pipe
_KEPT = 8_000  # rendered targets that may wait for those before them


def lots(targets: Iterable[Target]) -> Iterator[list[Target]]:
    """Targets that show the same, in their order: a month and its lists, or one of another kind."""
    lot: list[Target] = []
    for each in targets:
        # The lists of a month stand behind its pages (see `everything`).
        last = lot[-1].kind if lot else ""
        if lot and not (each.kind in _LISTS or (each.kind in _PAGES and last in _PAGES)):
            yield lot
            lot = []
        lot.append(each)
    if lot:
        yield lot


class _Lot:
    """A lot that one process renders: what is left to be sent, and what came back."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self._targets = iter(targets)
        self._left = self.waiting = len(targets)
        self.found: deque[list[Any]] = deque()

    @property
    def is_sent(self) -> bool:
        return self._left == 0

    def portion(self) -> list[Target]:
        """The next targets to be sent."""
        those = list(islice(self._targets, _PORTION))
        self._left -= len(those)
        return those

    def taken(self) -> Iterator[Any]:
        """What came back and was not taken yet."""
        while self.found:
            those = self.found.popleft()
            self.waiting -= len(those)
            yield from those


class Dealer:
    """Gives each of some processes a lot, and the next when it has sent the last of it."""

    def __init__(self, workers: Sequence[Worker], targets: Iterable[Target]) -> None:
        self._workers = workers
        self._lots = lots(targets)
        self._lot: dict[Worker, _Lot | None] = dict.fromkeys(workers)
        self._sent: dict[Worker, deque[_Lot]] = {each: deque() for each in workers}
        self._open: deque[_Lot] = deque()  # in the order in which they are to appear

    def rendered(self) -> Iterator[Any]:
        """What the processes make of the targets, in their order.  Raises what one raised."""
        while True:
            for worker in self._workers:
                self._deal(worker)
            if not any(self._sent.values()):
                return
            ready = wait([each.pipe for each in self._workers])
            for worker in self._workers:
                if worker.pipe in ready:
                    made = worker.take()  # first: one that was killed may have nothing to give back
                    self._sent[worker].popleft().found.append(made)
            while self._open:
                yield from self._open[0].taken()
                if self._open[0].waiting:
                    break
                self._open.popleft()

    def _deal(self, worker: Worker) -> None:
        while len(self._sent[worker]) < _AHEAD:
            lot = self._lot[worker]
            if lot is None or lot.is_sent:
                if (lot := self._next()) is None:
                    return
                self._lot[worker] = lot
            worker.give(lot.portion())
            self._sent[worker].append(lot)

    def _next(self) -> _Lot | None:
        """A lot that nobody has; None where there is none, or too many wait for an earlier one."""
        if sum(each.waiting for each in self._open) > _KEPT:
            return None
        targets = next(self._lots, None)
        if targets is None:
            return None
        lot = _Lot(targets)
        self._open.append(lot)
        return lot

"""Working on a slice: every step is in the ledger before it is taken, and after.

Each turn is one transaction: it writes down what has come back, and marks the next delivery of
every free lane `sending`.  So a crash at any instant leaves at most one delivery in each lane of
which nobody knows, and one wait for the disk serves many messages.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from threading import Event
from typing import TypeVar

from publisher.deliver.jobs import Jobs
from publisher.deliver.lanes import LaneSet, Result
from publisher.deliver.ledger import Ledger, Mailing, Run, TakenOver, Turn
from publisher.deliver.plan import Outcome, Pace, Watch, outcome_of, pause_after
from publisher.deliver.terms import Options, Tally
from publisher.errors import StepFailed

T = TypeVar("T")

log = logging.getLogger("publisher.deliver")

PATIENCE = 1.0
"""Seconds for what is under way when the sender is asked to stop."""
_IDLE = 0.2
"""Seconds after which a waiting sender looks whether it should stop."""
_AHEAD = 1000
"""Deliveries that are looked up at a time."""
BEAT = 2.0
"""Seconds between two signs of life of a run, and between two looks at how many there are."""
_RETRY_LEDGER = (0.1, 0.2, 0.5, 1.0)
"""Seconds until a ledger that cannot be written is tried again."""


@dataclass(slots=True)
class _Due:
    """Deliveries of a slice that are due, read some at a time; `read` takes the last one."""

    read: Callable[[int], list[tuple[int, str]]]
    fresh: deque[tuple[int, str]] = field(default_factory=deque)
    last: int = -1
    is_read: bool = False

    def fill(self) -> None:
        """Have somebody in `fresh` if there is anybody."""
        if self.fresh or self.is_read:
            return
        self.fresh.extend(self.read(self.last))
        self.is_read = len(self.fresh) < _AHEAD
        if self.fresh:
            self.last = self.fresh[-1][0]


@dataclass(slots=True)
class Shift:
    """One sender's work on one mailing, on one slice at a time."""

    ledger: Ledger
    lanes: LaneSet
    jobs: Jobs
    options: Options
    clock: Callable[[], dt.datetime]
    ticks: Callable[[], float]
    stop: Event
    progress: Callable[[Mailing, Tally], None]
    tally: Tally = field(default_factory=Tally)
    watch: Watch = field(default_factory=Watch)
    pace: Pace = field(init=False)
    goes_on: bool = True
    run: Run | None = None
    # How many runs share the limits, and when that is looked at again.
    runs: int = 1
    beats: float = 0.0
    # What has come back and is not in the ledger yet.
    unwritten: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pace = Pace(self.options.limits)

    @property
    def mailing(self) -> Mailing:
        """The mailing as it was when the work on it began."""
        return self.jobs.mailing

    @property
    def is_over(self) -> bool:
        """Whether nothing more is begun with."""
        return self.stop.is_set() or not self.goes_on

    def work(self, run: Run) -> None:
        """Send what is due of a slice; with `stop` set, leave at once.

        Raises TakenOver where another sender has taken the slice.
        """
        self.run = run
        self._begin(run)
        due = _Due(lambda last: self._surely(partial(self._due, run, last)))
        while not self.stop.is_set():
            self._beat(run)
            wanted = self._wanted(due, self._free)
            is_left = self.goes_on and (due.fresh or self.pace.held_back)
            if not (wanted or self.lanes.flying or is_left):
                self._leave(run)
                return
            # Where nobody may be begun with now, there is time to wait for an answer.
            self._note(self.lanes.results(0 if wanted else self._patience()))
            wanted += self._wanted(due, self._free - len(wanted))
            if self.unwritten or wanted:
                self._turn(run, [] if self.watch.is_systemic else wanted)

    def end(self) -> None:
        """Wait for what is under way, write it down, and let the connections go."""
        self._note(self.lanes.close(PATIENCE))
        if self.run is None:
            return
        if self.unwritten:
            try:
                self._turn(self.run, [])
            except TakenOver as taken:
                # What was accepted is written nevertheless.
                log.warning("%s: %s", self.mailing, taken)
        # Of one that did not even answer when it was cut off nobody knows: the slice is left as
        # by a run that died.
        if not self.lanes.flying:
            self._leave(self.run)

    def _leave(self, run: Run) -> None:
        """Nothing is under way and all is written down: somebody else may have the slice."""
        self._surely(partial(self.ledger.leave, run))
        self.run = None

    # Sharing -----------------------------------------------------------------------------------

    @property
    def _free(self) -> int:
        """How many may be begun with: the connections are shared out among the runs, too."""
        if self.runs == 1:
            return self.lanes.free
        ours = max(1, self.options.lanes // self.runs)
        return max(0, min(self.lanes.free, ours - self.lanes.flying))

    def _begin(self, run: Run) -> None:
        """See who else is at work; until they have seen this one, the limits are all theirs."""
        self._look(run)
        if self.runs > 1 and self.options.limits:
            self.stop.wait(BEAT)

    def _beat(self, run: Run) -> None:
        if self.ticks() >= self.beats:
            self._look(run)

    def _look(self, run: Run) -> None:
        self.runs = self._surely(partial(self.ledger.beat, run))
        self.pace.share(self.runs)
        self.beats = self.ticks() + BEAT

    def _due(self, run: Run, last: int) -> list[tuple[int, str]]:
        return self.ledger.due(run, last, self.clock(), _AHEAD)

    def _wanted(self, due: _Due, most: int) -> list[int]:
        """Who is next, under the limits."""
        now, wanted = self.ticks(), list[int]()
        while len(wanted) < most and not self.is_over:
            due.fill()
            subscriber = self.pace.next(due.fresh, now)
            if subscriber is None:
                break
            wanted.append(subscriber)
        return wanted

    def _patience(self) -> float:
        held = self.pace.wait(self.ticks())
        return min(_IDLE, held) if held and self._free > 0 else _IDLE

    # Turns -------------------------------------------------------------------------------------

    def _note(self, results: Sequence[Result]) -> None:
        """Take in what has come back."""
        now, opened = self.clock(), self.mailing.opened
        for each in results:
            outcome = outcome_of(
                each.job.subscriber, each.answer, each.job.tries, opened, now,
                resends=self.options.uncertain == "resend",
            )  # fmt: skip
            self.unwritten.append(outcome)
            self.tally.add(outcome)
            self.watch.see(outcome, each.job.tries)

    def _turn(self, run: Run, wanted: list[int]) -> None:
        """One transaction, tried until it is on the disk; then the lanes get their jobs."""
        turn = self._surely(partial(self._written, run, wanted))
        for addressed in turn.addressed:
            self.lanes.start(self.jobs.of(addressed))
        self.goes_on = self.goes_on and turn.goes_on
        if turn.goes_on:
            self.tally.skipped += len(wanted) - len(turn.addressed)
        self.progress(self.mailing, self.tally)
        if self.watch.is_systemic:
            self._surely(partial(self._hold_off, run))

    def _written(self, run: Run, wanted: list[int]) -> Turn:
        turn = self.ledger.turn(run, self.unwritten, wanted, self.clock())
        self.unwritten.clear()
        return turn

    def _surely(self, write: Callable[[], T]) -> T:
        """Do it until it succeeds: the ledger may be locked by another process, the disk full.

        Meanwhile the lanes go on, what they say is kept, and nobody new is begun with.
        """
        for tries in count():
            try:
                return write()
            except StepFailed as failed:
                if tries == 0:
                    log.error("%s: the ledger cannot be used, trying on: %s", self.mailing, failed)
                if tries > 1 and self.stop.is_set():
                    raise
                wait = _RETRY_LEDGER[min(tries, len(_RETRY_LEDGER) - 1)]
                # Of lanes that are closed there is nothing more to come.
                if self.lanes.flying:
                    self._note(self.lanes.results(wait))
                else:
                    self.stop.wait(wait)
        raise AssertionError

    def _hold_off(self, run: Run) -> None:
        """The relay refuses everything: pause, and try again in a while."""
        now = self.clock()
        resumes = now + pause_after(self.ledger.get(self.mailing.id).pauses)
        # Those who come back after the pause has begun are put back, too.
        self.ledger.put_back(run, self.watch.put_back(resumes), now)
        # At the end, what was cut off looks like a relay that refuses everything.
        if self.is_over:
            return
        reason = f"the relay refuses everything: {self.watch.why}"
        self.ledger.pause(self.mailing.id, reason, now, resumes)
        event = {"event": "mailing-paused", "issue": str(self.mailing)}
        log.error("%s paused until %s: %s", self.mailing, f"{resumes:%H:%M}", reason, extra=event)
        self.goes_on = False

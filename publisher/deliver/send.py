"""The sender: works through a mailing's slices, and writes every step into the ledger.

One thread keeps the ledger; the lanes hand messages over.  Each turn is one transaction: it
writes down what has come back, and marks the next delivery of every free lane `sending`.  So a
crash at any instant leaves at most one delivery in each lane of which nobody knows, and turns
group themselves: while one is on its way to the disk, other lanes finish.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event

from publisher.deliver.compiled import Compiled
from publisher.deliver.lanes import Job, Lanes, Result
from publisher.deliver.ledger import Addressed, Ledger, Mailing, Policy, Run, TakenOver
from publisher.deliver.message import message_key
from publisher.deliver.plan import Limits, Outcome, Pace, Watch, outcome_of, pause_after
from publisher.deliver.transports.base import Envelope, Transport
from publisher.errors import StepFailed

log = logging.getLogger("publisher.deliver")

_WINDOW = 1000
"""Deliveries that are looked up ahead."""
_IDLE = 0.2
"""Seconds after which a waiting sender looks whether it should stop."""
PATIENCE = 1.0
"""Seconds for what is under way when the sender is asked to stop."""
_RETRY_LEDGER = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Personal:
    """What makes a message one reader's: tokens and return address."""

    token: Callable[[int], str]
    """By subscriber, for the links of the message."""
    return_path: Callable[[int], str]
    """By subscriber, the envelope sender (VERP)."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a sender works.

    `redirect` takes all mail in place of its recipients, for rehearsals.  `canary_wait` is how
    long the other slices wait for the first one; past `canary_limit`, the share of refusals and
    complaints among it, they wait for the operator.
    """

    lanes: int = 8
    limits: Limits = field(default_factory=Limits)
    uncertain: Policy = "hold"
    redirect: str = ""
    canary_wait: dt.timedelta = dt.timedelta(minutes=30)
    canary_limit: float = 0.05


@dataclass(slots=True)
class Tally:
    """What a sender has done so far."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    uncertain: int = 0
    skipped: int = 0

    @property
    def done(self) -> int:
        """Deliveries that were tried."""
        return self.sent + self.deferred + self.failed + self.uncertain

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(getattr(self, each) + getattr(other, each) for each in self.__slots__))

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        setattr(self, outcome.state, getattr(self, outcome.state) + 1)


@dataclass(slots=True)
class Sender:
    """Sends mailings; `clock` tells the time, `stop` asks it to come to an end."""

    ledger: Ledger
    make_transport: Callable[[], Transport]
    personal: Callable[[Mailing], Personal]
    options: Options = field(default_factory=Options)
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    stop: Event = field(default_factory=Event)
    progress: Callable[[Mailing, Tally], None] = lambda mailing, tally: None

    def send(self, mailing: int) -> Tally:
        """Send what is due of a mailing; it is finished when nothing of it is left.

        Raises StepFailed where the ledger cannot be written and the sender was asked to stop.
        """
        tally, begun = Tally(), self.ledger.get(mailing)
        if begun.state not in ("open", "sending"):
            return tally
        messages = {
            edition: Compiled.from_bytes(data)
            for edition, data in self.ledger.messages(mailing).items()
        }
        lanes = Lanes(self.make_transport, self.options.lanes)
        if lanes.is_dot_stuffed:
            messages = {edition: each.dot_stuffed() for edition, each in messages.items()}
        shift = _Shift(self, begun, self.personal(begun), messages, lanes, tally)
        try:
            shift.work()
        finally:
            shift.end()
        return tally


@dataclass(slots=True)
class _Shift:
    """One sender's work on one mailing."""

    sender: Sender
    mailing: Mailing
    personal: Personal
    messages: Mapping[str, Compiled]
    lanes: Lanes
    tally: Tally
    run: Run | None = None
    watch: Watch = field(default_factory=Watch)
    pace: Pace = field(init=False)
    goes_on: bool = True

    def __post_init__(self) -> None:
        self.pace = Pace(self.sender.options.limits)

    @property
    def _is_over(self) -> bool:
        return self.sender.stop.is_set() or not self.goes_on

    def work(self) -> None:
        """Slice after slice, until nothing is due."""
        ledger, clock = self.sender.ledger, self.sender.clock
        while not self._is_over:
            slices = ledger.slices(self.mailing.id, clock())
            if not slices:
                break
            policy = self.sender.options.uncertain
            self.run = ledger.take(self.mailing.id, slices[0], policy, clock())
            try:
                self._slice(self.run)
            except TakenOver as taken:
                log.warning("%s: %s", self.mailing, taken)
                self.run, self.goes_on = None, False

    def end(self) -> None:
        """Wait for what is under way, write it down, and let the connections go."""
        late = self.lanes.close(PATIENCE)
        if self.run is not None:
            try:
                self._turn(self.run, self._outcomes(late), [])
            except TakenOver as taken:
                log.warning("%s: %s", self.mailing, taken)

    def _slice(self, run: Run) -> None:
        fresh: deque[tuple[int, str]] = deque()
        last, is_read = -1, False
        while True:
            if not fresh and not is_read and not self._is_over:
                found = self.sender.ledger.due(run, last, self.sender.clock(), _WINDOW)
                fresh.extend(found)
                is_read = len(found) < _WINDOW
                last = found[-1][0] if found else last
            wanted = [] if self._is_over else self._wanted(fresh)
            is_idle = not wanted and not fresh and not self.pace.held_back
            if not self.lanes.flying and (self._is_over or (is_idle and is_read)):
                return
            # Where nobody may be claimed now, there is time to wait for an answer.
            results = self.lanes.results(0 if wanted else self._patience())
            if results or wanted:
                self._turn(run, self._outcomes(results), wanted)
            if self._is_over and not self.sender.stop.is_set() and not self.lanes.flying:
                return
            if self.sender.stop.is_set():
                return

    def _wanted(self, fresh: deque[tuple[int, str]]) -> list[int]:
        now, wanted = time.monotonic(), list[int]()
        while len(wanted) < self.lanes.free:
            subscriber = self.pace.next(fresh, now)
            if subscriber is None:
                break
            wanted.append(subscriber)
        return wanted

    def _patience(self) -> float:
        held = self.pace.wait(time.monotonic())
        return min(_IDLE, held) if held and self.lanes.free else _IDLE

    # Turns -------------------------------------------------------------------------------------

    def _turn(self, run: Run, outcomes: list[Outcome], wanted: list[int]) -> None:
        """One transaction, tried until it is on the disk; then the lanes get their jobs."""
        turn = None
        for tries in range(10**6):
            try:
                turn = self.sender.ledger.turn(run, outcomes, wanted, self.sender.clock())
                break
            except StepFailed as failed:
                # Locked by another process, or a full disk: what is known must not be lost, and
                # nobody new is begun with.
                if tries == 0:
                    log.error("%s: the ledger cannot be written, trying on: %s", self.mailing,
                              failed)  # fmt: skip
                if self.sender.stop.is_set() and tries > 2:
                    raise
                self.sender.stop.wait(_RETRY_LEDGER[min(tries, len(_RETRY_LEDGER) - 1)])
        assert turn is not None
        for addressed in turn.addressed:
            self.lanes.start(self._job(addressed))
        self.tally.skipped += len(wanted) - len(turn.addressed) if turn.goes_on else 0
        for outcome in outcomes:
            self.tally.add(outcome)
            self.watch.see(outcome)
        self.goes_on = turn.goes_on
        self.sender.progress(self.mailing, self.tally)
        if self.watch.is_systemic and self.goes_on:
            self._pause(run)

    def _pause(self, run: Run) -> None:
        """The relay refuses everything: pause, and try again in a while."""
        now, ledger = self.sender.clock(), self.sender.ledger
        ledger.put_back(run, self.watch.put_back(now), now)
        resumes = now + pause_after(ledger.get(self.mailing.id).pauses)
        reason = f"the relay refuses everything: {self.watch.why}"
        ledger.pause(self.mailing.id, reason, now, resumes)
        log.error("%s paused until %s: %s", self.mailing, f"{resumes:%H:%M}", reason)
        self.goes_on = False

    def _outcomes(self, results: list[Result]) -> list[Outcome]:
        now = self.sender.clock()
        return [
            outcome_of(each.job.subscriber, each.answer, each.job.tries, self.mailing.opened, now)
            for each in results
        ]

    def _job(self, addressed: Addressed) -> Job:
        who, redirect = addressed.subscriber, self.sender.options.redirect
        issue = f"{self.mailing.bulletin}/{self.mailing.issue}"
        key = message_key(issue, str(who))
        recipient = redirect or addressed.address
        envelope = Envelope(
            self.personal.return_path(who), recipient, key,
            is_utf8=not recipient.rpartition("@")[0].isascii(),
        )  # fmt: skip
        message, token = self.messages[addressed.edition], self.personal.token(who)

        def parts() -> list[bytes]:
            return message.splice(addressed.address, addressed.name, key, token)

        return Job(who, addressed.tries, envelope, parts)

"""The sender: works through what is due of a mailing, slice after slice.

One thread keeps the ledger; the lanes hand messages over.  `publisher.deliver.shift` says how
one slice is worked on.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from publisher.deliver.compiled import Compiled
from publisher.deliver.jobs import Jobs
from publisher.deliver.lanes import LaneSet, MakeLanes
from publisher.deliver.ledger import Ledger, Mailing, TakenOver
from publisher.deliver.shift import Shift
from publisher.deliver.terms import Options, Personal, Tally

__all__ = ["Options", "Personal", "Sender", "Tally"]

log = logging.getLogger("publisher.deliver")


@dataclass(slots=True)
class Sender:
    """Sends mailings; `stop` asks it to come to an end.

    `clock` tells the time, `ticks` seconds that never go back.
    """

    ledger: Ledger
    make_lanes: MakeLanes
    personal: Callable[[Mailing], Personal]
    options: Options = field(default_factory=Options)
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    stop: Event = field(default_factory=Event)
    progress: Callable[[Mailing, Tally], None] = lambda mailing, tally: None
    ticks: Callable[[], float] = time.monotonic

    def send(self, mailing: int) -> Tally:
        """Send what is due of a mailing, but for slices that others are at work on.

        Raises StepFailed where the ledger cannot be written and the sender was asked to stop.
        """
        return self._with_lanes(mailing, self._work)

    def send_slice(self, mailing: int, slice_: int) -> Tally:
        """Send what is due of one slice, unless another is at work on it; raises as `send`."""
        return self._with_lanes(
            mailing, lambda begun, shift: self._work_slice(begun, shift, slice_)
        )

    def _with_lanes(self, mailing: int, work: Callable[[Mailing, Shift], object]) -> Tally:
        begun = self.ledger.get(mailing)
        if begun.state not in ("open", "sending"):
            return Tally()
        lanes = self.make_lanes(self.options.lanes)
        shift = Shift(
            self.ledger, lanes, self._jobs(begun, lanes), self.options,
            self.clock, self.ticks, self.stop, self.progress,
        )  # fmt: skip
        try:
            work(begun, shift)
        finally:
            shift.end()
        return shift.tally

    def _jobs(self, mailing: Mailing, lanes: LaneSet) -> Jobs:
        messages = {
            edition: Compiled.from_bytes(data)
            for edition, data in self.ledger.messages(mailing.id).items()
        }
        if lanes.is_dot_stuffed:
            messages = {edition: each.dot_stuffed() for edition, each in messages.items()}
        return Jobs(mailing, self.personal(mailing), messages, self.options.redirect)

    def _work(self, mailing: Mailing, shift: Shift) -> None:
        """Slice after slice, until nothing is due."""
        while not shift.is_over:
            slices = self.ledger.idle(mailing.id, self.clock())
            if not slices or not self._work_slice(mailing, shift, slices[0]):
                return

    def _work_slice(self, mailing: Mailing, shift: Shift, slice_: int) -> bool:
        """One slice, until nothing of it is due; False where it was taken over meanwhile."""
        run = self.ledger.claim(mailing.id, slice_, self.options.uncertain, self.clock())
        if run is None:
            return True
        try:
            shift.work(run)
        except TakenOver as taken:
            log.warning("%s: %s", mailing, taken)
            return False
        return True

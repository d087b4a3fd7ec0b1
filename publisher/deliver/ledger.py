"""What a sender needs of the ledger; `publisher.storage.ledger` keeps it in a database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from publisher.deliver.plan import Outcome
from publisher.errors import PublisherError

MailingState = Literal["open", "sending", "paused", "finished", "cancelled"]
Policy = Literal["hold", "resend"]
"""What becomes of uncertain deliveries: an operator decides, or they are sent once more."""


class TakenOver(PublisherError):
    """A later attempt works on the slice: what this one would write does not count any more."""


@dataclass(frozen=True, slots=True)
class Mailing:
    """The sending of one issue; `resumes` is when a pause ends by itself."""

    id: int
    bulletin: str
    issue: str
    state: MailingState
    reason: str
    opened: dt.datetime
    recipients: int
    pauses: int = 0
    resumes: dt.datetime | None = None
    released: int = 0
    waits_until: dt.datetime | None = None
    finished: dt.datetime | None = None

    def __str__(self) -> str:
        return f"{self.bulletin} {self.issue}"


@dataclass(frozen=True, slots=True)
class Run:
    """A sender's hold on a slice: writes count only while its attempt is the newest."""

    mailing: int
    slice: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Addressed:
    """A delivery that was marked `sending`, with the address as it is at this moment."""

    subscriber: int
    edition: str
    address: str
    name: str
    tries: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn gave: deliveries to make, and whether the mailing still goes on."""

    addressed: Sequence[Addressed]
    goes_on: bool


class Ledger(Protocol):
    """One row per (issue, subscriber): who has it, who has not."""

    def get(self, mailing: int) -> Mailing:
        """A mailing as it is now."""

    def messages(self, mailing: int) -> Mapping[str, bytes]:
        """The compiled message of each edition."""

    def slices(self, mailing: int, now: dt.datetime) -> list[int]:
        """The released slices that have deliveries which are due."""

    def take(self, mailing: int, slice_: int, policy: Policy, now: dt.datetime) -> Run:
        """Take the next attempt at a slice; what the one before left `sending` is uncertain."""

    def idle(self, mailing: int, now: dt.datetime) -> list[int]:
        """Those of them, and those whose run has died, that no run is alive on."""

    def claim(self, mailing: int, slice_: int, policy: Policy, now: dt.datetime) -> Run | None:
        """Take a slice unless a run is alive on it: then None."""

    def beat(self, run: Run) -> int:
        """Give a sign of life of a run; how many are at work on the mailing, this one too."""

    def leave(self, run: Run) -> None:
        """A run has ended in order: all that it began is written down."""

    def due(self, run: Run, after: int, now: dt.datetime, limit: int) -> list[tuple[int, str]]:
        """Deliveries of the slice that are due: (subscriber, domain), by subscriber, past one."""

    def turn(
        self, run: Run, outcomes: Sequence[Outcome], wanted: Sequence[int], now: dt.datetime
    ) -> Turn:
        """In one transaction: write outcomes down, and mark the wanted deliveries `sending`.

        Each is looked at once more: who has left, paused or been forgotten since is skipped.
        Raises TakenOver, having kept nothing but what was accepted, where another attempt has
        taken the slice.
        """

    def put_back(self, run: Run, outcomes: Sequence[Outcome], now: dt.datetime) -> None:
        """Make failed deliveries open again: it was the relay that failed them all."""

    def pause(
        self, mailing: int, reason: str, now: dt.datetime, resumes: dt.datetime | None
    ) -> None:
        """Pause a mailing; with `resumes` it goes on by itself."""

    def release(self, mailing: int, now: dt.datetime, wait: dt.timedelta) -> None:
        """After the canary slice: wait, then let the other slices go."""

    def settle(self, mailing: int, now: dt.datetime) -> Mailing:
        """Finish the mailing if nothing of it is queued, being sent or deferred."""

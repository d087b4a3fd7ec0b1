"""On what terms a mailing is sent, and the count of what was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from publisher.deliver.ledger import Policy
from publisher.deliver.plan import Limits, Outcome


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

"""What becomes of a delivery after a try, and when the next one is: pure decisions.

| answer | delivery |
|---|---|
| accepted | sent |
| refused for now, the recipient's matter | deferred, with growing delay |
| refused for now, the relay's matter | deferred, and no try is counted |
| refused for good | failed |
| no answer after the final dot | uncertain; deferred where the policy is to send again |
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from publisher.deliver.transports.base import Accepted, Answer, Refused

DeliveryState = Literal["queued", "sending", "sent", "deferred", "failed", "skipped", "uncertain"]

# Greylisting wants minutes, a full mailbox days (RFC 5321 section 4.5.4.1: at least 30 minutes
# between tries, but for the first; four or five days in all).
_DELAYS = tuple(dt.timedelta(minutes=each) for each in (5, 15, 30, 60, 120, 240, 480))
GIVE_UP = dt.timedelta(days=5)
"""After the mailing was opened; the next issue's mailing ends it before that."""
RELAY_DELAY = dt.timedelta(minutes=1)
"""A delivery that the relay, not its recipient, was the matter of."""

# So many refusals with no acceptance between them are no matter of single recipients.
STREAK = 10
_PUT_BACK = 2
_AFTER_OTHERS = dt.timedelta(minutes=5)
_PAUSES = tuple(dt.timedelta(minutes=each) for each in (2, 5, 10, 20, 30, 60))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a try has come to; `due` is when the next one may be, in seconds since 1970."""

    subscriber: int
    state: DeliveryState
    reply: str
    due: int = 0
    counts: bool = True
    """Whether the try counts among those of this recipient."""


def outcome_of(
    subscriber: int, answer: Answer, tries: int, opened: dt.datetime, now: dt.datetime,
    *, resends: bool = False,
) -> Outcome:  # fmt: skip
    """What follows from an answer; `tries` counts those before this one.

    With `resends` what may have arrived is sent again, after the delay of a refusal.
    """
    # Who is forgotten while their message is under way is named in no row afterwards.
    reply = answer.reply
    if "@" in reply:
        # What judges returned mail compiles a hundred patterns; few replies name an address.
        from publisher.subscribers.judging import without_addresses

        reply = without_addresses(reply)
    if isinstance(answer, Accepted):
        return Outcome(subscriber, "sent", reply)
    after = now + delay_after(tries)
    is_late = after > opened + GIVE_UP
    again = Outcome(subscriber, "deferred", reply, int(after.timestamp()))
    if not isinstance(answer, Refused):
        may_again = resends and not is_late
        return again if may_again else Outcome(subscriber, "uncertain", reply)
    if answer.about == "relay":
        due = int((now + RELAY_DELAY).timestamp())
        return Outcome(subscriber, "deferred", reply, due, counts=False)
    if not answer.temporary:
        return Outcome(subscriber, "failed", reply)
    return Outcome(subscriber, "failed", f"expired: {reply}") if is_late else again


def delay_after(tries: int) -> dt.timedelta:
    """How long to wait after a temporary refusal; `tries` counts those before it."""
    return _DELAYS[min(tries, len(_DELAYS) - 1)]


def pause_after(pauses: int) -> dt.timedelta:
    """How long a mailing pauses when its relay fails; `pauses` counts those before."""
    return _PAUSES[min(pauses, len(_PAUSES) - 1)]


@dataclass(slots=True)
class Watch:
    """Watches for a relay that refuses everything, so that no list is burnt through.

    Answers come in their order; after `STREAK` refusals without an acceptance the mailing pauses,
    and those that failed for good within the streak are put back: it was not their fault.  Who
    was put back and is refused for good in a third try is not counted any more: an old list may
    well hold ten dead addresses in a row.
    """

    streak: list[Outcome] = field(default_factory=list)

    def see(self, outcome: Outcome, tries: int = 0) -> None:
        """Take note of an outcome; `tries` counts those before it."""
        if outcome.state == "sent":
            self.streak.clear()
        elif outcome.state == "deferred" or (outcome.state == "failed" and tries < _PUT_BACK):
            self.streak.append(outcome)

    @property
    def is_systemic(self) -> bool:
        """Whether it is the relay that fails, not the recipients."""
        return len(self.streak) >= STREAK

    @property
    def why(self) -> str:
        """What the relay says, for the operator."""
        return self.streak[-1].reply if self.streak else ""

    def put_back(self, resumes: dt.datetime) -> list[Outcome]:
        """The failures of the streak as deliveries that are still to be made, after others."""
        due = int((resumes + _AFTER_OTHERS).timestamp())
        return [
            Outcome(each.subscriber, "deferred", each.reply, due)
            for each in self.streak
            if each.state == "failed"
        ]


# Sums of fractions: what lacks less than that would be waited for without end.
_WHOLE = 1 - 1e-6


@dataclass(slots=True)
class Bucket:
    """At most `rate` in a second, evenly: a burst of one second at the most.

    Times are seconds of a clock that never goes back.
    """

    rate: float
    level: float = 1.0
    at: float | None = None

    def take(self, now: float) -> bool:
        """Whether one may go now; then it is counted."""
        self._fill(now)
        if self.level < _WHOLE:
            return False
        self.level -= 1
        return True

    def wait(self, now: float) -> float:
        """Seconds until the next one may go."""
        self._fill(now)
        return (1 - self.level) / self.rate if self.level < _WHOLE else 0.0

    def _fill(self, now: float) -> None:
        if self.at is not None:
            self.level = min(max(1.0, self.rate), self.level + (now - self.at) * self.rate)
        self.at = now


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast a mailing may go: messages a second in all, and to single domains."""

    rate: float | None = None
    domains: tuple[tuple[str, float], ...] = ()

    def __bool__(self) -> bool:
        return self.rate is not None or bool(self.domains)


@dataclass(slots=True)
class Pace:
    """Says which recipient may be next under the limits; who must wait keeps their place."""

    limits: Limits
    waiting: dict[str, deque[int]] = field(default_factory=dict)
    _all: Bucket | None = None
    _domains: dict[str, Bucket] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.limits.rate is not None:
            self._all = Bucket(self.limits.rate)
        self._domains = {name: Bucket(rate) for name, rate in self.limits.domains}

    def share(self, runs: int) -> None:
        """Go by what is left for one where so many runs share the limits."""
        if self._all is not None and self.limits.rate is not None:
            self._all.rate = self.limits.rate / runs
        for name, rate in self.limits.domains:
            self._domains[name].rate = rate / runs

    def next(self, fresh: deque[tuple[int, str]], now: float) -> int | None:
        """The next recipient out of those that wait and the fresh ones (subscriber, domain)."""
        if self._all is not None and self._all.wait(now) > 0:
            return None
        found = self._next(fresh, now)
        if found is not None and self._all is not None:
            self._all.take(now)
        return found

    def _next(self, fresh: deque[tuple[int, str]], now: float) -> int | None:
        for domain, queue in self.waiting.items():
            if queue and self._domains[domain].take(now):
                return queue.popleft()
        # So that a list of one slow domain is not read into memory whole.
        while fresh and sum(map(len, self.waiting.values())) < 5000:
            subscriber, domain = fresh.popleft()
            bucket = self._domains.get(domain)
            if bucket is None or (not self.waiting.get(domain) and bucket.take(now)):
                return subscriber
            self.waiting.setdefault(domain, deque()).append(subscriber)
        return None

    def wait(self, now: float) -> float:
        """Seconds until somebody may go; 0 where nobody is held back."""
        held = [self._domains[name].wait(now) for name, queue in self.waiting.items() if queue]
        general = self._all.wait(now) if self._all is not None else 0.0
        return max(general, min(held, default=0.0))

    @property
    def held_back(self) -> int:
        """How many wait because of their domain."""
        return sum(map(len, self.waiting.values()))

"""A morning, simulated second by second: a mailing, its senders, the database, the relay."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scalelab.costs import Costs

SLICE = 10_000
HOUR = 3600
_MOST = 4096
"""Workers; more than that nobody runs."""


@dataclass(frozen=True)
class Readers:
    """What readers do, said openly: everything here is a supposition.

    `follow` is the share of readers who also (or only) follow by feed; `poll` how often their
    programs ask, in seconds; `fresh` the share of those requests that get a new document.
    """

    follow: float = 0.2
    poll: float = 1800
    fresh: float = 0.02
    bounced: float = 0.01


@dataclass(frozen=True)
class Site:
    """A set of machines: `databases` of PostgreSQL (0: SQLite on the one machine) and senders."""

    databases: int
    workers: int
    relay: float = float("inf")


@dataclass(frozen=True)
class Morning:
    """What a mailing came to: seconds until everybody has it, and what held it up for longest."""

    seconds: int
    limit: str


def simulate(subscribers: int, site: Site, costs: Costs) -> Morning:
    """Send an issue to everybody; each second goes as fast as the slowest part lets it.

    Slices are shared out among workers: at the end there are fewer slices than workers, and some
    have nothing to do.
    """
    shares = max(1, site.databases)
    left = -(-subscribers // shares)
    workers = -(-site.workers // shares)
    each = costs.worker_rate if site.databases else costs.sqlite_rate
    opening = int(left / 1e6 * costs.opening_seconds_per_million) + 1
    seconds, held = opening, {"opening": opening}
    while left > 0:
        busy = min(workers, -(-left // SLICE))
        parts = {"senders": busy * each, "relay": site.relay / shares}
        if site.databases:
            parts["database"] = costs.database_rate
        slowest = min(parts, key=lambda name: parts[name])
        # In long strides while nothing changes: 10^8 readers are many seconds.
        stride = max(1, int(min(left, max(left - workers * SLICE, SLICE)) / parts[slowest]))
        left -= int(stride * parts[slowest]) or 1
        seconds += stride
        held[slowest] = held.get(slowest, 0) + stride
    return Morning(seconds, max(held, key=lambda name: held[name]))


def smallest(subscribers: int, costs: Costs, within: int = HOUR) -> tuple[Site, Morning]:
    """The fewest machines that reach everybody in time.

    SQLite first, then PostgreSQL and workers, and more databases only where one cannot write it
    all down.
    """
    alone = Site(0, 1)
    morning = simulate(subscribers, alone, costs)
    if morning.seconds <= within:
        return alone, morning
    databases = 1
    while True:
        site = Site(databases, databases)
        # As many workers as one database lets work.
        most = databases * max(1, int(costs.database_rate / costs.worker_rate + 0.999))
        while site.workers <= min(most, _MOST):
            morning = simulate(subscribers, site, costs)
            if morning.seconds <= within:
                return site, morning
            site = replace(site, workers=site.workers + databases)
        databases += 1

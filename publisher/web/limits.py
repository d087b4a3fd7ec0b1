"""How often somebody may ask: token buckets in memory.

They keep a mailbox from being flooded through our form, and the form from being tried out by
programs.  A restart forgets them; what an address may get in a day is counted in the database.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field


class Buckets:
    """A bucket for each key: it holds `size` requests, and one more every `seconds`.

    At most `keys` are remembered; those that were used least lately are forgotten first.
    """

    def __init__(self, size: int, seconds: float, keys: int = 50_000) -> None:
        self._size, self._seconds, self._keys = size, seconds, keys
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, now: float) -> bool:
        """Take a request out of a bucket at a time in seconds; False where it is empty."""
        level, since = self._levels.get(key, (float(self._size), now))
        level = min(float(self._size), level + max(0.0, now - since) / self._seconds)
        is_allowed = level >= 1
        self._levels[key] = (level - 1 if is_allowed else level, now)
        self._levels.move_to_end(key)
        while len(self._levels) > self._keys:
            self._levels.popitem(last=False)
        return is_allowed

    def __len__(self) -> int:
        return len(self._levels)


def _clients() -> Buckets:
    # A school or an office behind one address signs up in a lesson, not in a second.
    return Buckets(30, 20.0)


def _addresses() -> Buckets:
    return Buckets(3, 900.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """How often a client and an address may come; `timer` counts seconds from anywhere."""

    clients: Buckets = field(default_factory=_clients)
    addresses: Buckets = field(default_factory=_addresses)
    timer: Callable[[], float] = time.monotonic

    def allows_client(self, network: str) -> bool:
        """Whether a client may ask now."""
        return self.clients.take(network, self.timer())

    def allows_address(self, match: str) -> bool:
        """Whether an address may be written to now; asked whether or not it is known."""
        return self.addresses.take(match, self.timer())

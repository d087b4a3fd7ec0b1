"""The accounts of a mailing: what the relay accepted beside what the ledger says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from publisher.storage.mailings import DeliveryRow

_OPEN = ("queued", "sending", "deferred")
_REFUSED = re.compile(r"5\d\d ")


@dataclass(frozen=True)
class Account:
    """Everybody of a mailing, counted.

    `doubled` are messages beyond a recipient's first; `lost` are those who have none, and of whom
    the ledger says neither that they were refused for good nor that nobody knows; `untold` have
    one though the ledger says they have not; `open` are left to be sent; `strange` is mail to
    somebody who is no recipient.
    """

    accepted: int
    sent: int
    failed: int
    uncertain: int
    lost: int
    doubled: int
    untold: int
    open: int
    strange: int


def account(recipients: int, rows: Sequence[DeliveryRow], accepted: Mapping[str, int]) -> Account:
    """Count; a recipient without a row is lost, too."""
    states = Counter(row.state for row in rows)
    has = {row.address for row in rows if accepted.get(row.address)}
    lost = sum(row.address not in has and not _is_accounted_for(row) for row in rows)
    return Account(
        accepted=sum(accepted.values()),
        sent=states["sent"],
        failed=states["failed"],
        uncertain=states["uncertain"],
        lost=lost + recipients - len({row.address for row in rows}),
        doubled=sum(accepted.values()) - len(accepted),
        untold=sum(row.address in has and row.state in ("failed", "skipped") for row in rows),
        open=sum(states[each] for each in _OPEN),
        strange=len(accepted.keys() - {row.address for row in rows}),
    )


def _is_accounted_for(row: DeliveryRow) -> bool:
    refused = row.state == "failed" and _REFUSED.match(row.reply) is not None
    # What is open is told of by itself.
    return refused or row.state == "uncertain" or row.state in _OPEN

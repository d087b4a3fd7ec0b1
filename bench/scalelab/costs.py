"""The measured costs, kept in ``bench/costs.json``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "costs.json"


@dataclass(frozen=True)
class Costs:
    """What one message, one issue and one request cost on the machine that is named.

    `worker_rate` is messages a second of one sender with PostgreSQL, `database_rate` those that
    one PostgreSQL lets several senders write down together, `relay_rate` those that the relay of
    deploy/ takes and signs; bytes are bytes; seconds are seconds.
    """

    machine: str
    day: str
    message_bytes: int
    sqlite_rate: float
    worker_rate: float
    database_rate: float
    relay_rate: float
    sqlite_row_bytes: float
    postgres_row_bytes: float
    person_bytes: float
    opening_seconds_per_million: float
    issue_seconds: float
    issue_bytes: int
    feed_bytes: int
    feed_rate: float


def load(file: Path = FILE) -> Costs:
    """The costs that were measured last."""
    return Costs(**json.loads(file.read_text(encoding="utf-8")))


def save(costs: Costs, file: Path = FILE) -> None:
    """Keep them."""
    file.write_text(json.dumps(asdict(costs), indent=1) + "\n", encoding="utf-8")

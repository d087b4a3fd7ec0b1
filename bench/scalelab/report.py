"""The table: what so many subscribers need."""

from __future__ import annotations

from dataclasses import dataclass

from scalelab.costs import Costs
from scalelab.model import HOUR, Morning, Readers, Site, smallest

SIZES = (10_000, 1_000_000, 100_000_000)
_KEPT_DAYS = 90
"""PUBLISHER_KEEP: rows of finished mailings become counts after that."""


@dataclass(frozen=True)
class Need:
    """What a number of subscribers needs, for one daily issue to everybody within an hour."""

    subscribers: int
    site: Site
    morning: Morning
    mail_rate: float
    relays: int
    mail_bytes: float
    people_bytes: float
    ledger_bytes: float
    ledger_rows: float
    requests: float
    feed_bytes_a_day: float
    feed_cores: float

    @property
    def machines(self) -> str:
        """In words."""
        if not self.site.databases:
            return "1"
        return f"{self.site.databases} databases, {self.site.workers} senders"


def need(subscribers: int, costs: Costs, readers: Readers | None = None) -> Need:
    """What follows from costs and readers."""
    readers = readers or Readers()
    site, morning = smallest(subscribers, costs)
    row = costs.postgres_row_bytes if site.databases else costs.sqlite_row_bytes
    rows = subscribers * _KEPT_DAYS
    requests = subscribers * readers.follow / readers.poll
    fresh = requests * readers.fresh
    return Need(
        subscribers=subscribers, site=site, morning=morning,
        mail_rate=subscribers / HOUR, mail_bytes=subscribers * costs.message_bytes,
        relays=-(-subscribers // int(HOUR * costs.relay_rate)),
        people_bytes=subscribers * costs.person_bytes, ledger_bytes=rows * row, ledger_rows=rows,
        requests=requests, feed_bytes_a_day=86400 * (fresh * costs.feed_bytes + requests * 250),
        feed_cores=requests / costs.feed_rate,
    )  # fmt: skip


def table(costs: Costs) -> str:
    """One column for each number of subscribers, as Markdown."""
    needs = [need(size, costs) for size in SIZES]
    rows: list[tuple[str, list[str]]] = [
        ("machines that publish and send", [each.machines for each in needs]),
        ("everybody has the issue after", [_time(each.morning.seconds) for each in needs]),
        ("what holds it up", [each.morning.limit for each in needs]),
        ("mails a second, to do it in an hour", [f"{each.mail_rate:,.0f}" for each in needs]),
        ("relays like that of deploy/, for that", [f"{each.relays:,}" for each in needs]),
        ("mail that goes out, an issue", [_bytes(each.mail_bytes) for each in needs]),
        ("of the network for that hour", [_bits(each.mail_bytes / HOUR) for each in needs]),
        ("people in the database", [_bytes(each.people_bytes) for each in needs]),
        ("ledger, 90 days of a daily", [
            f"{_number(each.ledger_rows)} rows, {_bytes(each.ledger_bytes)}" for each in needs]),
        ("feed requests a second", [f"{each.requests:,.0f}" for each in needs]),
        ("cores for those, at the web server", [f"{each.feed_cores:,.2f}" for each in needs]),
        ("feeds that go out, a day", [_bytes(each.feed_bytes_a_day) for each in needs]),
    ]  # fmt: skip
    head = ["subscribers", *(_number(size) for size in SIZES)]
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * len(SIZES) + "|"]
    return "\n".join([*lines, *("| " + " | ".join([what, *cells]) + " |" for what, cells in rows)])


def _number(number: float) -> str:
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{number / size:,.0f} {word}"
    return f"{number:,.0f}"


def _bytes(number: float) -> str:
    for size, word in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB")):
        if number >= size:
            return f"{number / size:,.1f} {word}"
    return f"{number / 1e3:,.0f} KB"


def _bits(number: float) -> str:
    bits = number * 8
    return f"{bits / 1e9:,.1f} Gbit/s" if bits >= 1e9 else f"{bits / 1e6:,.1f} Mbit/s"


def _time(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 120 else f"{seconds / 60:,.0f} min"

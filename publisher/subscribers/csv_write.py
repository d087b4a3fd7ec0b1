"""People as a CSV file with columns of our own: what is written so is read back the same."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass

from publisher.subscribers.csv_formats import OWN_COLUMNS, protected
from publisher.subscribers.subscriber import Subscriber, Subscription


@dataclass(frozen=True, slots=True)
class Line:
    """A subscription with its person, in the order of the columns."""

    address: str
    name: str
    bulletin: str
    edition: str
    state: str
    confirmed: dt.datetime | None
    source: str


def lines_of(subscriber: Subscriber) -> Iterator[Line]:
    """A line for each subscription of a person."""
    for each in subscriber.subscriptions:
        state = written_state(subscriber, each)
        yield Line(
            subscriber.address, subscriber.name, each.bulletin, each.edition, state,
            each.confirmed, subscriber.source,
        )  # fmt: skip


def written_state(subscriber: Subscriber, subscription: Subscription) -> str:
    """The one state that says whether mail may be sent, and why not.

    A complaint comes before all; who has left has left, also from an address that is dead.
    """
    if subscriber.state == "complained":
        return "complained"
    if subscription.state in ("ended", "pending") or subscriber.state == "ok":
        return subscription.state
    return subscriber.state


def write_lines(lines: Iterable[Line]) -> Iterator[str]:
    """The file, line by line, with its header; CRLF (RFC 4180)."""
    yield write_row(OWN_COLUMNS)
    for line in lines:
        cells = astuple(line)
        yield write_row(
            each.isoformat() if isinstance(each, dt.datetime) else each for each in cells
        )


def write_row(cells: Iterable[str | None]) -> str:
    """A row of any table of ours; no spreadsheet takes a cell for a formula."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerow(protected(each or "") for each in cells)
    return file.getvalue()

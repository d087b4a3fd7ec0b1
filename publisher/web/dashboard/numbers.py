"""The numbers of the dashboard, as the database has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from publisher.deliver.ledger import Mailing
from publisher.storage.gauges import Gauges
from publisher.storage.history import History
from publisher.web.api.desk import AdminDesk

WEEKS = 26
"""Over which readers are shown."""
MAILINGS = 12
STATES = ("sent", "sending", "queued", "deferred", "failed", "uncertain", "skipped")
"""As they are stacked: what has arrived first."""
BACK = ("soft", "hard", "spam")


@dataclass(frozen=True, slots=True)
class Row:
    """A mailing with its deliveries by state, and those that came back by kind."""

    mailing: Mailing
    counts: Mapping[str, int]
    bounces: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything that the page shows."""

    at: dt.datetime
    name: str
    language: str
    """BCP 47 tag of the name."""
    moments: tuple[dt.datetime, ...]
    readers: Mapping[str, Mapping[str, list[int]]]
    """Bulletin → edition → readers at each moment."""
    subscribers: Mapping[str, int]
    mailings: tuple[Row, ...]


def gather(desk: AdminDesk) -> Numbers:
    """Count everything; the ledger of the newest mailings is read, and all subscriptions."""
    now = desk.clock().astimezone(dt.UTC)
    moments = tuple(now - dt.timedelta(weeks=each) for each in range(WEEKS, -1, -1))
    readers: dict[str, dict[str, list[int]]] = {}
    for (bulletin, edition), values in History(desk.engine).readers(moments).items():
        readers.setdefault(bulletin, {})[edition] = values
    rows = tuple(
        Row(each, desk.mailings.counts(each.id), desk.mailings.bounces(each.id))
        for each in desk.mailings.all(limit=MAILINGS)
    )
    with desk.opened() as app:
        publication = app.frame.publication
    key = "en" if "en" in publication.name else next(iter(publication.name))
    return Numbers(
        now, publication.name[key], publication.languages[key].tag, moments, readers,
        Gauges(desk.engine).subscribers(), rows,
    )  # fmt: skip

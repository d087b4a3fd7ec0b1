"""Indexes of some rows of a table only; what `migrations/` makes is compared with them.

Apart from the tables, since to name a database in an index loads SQLAlchemy's part for it, and
most processes need PostgreSQL's for nothing.
"""

from __future__ import annotations

from sqlalchemy import Index, text

from publisher.storage.tables import deliveries

_OPEN = text("state IN ('queued', 'deferred')")
_UNCERTAIN = text("state = 'uncertain'")

PARTIAL = (
    # What is still to be sent, and nothing else: most rows of a ledger are done.
    Index(
        "ix_deliveries_open",
        deliveries.c.mailing_id, deliveries.c.slice, deliveries.c.subscriber_id,
        sqlite_where=_OPEN, postgresql_where=_OPEN,
    ),
    # What a person has to decide about: it is looked for often, and there is next to none of it.
    Index(
        "ix_deliveries_uncertain",
        deliveries.c.mailing_id, deliveries.c.subscriber_id,
        sqlite_where=_UNCERTAIN, postgresql_where=_UNCERTAIN,
    ),
)  # fmt: skip

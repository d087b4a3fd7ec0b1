"""The tables, as SQLAlchemy Core knows them; `migrations/` brings a database to them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, DateTime, Integer, MetaData, String, Table, Text

STEPS = ("started", "frozen", "written", "live", "announced", "mailed", "not-mailed", "skipped",
         "held")  # fmt: skip

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row per issue remembers how far its publishing is.  The archive says what was published;
# where the rows are lost, an archived issue counts as announced and never mails by itself.
issue_steps = Table(
    "issue_steps",
    metadata,
    Column("bulletin", String(100), primary_key=True),
    Column("issue", String(40), primary_key=True),
    Column("step", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("attempt", Integer, nullable=False, default=1),
    Column("slot", DateTime(timezone=True), nullable=False),
    Column("changed", DateTime(timezone=True), nullable=False),
    CheckConstraint("step IN (" + ", ".join(f"'{step}'" for step in STEPS) + ")", name="step"),
)

"""Subscribers, mailings and their ledger, notices, and what came back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_OPEN = sa.text("state IN ('queued', 'deferred')")


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def _subscriber(*, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(
        "subscriber_id",
        sa.BigInteger,
        sa.ForeignKey("subscribers.id", ondelete="CASCADE"),
        nullable=nullable,
        autoincrement=False,
    )


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "facts",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_facts"),
    )
    _people()
    _mailings()
    _post()


def _people() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("match", sa.String(320), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("soft_count", sa.Integer, nullable=False),
        _time("soft_since", nullable=True),
        sa.Column("soft_mailing", sa.Integer),
        _time("created"),
        _time("changed"),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
        sa.UniqueConstraint("match", name="uq_subscribers_match"),
        _one_of("subscribers", "state", "ok", "suspended", "dead", "complained"),
    )
    op.create_table(
        "subscriptions",
        _subscriber(),
        sa.Column("bulletin", sa.String(100), nullable=False),
        sa.Column("edition", sa.String(60), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("ended_by", sa.String(40), nullable=False),
        _time("asked"),
        _time("confirmed", nullable=True),
        _time("changed"),
        sa.PrimaryKeyConstraint("subscriber_id", "bulletin", name="pk_subscriptions"),
        _one_of("subscriptions", "state", "pending", "active", "paused", "ended"),
    )
    op.create_index(
        "ix_subscriptions_bulletin", "subscriptions", ["bulletin", "state", "subscriber_id"]
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer, nullable=False),
        _subscriber(),
        sa.Column("bulletin", sa.String(100), nullable=False),
        sa.Column("edition", sa.String(60), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        _time("asked"),
        sa.Column("asked_from", sa.String(60), nullable=False),
        _time("confirmed", nullable=True),
        sa.Column("confirmed_from", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_subscriber_id", "consents", ["subscriber_id"])
    op.create_table(
        "confirmations",
        sa.Column("token", sa.String(64), nullable=False),
        _subscriber(),
        sa.Column("choices", sa.Text, nullable=False),
        _time("asked"),
        _time("expires"),
        sa.PrimaryKeyConstraint("token", name="pk_confirmations"),
    )
    op.create_index("ix_confirmations_subscriber_id", "confirmations", ["subscriber_id"])
    op.create_table(
        "suppressions",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        _time("created"),
        sa.PrimaryKeyConstraint("hash", name="pk_suppressions"),
    )


def _mailings() -> None:
    op.create_table(
        "mailings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("bulletin", sa.String(100), nullable=False),
        sa.Column("issue", sa.String(40), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        _time("resumes", nullable=True),
        sa.Column("pauses", sa.Integer, nullable=False),
        _time("opened"),
        _time("finished", nullable=True),
        sa.Column("recipients", sa.Integer, nullable=False),
        sa.Column("released", sa.Integer, nullable=False),
        _time("waits_until", nullable=True),
        sa.Column("folded", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mailings"),
        sa.UniqueConstraint("bulletin", "issue", name="uq_mailings_bulletin"),
        _one_of("mailings", "state", "open", "sending", "paused", "finished", "cancelled"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "messages",
        sa.Column("mailing_id", sa.Integer, sa.ForeignKey("mailings.id"), nullable=False),
        sa.Column("edition", sa.String(60), nullable=False),
        sa.Column("compiled", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "edition", name="pk_messages"),
    )
    op.create_table(
        "slices",
        sa.Column("mailing_id", sa.Integer, sa.ForeignKey("mailings.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "number", name="pk_slices"),
    )
    op.create_table(
        "deliveries",
        sa.Column("mailing_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("subscriber_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("edition", sa.String(60), nullable=False),
        sa.Column("slice", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("bounced", sa.String(4), nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "subscriber_id", name="pk_deliveries"),
        _one_of(
            "deliveries", "state",
            "queued", "sending", "sent", "deferred", "failed", "skipped", "uncertain",
        ),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["mailing_id", "slice", "subscriber_id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _post() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("match", sa.String(320), nullable=False),
        sa.Column("message", sa.LargeBinary),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        _time("due"),
        _time("created"),
        _time("changed"),
        sa.Column("reply", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        _one_of("notices", "state", "queued", "sending", "sent", "failed", "uncertain"),
    )
    op.create_index("ix_notices_state", "notices", ["state", "due"])
    op.create_index("ix_notices_match", "notices", ["match", "created"])
    op.create_table(
        "feedback",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("mailing_id", sa.Integer),
        sa.Column("subscriber_id", sa.BigInteger),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        _time("created"),
        sa.PrimaryKeyConstraint("key", name="pk_feedback"),
    )
    op.create_index("ix_feedback_subscriber_id", "feedback", ["subscriber_id"])


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "feedback", "notices", "deliveries", "slices", "messages", "mailings", "suppressions",
        "confirmations", "consents", "subscriptions", "subscribers", "facts",
    ):  # fmt: skip
        op.drop_table(table)

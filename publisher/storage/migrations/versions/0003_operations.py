"""Troubles, calls to others, leases, the tokens and answers of the admin API; signs of life."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# PostgreSQL's own INTEGER ends in 2038.
_SECONDS = (("slices", "seen"), ("deliveries", "due"), ("deliveries", "changed"))
# Texts are sorted and compared by their bytes, as SQLite does it, whatever the database's locale:
# an index that was sorted by the rules of a C library is wrong when that is replaced.
_BY_BYTES = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS kind
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relkind = 'r' AND c.relname IN ({tables}) AND a.attnum > 0
            AND pg_table_is_visible(c.oid) AND NOT a.attisdropped
            AND a.attcollation = (SELECT oid FROM pg_collation WHERE collname = 'default')
    LOOP
        EXECUTE format(
            'ALTER TABLE %I ALTER COLUMN %I TYPE %s COLLATE "C"',
            found.relname, found.attname, found.kind
        );
    END LOOP;
END $$
"""
_TABLES = (
    "issue_steps", "facts", "subscribers", "subscriptions", "consents", "confirmations",
    "suppressions", "mailings", "messages", "deliveries", "notices", "feedback",
    "troubles", "calls", "leases", "tokens", "answers",
)  # fmt: skip


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Make the tables."""
    op.add_column("slices", sa.Column("seen", sa.Integer, nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "postgresql":
        for table, column in _SECONDS:
            op.alter_column(table, column, type_=sa.BigInteger)
    uncertain = sa.text("state = 'uncertain'")
    op.create_index(
        "ix_deliveries_uncertain", "deliveries", ["mailing_id", "subscriber_id"],
        sqlite_where=uncertain, postgresql_where=uncertain,
    )  # fmt: skip
    op.create_table(
        "troubles",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        _time("since"),
        _time("seen"),
        _time("told", nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_troubles"),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        _time("due"),
        _time("created"),
        _time("changed"),
        sa.Column("reply", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("key", name="uq_calls_key"),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed')", name=op.f("ck_calls_state")),
    )
    op.create_index("ix_calls_state", "calls", ["state", "due"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        _time("expires"),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    _admin()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_BY_BYTES.format(tables=", ".join(f"'{each}'" for each in _TABLES)))


def _admin() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        _time("created"),
        _time("expires", nullable=True),
        _time("used", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("name", name="uq_tokens_name"),
        sa.UniqueConstraint("hash", name="uq_tokens_hash"),
    )
    op.create_table(
        "answers",
        sa.Column("token_id", sa.Integer, sa.ForeignKey("tokens.id", ondelete="CASCADE"),
                  nullable=False, autoincrement=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        _time("created"),
        sa.PrimaryKeyConstraint("token_id", "key", name="pk_answers"),
    )  # fmt: skip


def downgrade() -> None:
    """Take them away; wider numbers and texts sorted by their bytes may stay."""
    for name in ("answers", "tokens", "leases", "calls", "troubles"):
        op.drop_table(name)
    op.drop_index("ix_deliveries_uncertain", "deliveries")
    with op.batch_alter_table("slices") as batch:
        batch.drop_column("seen")

"""The steps of each issue."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_STEPS = ("started", "frozen", "written", "live", "announced", "mailed", "not-mailed", "skipped",
          "held")  # fmt: skip


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "issue_steps",
        sa.Column("bulletin", sa.String(100), nullable=False),
        sa.Column("issue", sa.String(40), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bulletin", "issue", name="pk_issue_steps"),
        sa.CheckConstraint(
            "step IN (" + ", ".join(f"'{step}'" for step in _STEPS) + ")", name="step"
        ),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("issue_steps")

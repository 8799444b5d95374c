"""Who may be texted: a ledger of consent, what people wrote back, numbers that can't be reached, reminders of visits."""
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATUSES = ("waiting", "sending", "accepted", "sent", "delivered", "failed", "cancelled", "expired", "refused", "unknown")


def upgrade() -> None:
    _new_columns()
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "consent_event",
        sa.Column("id", sa.Uuid(), primary_key=True), sa.Column("mobile", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False), sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False), sa.Column("wording", sa.String(), nullable=False),
        sa.Column("at", moment, nullable=False), sa.Column("transaction_id", sa.String(), nullable=False),
        sa.CheckConstraint("purpose IN ('code', 'care', 'news')", name="purpose"),
        sa.CheckConstraint("source IN ('reply', 'provider', 'portal', 'practice')", name="source"),
    )
    op.create_index("ix_consent_event_mobile_purpose_id", "consent_event", ["mobile", "purpose", "id"])
    op.create_table(
        "text_reply",
        sa.Column("sid", sa.String(), primary_key=True), sa.Column("mobile", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False), sa.Column("at", moment, nullable=False),
    )
    op.create_index("ix_text_reply_at", "text_reply", ["at"])
    op.create_table(
        "unreachable_mobile",
        sa.Column("mobile", sa.String(), primary_key=True), sa.Column("error_code", sa.Integer(), nullable=False),
        sa.Column("since", moment, nullable=False),
    )
    op.create_table(
        "reminder_sweep",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False), sa.Column("swept_to", moment, nullable=False),
    )
    rules = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(rules.replace("%", "%%"))  # it has colons and percent signs of its own


def _new_columns() -> None:
    text = {"nullable": False, "server_default": ""}
    op.add_column("text_message", sa.Column("zone", sa.String(), **text))
    op.add_column("text_message", sa.Column("reason", sa.String(), **text))
    op.add_column("text_message", sa.Column("visit_id", sa.Uuid()))
    op.add_column("text_message", sa.Column("visit_version", sa.Integer()))
    op.add_column("patient", sa.Column("zone", sa.String(), **text))
    op.add_column("visit", sa.Column("confirmed_version", sa.Integer()))
    hours = sa.Column("reminder_hours", sa.ARRAY(sa.Integer()), nullable=False, server_default="{168,24,2}")
    op.add_column("practice", hours)
    op.execute("ALTER TABLE text_message DROP CONSTRAINT ck_text_message_status")
    op.execute(f"ALTER TABLE text_message ADD CONSTRAINT ck_text_message_status CHECK (status IN {STATUSES})")

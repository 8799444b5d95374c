"""What a person chose for themselves: the name they like, theme, text size, and which text messages."""
from pathlib import Path

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, first in (("preferred_name", ""), ("theme", "device"), ("text_size", "normal")):
        op.add_column("users", sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=first))
    op.create_check_constraint(op.f("ck_users_theme"), "users", "theme IN ('device', 'light', 'dark')")
    op.create_check_constraint(op.f("ck_users_text_size"), "users", "text_size IN ('normal', 'large', 'larger')")
    op.create_table(
        "contact_preference",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('visits', 'reminders')", name=op.f("ck_contact_preference_purpose")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_contact_preference_user_id")),
        sa.PrimaryKeyConstraint("user_id", "purpose", name=op.f("pk_contact_preference")),
    )
    # A person's own record, for their download: what was done with their chart, and what they did to their account.
    op.create_index("ix_audit_event_patient", "audit_event", ["tenant_id", "patient_id", "id"],
                    postgresql_where=sa.text("patient_id IS NOT NULL"))
    op.create_index("ix_audit_event_account", "audit_event", ["user_id", "id"],
                    postgresql_where=sa.text("tenant_id = '00000000-0000-0000-0000-000000000000'"))
    op.create_index("ix_text_reply_mobile", "text_reply", ["mobile"])
    rules = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(rules.replace("%", "%%"))  # it has colons and percent signs of its own

"""Text messages in the words used everywhere: urgency, kind, due_at. Indexes for fair turns and for the dead letters."""
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WAITING = sa.text("status = 'waiting'")
DEAD = sa.text("status IN ('failed', 'expired', 'unknown')")


def upgrade() -> None:
    for old, new in (("message_class", "urgency"), ("purpose", "kind"), ("not_before", "due_at")):
        op.alter_column("text_message", old, new_column_name=new)
    op.execute("ALTER TABLE text_message RENAME CONSTRAINT ck_text_message_message_class TO ck_text_message_urgency")
    op.execute("ALTER INDEX ix_text_message_waiting RENAME TO ix_text_message_due")
    op.add_column("text_message", sa.Column("repeats", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("text_message", "repeats", server_default=None)
    op.drop_index("ix_text_message_user_id_created_at", "text_message")
    op.create_index("ix_text_message_turn", "text_message", ["urgency", "tenant_id", "due_at"], postgresql_where=WAITING)
    op.create_index("ix_text_message_dead", "text_message", ["tenant_id", "id"], postgresql_where=DEAD)
    op.create_index("ix_text_message_recipient_kind_created_at", "text_message", ["recipient", "kind", "created_at"])
    # A queue's dead rows stand in the way of its living ones: swept up early, not at a fifth of the table.
    op.execute("ALTER TABLE text_message SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)")

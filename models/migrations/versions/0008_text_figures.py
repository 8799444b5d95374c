"""How text messages went, by the minute; when one was given up; since when a retried one has been due."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DEAD = sa.text("status IN ('failed', 'expired', 'unknown') AND reason = ''")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("text_message", sa.Column("first_due_at", moment))
    op.add_column("text_message", sa.Column("ended_at", moment))
    op.execute("UPDATE text_message SET ended_at = coalesce(attempted_at, created_at)"
               " WHERE status IN ('failed', 'expired', 'unknown', 'refused')")
    op.create_index("ix_text_message_retried", "text_message", ["urgency", "first_due_at"],
                    postgresql_where=sa.text("status = 'waiting' AND first_due_at IS NOT NULL"))
    op.create_index("ix_text_message_accepted_at", "text_message", ["accepted_at"],
                    postgresql_where=sa.text("accepted_at IS NOT NULL"))
    op.create_index("ix_text_message_ended_at", "text_message", ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL"))
    op.drop_index("ix_text_message_dead", "text_message")
    op.create_index("ix_text_message_dead", "text_message", ["ended_at", "id"], postgresql_where=DEAD)
    op.create_index("ix_text_message_dead_own", "text_message", ["tenant_id", "ended_at", "id"], postgresql_where=DEAD)
    op.create_table(
        "text_figure",
        sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("starts_at", moment, nullable=False), sa.Column("relay", postgresql.JSONB(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False), sa.Column("ended", postgresql.JSONB(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False), sa.Column("waiting", sa.Integer()), sa.Column("later", sa.Integer()),
        sa.CheckConstraint("urgency IN ('code', 'now', 'notice', 'bulk')", name="urgency"),
        sa.ForeignKeyConstraint(["tenant_id"], ["practice.id"], name=op.f("fk_text_figure_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "urgency", "starts_at", name=op.f("pk_text_figure")),
    )
    op.create_index("ix_text_figure_starts_at", "text_figure", ["starts_at"])
    op.execute("""
        ALTER TABLE text_figure ENABLE ROW LEVEL SECURITY;
        CREATE POLICY tenant ON text_figure TO carelane_app USING (tenant_id = ANY ((SELECT current_tenants())::uuid[]));
        CREATE POLICY pump ON text_figure TO carelane_pump USING (true);
        GRANT SELECT ON text_figure TO carelane_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON text_figure TO carelane_pump""")

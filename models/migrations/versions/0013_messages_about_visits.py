"""Messages about a visit say about which version, however often they are sent again; a practice's own retried ones."""
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_text_message_visit", "text_message", ["tenant_id", "visit_id"],
                    postgresql_where=sa.text("status = 'waiting' AND visit_id IS NOT NULL"))
    op.create_index("ix_text_message_retried_own", "text_message", ["urgency", "tenant_id", "first_due_at"],
                    postgresql_where=sa.text("status = 'waiting' AND first_due_at IS NOT NULL"))
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))

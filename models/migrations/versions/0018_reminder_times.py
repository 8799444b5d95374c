"""Practices say themselves when their patients are reminded."""
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT UPDATE (reminder_hours) ON practice TO carelane_app")

"""A clock that was set back is mended step by step, with an index behind each."""
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Few rows are held at a time; of a hundred million visits perhaps fifteen are cancelled, for 0.3 GB in all.
    op.create_index("ix_visit_hold_expires_at", "visit", ["hold_expires_at"], postgresql_where=sa.text("status = 'held'"))
    op.create_index("ix_visit_cancelled_at", "visit", ["cancelled_at"], postgresql_where=sa.text("status = 'cancelled'"))
    op.create_index(op.f("ix_user_session_expires_at"), "user_session", ["expires_at"])
    op.create_index(op.f("ix_sign_in_challenge_expires_at"), "sign_in_challenge", ["expires_at"])
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))

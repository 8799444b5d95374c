"""Each part of a profile has a version: who saves it says which one they saw."""
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for part in ("name", "look", "texts"):
        op.add_column("users", sa.Column(f"{part}_version", sa.Integer(), nullable=False, server_default="1"))
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))

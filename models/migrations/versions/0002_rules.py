"""Row-level security, grants, and the functions that are the only way to the global tables."""
from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Straight to the driver, since the SQL has colons of its own; it takes percent signs for parameters.
    rules = Path(__file__).with_name("0002_rules.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(rules.replace("%", "%%"))

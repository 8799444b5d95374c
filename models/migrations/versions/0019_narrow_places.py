"""Order of consent by the database, quiet hours for every reminder, and long work in portions."""
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent_event", sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False))
    op.drop_index("ix_consent_event_mobile_purpose_id", "consent_event")
    op.create_index("ix_consent_event_mobile_purpose_number", "consent_event", ["mobile", "purpose", "number"])
    rules = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(rules.replace("%", "%%"))

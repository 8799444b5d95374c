"""Invitations to make an account, and campaigns of them."""
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("patient", sa.Column("invited_at", MOMENT))
    op.create_index("ix_patient_to_invite", "patient", ["tenant_id", "id", "birth_date"],
                    postgresql_where=sa.text("user_id IS NULL AND invited_at IS NULL AND mobile <> ''"))
    _campaign()
    _invitation()
    rules = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(rules.replace("%", "%%"))


def _row() -> list[sa.Column]:
    return [sa.Column("tenant_id", sa.Uuid(), primary_key=True), sa.Column("id", sa.Uuid(), primary_key=True),
            sa.Column("created_at", MOMENT, nullable=False)]


def _count(name: str, **options: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False, **options)


def _campaign() -> None:
    op.create_table(
        "campaign", *_row(), sa.Column("audience", sa.String(), nullable=False), sa.Column("status", sa.String(), nullable=False),
        _count("people"), _count("invited"), _count("joined"), sa.Column("ended_at", MOMENT),
        sa.ForeignKeyConstraint(["tenant_id"], ["practice.id"]),
        sa.CheckConstraint("status IN ('running', 'paused', 'stopped', 'done')", name="status"),
        sa.CheckConstraint("audience IN ('all', 'coming')", name="audience"),
    )
    op.create_index("uq_campaign_open", "campaign", ["tenant_id"], unique=True,
                    postgresql_where=sa.text("status IN ('running', 'paused')"))
    op.create_index("ix_campaign_running", "campaign", ["tenant_id"], postgresql_where=sa.text("status = 'running'"))


def _invitation() -> None:
    op.create_table(
        "invitation", *_row(), sa.Column("patient_id", sa.Uuid(), nullable=False), sa.Column("campaign_id", sa.Uuid()),
        sa.Column("code_hash", sa.String(), nullable=False), sa.Column("expires_at", MOMENT, nullable=False), _count("tries"),
        sa.Column("used_at", MOMENT), sa.Column("closed_at", MOMENT),
        sa.ForeignKeyConstraint(["tenant_id"], ["practice.id"]),
        sa.ForeignKeyConstraint(["tenant_id", "patient_id"], ["patient.tenant_id", "patient.id"]),
        sa.ForeignKeyConstraint(["tenant_id", "campaign_id"], ["campaign.tenant_id", "campaign.id"]),
    )
    op.create_index("uq_invitation_code_hash", "invitation", ["code_hash"], unique=True)
    op.create_index("ix_invitation_tenant_id_patient_id", "invitation", ["tenant_id", "patient_id"])

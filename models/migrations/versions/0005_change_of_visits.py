"""Visits can be moved and their cancelling taken back; places have directions."""
import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("location", sa.Column("directions", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
    op.add_column("visit", sa.Column("moves_id", sa.Uuid(), nullable=True))
    op.add_column("visit", sa.Column("moved_by", sa.Uuid(), nullable=True))
    op.add_column("visit", sa.Column("cancel_note", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
    # Until now a reason was the person's own words.
    op.execute("UPDATE visit SET cancel_note = cancel_reason, cancel_reason = '' WHERE cancel_reason <> ''")
    op.create_check_constraint(
        op.f("ck_visit_cancel_reason"), "visit",
        "cancel_reason IN ('', 'time', 'better', 'elsewhere', 'travel', 'cost', 'other')")
    op.create_check_constraint(op.f("ck_visit_moves"), "visit", "moves_id IS NULL OR status = 'held'")
    op.create_foreign_key(op.f("fk_visit_tenant_id_moves_id"), "visit", "visit", ["tenant_id", "moves_id"], ["tenant_id", "id"])
    op.create_index("ix_visit_tenant_id_moves_id", "visit", ["tenant_id", "moves_id"],
                    postgresql_where=sa.text("moves_id IS NOT NULL"))
    # A hold that moves a visit may overlap that visit, and nothing else.
    op.execute("ALTER TABLE visit DROP CONSTRAINT ex_visit_no_double_booking")
    op.execute("""
        ALTER TABLE visit ADD CONSTRAINT ex_visit_no_double_booking EXCLUDE USING gist (
          tenant_id WITH =, clinician_id WITH =, tstzrange(occupied_from, occupied_to) WITH &&, coalesce(moves_id, id) WITH <>)
        WHERE (status IN ('held', 'booked', 'arrived', 'done') AND NOT overbooked)""")

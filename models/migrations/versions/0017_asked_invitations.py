"""Invitations that people ask for by themselves."""
import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_patient_without_account", "patient", ["mobile", "birth_date"], postgresql_where=sa.text("user_id IS NULL"))
    # Whose chart without an account has that number and date of birth: the oldest one.
    op.execute("""
        CREATE FUNCTION invitation_find(mobile_ text, birth_date_ date, adult date, OUT tenant_id uuid, OUT patient_id uuid,
                                        OUT practice text, OUT language text)
        RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
          SELECT p.tenant_id, p.id, c.name, p.language FROM patient p JOIN practice c ON c.id = p.tenant_id
           WHERE p.mobile = mobile_ AND p.birth_date = birth_date_ AND p.birth_date <= adult AND p.user_id IS NULL
           ORDER BY p.created_at, p.id LIMIT 1 $$""")
    op.execute("REVOKE EXECUTE ON FUNCTION invitation_find FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION invitation_find TO carelane_app")

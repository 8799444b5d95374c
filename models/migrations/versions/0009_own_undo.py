"""Who cancelled a visit, and sweeping of expired holds that waits for nobody."""
import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("cancelled_by", sa.Uuid(), nullable=True))
    # As before, but what someone is at work on is left for the next time: two who delete rows in different orders and
    # wait for each other would never end.
    op.execute("""
        CREATE OR REPLACE FUNCTION forget_old(at timestamptz) RETURNS bigint
        LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
          WITH t AS (DELETE FROM throttle WHERE window_ends_at < at RETURNING 1),
               c AS (DELETE FROM sign_in_challenge WHERE expires_at < at - interval '1 day' RETURNING 1),
               s AS (DELETE FROM user_session WHERE expires_at < at - interval '30 days' RETURNING 1),
               o AS (SELECT tenant_id, id FROM visit WHERE status = 'held' AND hold_expires_at < at - interval '1 hour'
                     FOR UPDATE SKIP LOCKED),
               h AS (DELETE FROM visit WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM o) RETURNING 1)
          SELECT (SELECT count(*) FROM t) + (SELECT count(*) FROM c) + (SELECT count(*) FROM s) + (SELECT count(*) FROM h) $$""")

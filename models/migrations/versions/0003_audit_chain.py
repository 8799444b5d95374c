"""A chain of hashes seals each practice's audit."""
import sqlalchemy as sa
from alembic import op
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

RULES = """
ALTER TABLE audit_unsealed ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_seal ENABLE ROW LEVEL SECURITY;
INSERT INTO audit_unsealed (tenant_id, event_id) SELECT tenant_id, id FROM audit_event;

CREATE FUNCTION audit_wait_for_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO audit_unsealed (tenant_id, event_id) VALUES (new.tenant_id, new.id);
  RETURN NULL;
END $$;
CREATE TRIGGER wait_for_seal AFTER INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_wait_for_seal();

-- An event as the chain knows it: every column, in a form that no setting changes.
CREATE FUNCTION audit_canonical(e audit_event) RETURNS text
LANGUAGE sql STABLE SET timezone = 'UTC' SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_array(e.tenant_id, e.id, e.at, e.user_id, e.role, e.patient_id, e.action, e.subject_id, e.details, e.transaction_id)::text $$;

-- Seals at most `most` waiting events, each practice's in the order of their ids, and answers how many.
-- One sealer at a time: another one finds nothing to do. Nobody who writes an event waits for it.
CREATE FUNCTION audit_seal_waiting(most integer, at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE event audit_event; tenant uuid; link record; done integer := 0;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('carelane.audit_seal')) THEN RETURN 0; END IF;
  FOR event IN SELECT e.* FROM (SELECT * FROM audit_unsealed ORDER BY tenant_id, event_id LIMIT most) w
                 JOIN audit_event e ON e.tenant_id = w.tenant_id AND e.id = w.event_id ORDER BY e.tenant_id, e.id LOOP
    IF tenant IS DISTINCT FROM event.tenant_id THEN
      tenant := event.tenant_id;
      SELECT s.position, s.hash INTO link FROM audit_seal s WHERE s.tenant_id = tenant ORDER BY s.position DESC LIMIT 1;
    END IF;
    INSERT INTO audit_seal AS s (tenant_id, position, event_id, hash, sealed_at)
    VALUES (tenant, coalesce(link.position, 0) + 1, event.id,
            sha256(coalesce(link.hash, ''::bytea) || convert_to(audit_canonical(event), 'UTF8')), at)
    RETURNING s.position, s.hash INTO link;
    DELETE FROM audit_unsealed u WHERE u.tenant_id = event.tenant_id AND u.event_id = event.id;
    done := done + 1;
  END LOOP;
  RETURN done;
END $$;

REVOKE EXECUTE ON FUNCTION audit_wait_for_seal, audit_canonical, audit_seal_waiting FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_seal_waiting TO carelane_pump;
"""


def upgrade() -> None:
    op.create_table('audit_unsealed',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'event_id', name=op.f('pk_audit_unsealed'))
    )
    op.create_table('audit_seal',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'event_id'], ['audit_event.tenant_id', 'audit_event.id'], name=op.f('fk_audit_seal_tenant_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'position', name=op.f('pk_audit_seal'))
    )
    op.create_index('uq_audit_seal_tenant_id_event_id', 'audit_seal', ['tenant_id', 'event_id'], unique=True)
    op.execute(RULES)

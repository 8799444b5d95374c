"""The first tables, as alembic drew them from the models."""
import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute('CREATE EXTENSION IF NOT EXISTS btree_gist')  # equality beside overlap in one exclusion constraint
    op.create_table('organization',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organization'))
    )
    op.create_table('throttle',
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('window_ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_throttle'))
    )
    op.create_index(op.f('ix_throttle_window_ends_at'), 'throttle', ['window_ends_at'], unique=False)
    op.create_table('users',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('mobile', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('email', name=op.f('uq_users_email')),
    sa.UniqueConstraint('mobile', name=op.f('uq_users_mobile'))
    )
    op.create_table('credential',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('password_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_credential_user_id')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_credential'))
    )
    op.create_table('practice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('phone', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('cancel_notice_minutes', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_practice_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practice'))
    )
    op.create_index(op.f('ix_practice_organization_id'), 'practice', ['organization_id'], unique=False)
    op.create_table('sign_in_challenge',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('sends', sa.Integer(), nullable=False),
    sa.Column('ticket_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('ticket_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sign_in_challenge_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_challenge')),
    sa.UniqueConstraint('ticket_hash', name=op.f('uq_sign_in_challenge_ticket_hash'))
    )
    op.create_index(op.f('ix_sign_in_challenge_user_id'), 'sign_in_challenge', ['user_id'], unique=False)
    op.create_table('user_session',
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('device', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_user_session_user_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_user_session'))
    )
    op.create_index(op.f('ix_user_session_user_id'), 'user_session', ['user_id'], unique=False)
    op.create_table('audit_event',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=True),
    sa.Column('action', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('transaction_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id'], ['practice.id'], name=op.f('fk_audit_event_tenant_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_audit_event'))
    )
    op.create_index('ix_audit_event_tenant_id_at', 'audit_event', ['tenant_id', 'at'], unique=False)
    op.create_index('ix_audit_event_transaction_id', 'audit_event', ['transaction_id'], unique=False)
    op.create_table('clinician',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('specialty', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['tenant_id'], ['practice.id'], name=op.f('fk_clinician_tenant_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_clinician_user_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_clinician'))
    )
    op.create_index('ix_clinician_user_id', 'clinician', ['user_id'], unique=False)
    op.create_table('location',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('street', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('city', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('postal_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('zone', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id'], ['practice.id'], name=op.f('fk_location_tenant_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_location'))
    )
    op.create_table('patient',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('given_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('family_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('birth_date', sa.Date(), nullable=False),
    sa.Column('mobile', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id'], ['practice.id'], name=op.f('fk_patient_tenant_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_patient_user_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_patient'))
    )
    op.create_index('uq_patient_user_id_tenant_id', 'patient', ['user_id', 'tenant_id'], unique=True)
    op.create_table('staff_member',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('front_desk', 'clinician', 'biller', 'practice_admin', 'organization_admin', 'operator')", name=op.f('ck_staff_member_role')),
    sa.ForeignKeyConstraint(['tenant_id'], ['practice.id'], name=op.f('fk_staff_member_tenant_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_staff_member_user_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_staff_member'))
    )
    op.create_index('uq_staff_member_user_id_tenant_id_role', 'staff_member', ['user_id', 'tenant_id', 'role'], unique=True)
    op.create_table('text_message',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('message_class', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('patient_id', sa.Uuid(), nullable=True),
    sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('body', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('dedupe_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('provider_sid', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('error_code', sa.Integer(), nullable=True),
    sa.Column('transaction_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('traceparent', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint("message_class IN ('code', 'now', 'notice', 'bulk')", name=op.f('ck_text_message_message_class')),
    sa.CheckConstraint("status IN ('waiting', 'sending', 'accepted', 'sent', 'delivered', 'failed', 'cancelled', 'expired', 'unknown')", name=op.f('ck_text_message_status')),
    sa.ForeignKeyConstraint(['tenant_id'], ['practice.id'], name=op.f('fk_text_message_tenant_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_text_message')),
    sa.UniqueConstraint('provider_sid', name=op.f('uq_text_message_provider_sid'))
    )
    op.create_index('ix_text_message_sending', 'text_message', ['lease_until'], unique=False, postgresql_where=sa.text("status = 'sending'"))
    op.create_index('ix_text_message_transaction_id', 'text_message', ['transaction_id'], unique=False)
    op.create_index('ix_text_message_user_id_created_at', 'text_message', ['user_id', 'created_at'], unique=False)
    op.create_index('ix_text_message_waiting', 'text_message', ['message_class', 'not_before'], unique=False, postgresql_where=sa.text("status = 'waiting'"))
    op.create_index('uq_text_message_tenant_id_dedupe_key', 'text_message', ['tenant_id', 'dedupe_key'], unique=True)
    op.create_table('visit_type',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('description', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('preparation', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('buffer_before', sa.Integer(), nullable=False),
    sa.Column('buffer_after', sa.Integer(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('notice', sa.Integer(), nullable=False),
    sa.Column('horizon', sa.Integer(), nullable=False),
    sa.Column('patients_may_book', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id'], ['practice.id'], name=op.f('fk_visit_type_tenant_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_visit_type'))
    )
    op.create_table('schedule',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('clinician_id', sa.Uuid(), nullable=False),
    sa.Column('location_id', sa.Uuid(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('opens', sa.Time(), nullable=False),
    sa.Column('closes', sa.Time(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.CheckConstraint('opens < closes', name=op.f('ck_schedule_hours')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_schedule_weekday')),
    sa.ForeignKeyConstraint(['tenant_id', 'clinician_id'], ['clinician.tenant_id', 'clinician.id'], name=op.f('fk_schedule_tenant_id_clinician_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'location_id'], ['location.tenant_id', 'location.id'], name=op.f('fk_schedule_tenant_id_location_id')),
    sa.ForeignKeyConstraint(['tenant_id'], ['practice.id'], name=op.f('fk_schedule_tenant_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_schedule'))
    )
    op.create_index('ix_schedule_tenant_id_location_id_clinician_id', 'schedule', ['tenant_id', 'location_id', 'clinician_id'], unique=False)
    op.create_table('visit',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('clinician_id', sa.Uuid(), nullable=False),
    sa.Column('location_id', sa.Uuid(), nullable=False),
    sa.Column('visit_type_id', sa.Uuid(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('occupied_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('occupied_to', sa.DateTime(timezone=True), nullable=False),
    sa.Column('overbooked', sa.Boolean(), nullable=False),
    sa.Column('hold_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    postgresql.ExcludeConstraint((sa.column('tenant_id'), '='), (sa.column('clinician_id'), '='), (sa.text('tstzrange(occupied_from, occupied_to)'), '&&'), where=sa.text("status IN ('held', 'booked', 'arrived', 'done') AND NOT overbooked"), using='gist', name='ex_visit_no_double_booking'),
    sa.CheckConstraint("(status = 'held') = (hold_expires_at IS NOT NULL)", name=op.f('ck_visit_hold')),
    sa.CheckConstraint("status IN ('held', 'booked', 'cancelled', 'arrived', 'done', 'no_show')", name=op.f('ck_visit_status')),
    sa.CheckConstraint('starts_at < ends_at AND occupied_from <= starts_at AND ends_at <= occupied_to', name=op.f('ck_visit_times')),
    sa.ForeignKeyConstraint(['tenant_id', 'clinician_id'], ['clinician.tenant_id', 'clinician.id'], name=op.f('fk_visit_tenant_id_clinician_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'location_id'], ['location.tenant_id', 'location.id'], name=op.f('fk_visit_tenant_id_location_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'patient_id'], ['patient.tenant_id', 'patient.id'], name=op.f('fk_visit_tenant_id_patient_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'visit_type_id'], ['visit_type.tenant_id', 'visit_type.id'], name=op.f('fk_visit_tenant_id_visit_type_id')),
    sa.ForeignKeyConstraint(['tenant_id'], ['practice.id'], name=op.f('fk_visit_tenant_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_visit'))
    )
    op.create_index('ix_visit_tenant_id_clinician_id_starts_at', 'visit', ['tenant_id', 'clinician_id', 'starts_at'], unique=False)
    op.create_index('ix_visit_tenant_id_patient_id_starts_at', 'visit', ['tenant_id', 'patient_id', 'starts_at', 'id'], unique=False)
    op.create_index('ix_visit_tenant_id_starts_at', 'visit', ['tenant_id', 'starts_at', 'id'], unique=False)

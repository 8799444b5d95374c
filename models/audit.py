"""The append-only record of who did what, and the chain that seals it.

The application's role may insert and read events, never change them; seals are made and read by functions alone.
"""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.base import moment, of_practice
from portal_app.core.actor import PLATFORM_TENANT
from portal_app.core.clock import now
from portal_app.core.ids import new_id


class AuditEvent(SQLModel, table=True):
    """`action` is dotted (`visit.booked`); `details` holds ids and times, never names or health information."""

    __tablename__ = "audit_event"
    __table_args__ = (
        of_practice(),
        Index("ix_audit_event_tenant_id_at", "tenant_id", "at"),
        Index("ix_audit_event_transaction_id", "transaction_id"),
        # A person's own record: what was done with their chart, and what they did to their account.
        Index("ix_audit_event_patient", "tenant_id", "patient_id", "id", postgresql_where=text("patient_id IS NOT NULL")),
        Index("ix_audit_event_account", "user_id", "id", postgresql_where=text(f"tenant_id = '{PLATFORM_TENANT}'")),
    )
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = moment(default_factory=now)
    user_id: UUID | None = None
    role: str
    patient_id: UUID | None = None
    action: str
    subject_id: UUID | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    transaction_id: str


class AuditUnsealed(SQLModel, table=True):
    """An event that waits to be sealed: a trigger puts it here in the event's own transaction."""

    __tablename__ = "audit_unsealed"
    tenant_id: UUID = Field(primary_key=True)
    event_id: UUID = Field(primary_key=True)


class AuditSeal(SQLModel, table=True):
    """A link of a practice's chain: SHA-256 of the link before it and of the event's canonical text."""

    __tablename__ = "audit_seal"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "event_id"], ["audit_event.tenant_id", "audit_event.id"]),
        Index("uq_audit_seal_tenant_id_event_id", "tenant_id", "event_id", unique=True),
    )
    tenant_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=BigInteger)
    event_id: UUID
    hash: bytes
    sealed_at: datetime = moment()

"""The append-only record of who did what. The application's role may insert and read, never change."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.base import moment, of_practice
from portal_app.core.clock import now
from portal_app.core.ids import new_id


class AuditEvent(SQLModel, table=True):
    """`action` is dotted (`visit.booked`); `details` holds ids and times, never names or health information."""

    __tablename__ = "audit_event"
    __table_args__ = (
        of_practice(),
        Index("ix_audit_event_tenant_id_at", "tenant_id", "at"),
        Index("ix_audit_event_transaction_id", "transaction_id"),
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

"""The outbox of text messages. This row is the truth; queues only wake someone up to read it."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from models.base import TenantRow, moment, of_practice

CLASSES = ("code", "now", "notice", "bulk")
STATUSES = ("waiting", "sending", "accepted", "sent", "delivered", "failed", "cancelled", "expired", "unknown")


class TextMessage(TenantRow, table=True):
    """One message to one mobile number (E.164). Not sent before `not_before` nor after `expires_at`."""

    __tablename__ = "text_message"
    __table_args__ = (
        of_practice(),
        CheckConstraint(f"message_class IN {CLASSES}", name="message_class"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        Index("ix_text_message_waiting", "message_class", "not_before", postgresql_where=text("status = 'waiting'")),
        Index("ix_text_message_sending", "lease_until", postgresql_where=text("status = 'sending'")),
        Index("ix_text_message_user_id_created_at", "user_id", "created_at"),
        Index("ix_text_message_transaction_id", "transaction_id"),
        Index("uq_text_message_tenant_id_dedupe_key", "tenant_id", "dedupe_key", unique=True),
    )
    message_class: str
    purpose: str
    user_id: UUID | None = None
    patient_id: UUID | None = None
    recipient: str
    body: str
    dedupe_key: str
    status: str = "waiting"
    attempts: int = 0
    not_before: datetime = moment()
    expires_at: datetime = moment()
    lease_until: datetime | None = moment(default=None)
    attempted_at: datetime | None = moment(default=None)
    accepted_at: datetime | None = moment(default=None)
    delivered_at: datetime | None = moment(default=None)
    provider_sid: str | None = Field(default=None, unique=True)
    error_code: int | None = None
    transaction_id: str
    traceparent: str = ""

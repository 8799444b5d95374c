"""The outbox of text messages. This row is the truth; queues only wake someone up to read it."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from models.base import TenantRow, moment, of_practice

URGENCIES = ("code", "now", "notice", "bulk")
STATUSES = ("waiting", "sending", "accepted", "sent", "delivered", "failed", "cancelled", "expired", "refused", "unknown")
DEAD = "status IN ('failed', 'expired', 'unknown') AND reason = ''"


class TextMessage(TenantRow, table=True):
    """One message to one mobile number (E.164), of one `kind` (what it tells of). Not sent before `due_at` nor after
    `expires_at`. `repeats` counts how often the same was asked for again and not sent again. `zone` is where its reader
    lives, for quiet hours. With `visit_id` it is about that version of a visit, and pointless about another. `reason` says
    why it was refused, or that it was sent `again` as another message. `first_due_at` is when one that was tried again was
    due at first; `ended_at` when it was given up: failed, expired, refused or unknown.
    """

    __tablename__ = "text_message"
    __table_args__ = (
        of_practice(),
        CheckConstraint(f"urgency IN {URGENCIES}", name="urgency"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        # What waits: the oldest of a class, and each practice's own oldest, for the practices to take turns.
        Index("ix_text_message_due", "urgency", "due_at", postgresql_where=text("status = 'waiting'")),
        Index("ix_text_message_turn", "urgency", "tenant_id", "due_at", postgresql_where=text("status = 'waiting'")),
        Index("ix_text_message_visit", "tenant_id", "visit_id",
              postgresql_where=text("status = 'waiting' AND visit_id IS NOT NULL")),
        Index("ix_text_message_sending", "lease_until", postgresql_where=text("status = 'sending'")),
        Index("ix_text_message_retried", "urgency", "first_due_at",
              postgresql_where=text("status = 'waiting' AND first_due_at IS NOT NULL")),
        Index("ix_text_message_retried_own", "urgency", "tenant_id", "first_due_at",
              postgresql_where=text("status = 'waiting' AND first_due_at IS NOT NULL")),
        # What just happened, for the figures; and what was given up and has not been sent again, the newest first.
        Index("ix_text_message_accepted_at", "accepted_at", postgresql_where=text("accepted_at IS NOT NULL")),
        Index("ix_text_message_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
        Index("ix_text_message_dead", "ended_at", "id", postgresql_where=text(DEAD)),
        Index("ix_text_message_dead_own", "tenant_id", "ended_at", "id", postgresql_where=text(DEAD)),
        Index("ix_text_message_recipient_kind_created_at", "recipient", "kind", "created_at"),
        Index("ix_text_message_transaction_id", "transaction_id"),
        Index("uq_text_message_tenant_id_dedupe_key", "tenant_id", "dedupe_key", unique=True),
    )
    urgency: str
    kind: str
    user_id: UUID | None = None
    patient_id: UUID | None = None
    recipient: str
    body: str
    dedupe_key: str
    zone: str = ""
    visit_id: UUID | None = None
    visit_version: int | None = None
    status: str = "waiting"
    reason: str = ""
    attempts: int = 0
    repeats: int = 0
    due_at: datetime = moment()
    first_due_at: datetime | None = moment(default=None)
    expires_at: datetime = moment()
    lease_until: datetime | None = moment(default=None)
    attempted_at: datetime | None = moment(default=None)
    accepted_at: datetime | None = moment(default=None)
    delivered_at: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)
    provider_sid: str | None = Field(default=None, unique=True)
    error_code: int | None = None
    transaction_id: str
    traceparent: str = ""

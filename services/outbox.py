"""Text messages to be sent: rows that commit with the deed they tell of. Sending is `services.messaging`'s."""
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from models import TextMessage
from portal_app.core import clock, telemetry, transaction_id
from portal_app.core.database import Work
from portal_app.core.ids import new_id

LIFETIME = {"code": timedelta(minutes=10), "now": timedelta(hours=2), "notice": timedelta(days=1), "bulk": timedelta(days=3)}
"""How long a message of each class is worth sending."""


def queue_text(work: Work, *, tenant_id: UUID, message_class: str, purpose: str, recipient: str, body: str,
               dedupe_key: str, user_id: UUID | None = None, patient_id: UUID | None = None,
               expires_at: datetime | None = None) -> UUID:
    """Adds one message to the outbox and wakes the sender after the commit. Answers the message's id.

    `recipient` is E.164. `dedupe_key` is unique within the practice: the same deed cannot be told twice.
    """
    now = clock.now()
    message = TextMessage(
        tenant_id=tenant_id, id=new_id(), created_at=now, message_class=message_class, purpose=purpose,
        user_id=user_id, patient_id=patient_id, recipient=recipient, body=body, dedupe_key=dedupe_key, not_before=now,
        expires_at=expires_at or now + LIFETIME[message_class], transaction_id=transaction_id.current(),
        traceparent=telemetry.traceparent(),
    )
    work.session.add(message)
    work.nudge("text", tenant_id=str(tenant_id), id=str(message.id), message_class=message_class)
    return message.id


def cancel_unsent(work: Work, *, user_id: UUID, purpose: str) -> None:
    """A newer message makes older ones of the same purpose that still wait pointless."""
    work.session.execute(
        update(TextMessage)
        .where(col(TextMessage.user_id) == user_id, col(TextMessage.purpose) == purpose, col(TextMessage.status) == "waiting")
        .values(status="cancelled", body="")
    )

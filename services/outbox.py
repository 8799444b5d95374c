"""Text messages to be sent: rows that commit with the deed they tell of. Sending is `services.messaging`'s."""
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlmodel import col

from models import TextMessage
from portal_app.core import clock, telemetry, transaction_id
from portal_app.core.database import Work
from portal_app.core.ids import new_id
from services.urgency import URGENCIES


def queue_text(work: Work, *, tenant_id: UUID, urgency: str, kind: str, recipient: str, body: str,
               dedupe_key: str, user_id: UUID | None = None, patient_id: UUID | None = None,
               due_at: datetime | None = None, expires_at: datetime | None = None, zone: str = "",
               visit_id: UUID | None = None, visit_version: int | None = None) -> UUID:
    """Adds one message to the outbox and wakes the sender after the commit. Answers the message's id.

    `urgency` is its class, `kind` what it tells of, `recipient` E.164. `dedupe_key` is unique within the practice: the
    same deed cannot be told twice. With `due_at` it waits until then, and can be withdrawn as long as it does.
    `zone` is where the reader lives; with `visit_id` it is not sent once that visit has another `visit_version`.
    """
    now = clock.now()
    due = max(now, due_at or now)
    message = TextMessage(
        tenant_id=tenant_id, id=new_id(), created_at=now, urgency=urgency, kind=kind,
        user_id=user_id, patient_id=patient_id, recipient=recipient, body=body, dedupe_key=dedupe_key, due_at=due,
        expires_at=expires_at or due + URGENCIES[urgency].lifetime, zone=zone, visit_id=visit_id,
        visit_version=visit_version, transaction_id=transaction_id.current(),
        traceparent=telemetry.traceparent(),
    )
    work.session.add(message)
    if due == now:
        work.nudge("text", tenant_id=str(tenant_id), id=str(message.id), urgency=urgency)
    return message.id


@dataclass(frozen=True, slots=True)
class Told:
    """A message to someone who asked for one. `repeated`: it had been sent just before, so that nothing new was.

    `status` is the row's; another may be asked for at `may_ask_at`.
    """

    id: UUID
    status: str
    sent_at: datetime
    may_ask_at: datetime
    repeated: bool


REPEAT = text("""
UPDATE text_message SET repeats = repeats + 1 WHERE id = (
  SELECT id FROM text_message WHERE recipient = :recipient AND kind = :kind AND user_id IS NOT DISTINCT FROM :user_id
    AND patient_id IS NOT DISTINCT FROM :patient_id
    AND created_at > :since AND created_at <= :at AND status NOT IN ('failed', 'cancelled', 'expired', 'refused', 'unknown')
  ORDER BY created_at DESC LIMIT 1)
RETURNING id, status, created_at, set_config('synchronous_commit',
  CASE WHEN :alone THEN 'off' ELSE current_setting('synchronous_commit') END, true)
""")
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:recipient || :kind, 0))")


def queue_once(work: Work, *, within: timedelta, recipient: str, kind: str, user_id: UUID | None = None,
               patient_id: UUID | None = None, alone: bool = False, **message: Any) -> Told:
    """As `queue_text`, but no second message of a kind to the same person `within` so short a time. See `repeated`."""
    person: dict[str, Any] = {"recipient": recipient, "kind": kind, "user_id": user_id, "patient_id": patient_id}
    if told := repeated(work, within=within, alone=alone, **person):
        return told
    work.session.execute(ONE_AT_A_TIME, {"recipient": recipient, "kind": kind})
    if told := repeated(work, within=within, alone=alone, **person):
        return told  # someone was just faster
    now = clock.now()
    id = queue_text(work, **person, **message)
    return Told(id, "waiting", now, now + within, repeated=False)


def repeated(work: Work, *, within: timedelta, recipient: str, kind: str, user_id: UUID | None,
             patient_id: UUID | None = None, alone: bool = False) -> Told | None:
    """The message of that kind that the person got, or is about to get, `within` the last while; counts the repetition.

    Where that count is `alone` in its transaction, nobody waits for the disk: it may be lost with the database server in the
    half second after its commit.
    """
    now = clock.now()
    found = work.session.execute(REPEAT, {"recipient": recipient, "kind": kind, "user_id": user_id, "patient_id": patient_id,
                                          "since": now - within, "at": now, "alone": alone}).first()
    if found is None:
        return None
    return Told(found.id, found.status, found.created_at, found.created_at + within, repeated=True)


def withdraw(work: Work, *, tenant_id: UUID, **which: Any) -> bool:
    """Takes back the messages whose columns are as in `which`, if they still wait. False where none does."""
    found = work.session.execute(
        update(TextMessage).filter_by(tenant_id=tenant_id, status="waiting", **which)
        .values(status="cancelled", body="").returning(col(TextMessage.id))
    )
    return found.first() is not None


def cancel_unsent(work: Work, *, recipient: str, kind: str, user_id: UUID) -> None:
    """A newer message makes older ones of the same kind to the same person that still wait pointless."""
    work.session.execute(
        update(TextMessage)
        .where(col(TextMessage.recipient) == recipient, col(TextMessage.kind) == kind,
               col(TextMessage.user_id) == user_id, col(TextMessage.status) == "waiting")
        .values(status="cancelled", body="")
    )

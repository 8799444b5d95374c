"""How a message's status moves: forward only, whoever reports it and in whatever order."""
import hashlib
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from models.text_message import TextMessage
from portal_app.core import clock, log
from portal_app.core.database import Work, pump_work
from portal_app.core.errors import NotFound
from portal_app.core.ids import parse
from portal_app.core.settings import settings
from services.messaging import consent
from services.messaging.leases import Lease

OURS = {
    "accepted": "accepted", "scheduled": "accepted", "queued": "accepted", "sending": "accepted",
    "sent": "sent", "delivered": "delivered", "read": "delivered",
    "undelivered": "failed", "failed": "failed", "canceled": "failed",
}
"""Our word for each of Twilio's."""
GIVEN_UP = ("failed", "expired", "refused", "unknown")
REACHED = {"accepted": 1, "sent": 2, "delivered": 3, "failed": 3}
logger = log.get(__name__)


def record_status(key: str, *, sid: str, status: str, error_code: int | None = None) -> None:
    """What the provider says of the message `<tenant>.<id>`, in any order and any number of times.

    `status` is Twilio's word for it. Raises NotFound for a message or a status that doesn't exist.
    https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
    """
    tenant_id, _, id = key.partition(".")
    try:
        now = _recorded(parse(tenant_id), parse(id), sid, status, error_code)
    except IntegrityError:  # another with the same words was taken for this one, which goes in its place
        logger.error("two messages, one provider id", extra={"text": key, "said": status})
    else:
        logger.info("text message status", extra={"text": key, "said": status, "status": now})


def _recorded(tenant_id: UUID, id: UUID, sid: str, status: str, error_code: int | None) -> str:
    """The row's status after that."""
    with pump_work() as work:
        row = locked(work, tenant_id, id)
        if row is None or not sid or status not in OURS:
            raise NotFound
        if advance(row, OURS[status], sid, error_code):
            consent.learn(work, row)
            tell(work, row)
        return row.status


def locked(work: Work, tenant_id: UUID, id: UUID) -> TextMessage | None:
    """The row, ours until the transaction ends."""
    query = select(TextMessage).where(TextMessage.tenant_id == tenant_id, TextMessage.id == id)
    return work.session.exec(query.with_for_update()).first()


def advance(row: TextMessage, status: str, sid: str, error_code: int | None = None) -> bool:
    """Takes what the provider knows; False if we knew as much. Word of another sending is only logged."""
    if row.provider_sid and row.provider_sid != sid:
        logger.error("one message, two provider ids", extra={"id": str(row.id), "sid": sid})
        return False
    row.provider_sid = sid
    if REACHED[status] <= REACHED.get(row.status, 0):
        return False
    settle(row, status)
    row.error_code = error_code
    row.accepted_at = row.accepted_at or clock.now()
    row.delivered_at = clock.now() if status == "delivered" else None
    return True


def settle(row: TextMessage, status: str) -> None:
    """`status` is the last one, or the provider has the message: a code is no longer kept in the clear."""
    row.status, row.lease_until = status, None
    row.ended_at = clock.now() if status in GIVEN_UP else None
    if row.urgency == "code":
        row.body = ""


def tell(work: Work, row: TextMessage | Lease) -> None:
    """Whoever waits for a code sees how far it is; the demo's phone shows what has arrived."""
    if row.urgency == "code":
        work.nudge("live", topic=topic(row.id))
    if settings().sms_sandbox_url:
        work.nudge("live", topic="phone", id=phone_id(row.recipient))


def topic(id: UUID) -> str:
    """What a message's moves are published as."""
    return f"text.{id}"


def phone_id(recipient: str) -> str:
    """What a mobile number is called where the number itself has no business."""
    return hashlib.sha256(recipient.encode()).hexdigest()[:16]

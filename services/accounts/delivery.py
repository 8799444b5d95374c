"""How far the message with a code is, for whoever waits for it."""
from uuid import UUID

from sqlmodel import col, select

from models import TextMessage
from portal_app.core.actor import PLATFORM, PLATFORM_TENANT
from portal_app.core.database import unit_of_work
from portal_app.core.errors import NotFound
from services.messaging import topic

STANDS = {"delivered": "delivered", "failed": "failed", "expired": "failed", "cancelled": "failed", "unknown": "unknown"}


def code_delivery(message_id: UUID) -> str:
    """`coming`, `delivered`, `failed`, or `unknown`. Raises NotFound for what is no code's message."""
    wanted = select(col(TextMessage.status)).where(
        TextMessage.tenant_id == PLATFORM_TENANT, TextMessage.id == message_id, TextMessage.urgency == "code")
    with unit_of_work(PLATFORM) as work:
        status = work.session.exec(wanted).first()
    if status is None:
        raise NotFound
    return STANDS.get(status, "coming")


def code_topic(message_id: UUID) -> str:
    """What is published whenever that message has moved."""
    return topic(message_id)

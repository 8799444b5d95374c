"""Whether a number may be texted: its owner's word by purpose, kept in a ledger, and what the provider says of the number.

Consent is a matter of law and belongs to the number. What a person would like to be told is asked elsewhere, and before.
"""
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text, tuple_
from sqlmodel import col, select

from models import TextMessage
from portal_app.core import clock, transaction_id
from portal_app.core.database import Work
from portal_app.core.ids import new_id
from portal_app.core.settings import settings
from services.messaging import quiet_hours

STOPPED = 21610
"""Twilio's code for a recipient who has said stop. https://www.twilio.com/docs/api/errors/21610"""
UNREACHABLE = {21211, 21214, 21614, 30005, 30006}
"""No such number, or one that takes no texts, such as a landline."""

MOST_DAY, MOST_WEEK = 10, 30
"""Notices and campaign messages of one number, over all practices."""
AGAIN = timedelta(days=1)
"""When one is tried again to whom that many were sent."""
WITHHELD = text("SELECT * FROM text_withheld(CAST(:tenants AS uuid[]), CAST(:ids AS uuid[]), :at, :most_day, :most_week)")


def purposes_of(sender: str) -> tuple[str, ...]:
    """What a stop or start said to `sender` is about: codes have a sender of their own, if one is set."""
    if not settings().twilio_code_sender:
        return ("code", "care", "news")
    return ("code",) if sender == settings().twilio_code_sender else ("care", "news")


def sender_for(urgency: str) -> str:
    """The number a message goes from; "" is the messaging service's choice."""
    return settings().twilio_code_sender if urgency == "code" else ""


def record(work: Work, mobile: str, purposes: Iterable[str], *, allowed: bool, source: str, wording: str) -> bool:
    """Adds to the ledger; answers whether anything is different now. `wording` is what was written or agreed to."""
    changed = [work.session.execute(
        text("SELECT consent_record(:id, :mobile, :purpose, :allowed, :source, :wording, :at, :transaction_id)"),
        {"id": new_id(), "mobile": mobile, "purpose": purpose, "allowed": allowed, "source": source,
         "wording": wording[:160], "at": clock.now(), "transaction_id": transaction_id.current()},
    ).scalar() for purpose in purposes]
    return any(changed)


def trouble(work: Work, mobile: str, purpose: str) -> str:
    """`stopped`, `unreachable`, or "" for a number that can be sent messages of that purpose."""
    return work.session.execute(text("SELECT mobile_trouble(:mobile, :purpose)"),
                                {"mobile": mobile, "purpose": purpose}).scalar() or ""


def hold_back(work: Work, keys: Sequence[tuple[UUID, UUID]]) -> set[UUID]:
    """Of messages about to be sent, pairs of tenant and id, takes out those that may not be; answers their ids.

    Refused for good, with the reason: who said `stopped`, and a visit that has `changed`. In quiet hours they wait for the
    morning, and where the same number was sent very many, for the next day.
    """
    if not keys:
        return set()
    tenants, ids = zip(*keys, strict=True)
    found = work.session.execute(WITHHELD, {"tenants": [str(one) for one in tenants], "ids": [str(one) for one in ids],
                                            "at": clock.now(), "most_day": MOST_DAY, "most_week": MOST_WEEK}).all()
    why = {row.id: row.why for row in found}
    if why:
        key = tuple_(col(TextMessage.tenant_id), col(TextMessage.id))
        wanted = select(TextMessage).where(key.in_([(row.tenant_id, row.id) for row in found]))
        for message in work.session.exec(wanted).all():
            _take_out(message, why[message.id])
    return set(why)


def _take_out(message: TextMessage, why: str) -> None:
    message.lease_until, message.reason = None, why
    if why in ("quiet", "often"):
        message.status, message.first_due_at = "waiting", None
        wanted = clock.now() if why == "quiet" else clock.now() + AGAIN
        message.due_at = quiet_hours.after_night(wanted, message.zone) if message.zone else wanted
    else:
        message.status, message.body, message.ended_at = "refused", "", clock.now()


def learn(work: Work, row: TextMessage) -> None:
    """Takes from a message's fate what it says of its number."""
    if row.status == "delivered":
        work.session.execute(text("SELECT mobile_reached(:mobile)"), {"mobile": row.recipient})
    elif row.status == "failed" and row.error_code == STOPPED:
        purposes = purposes_of(sender_for(row.urgency))
        record(work, row.recipient, purposes, allowed=False, source="provider", wording=str(STOPPED))
    elif row.status == "failed" and row.error_code in UNREACHABLE:
        work.session.execute(text("SELECT mobile_failed(:mobile, :code, :at)"),
                             {"mobile": row.recipient, "code": row.error_code, "at": clock.now()})

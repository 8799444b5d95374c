"""What people write back to us: stop, start, help, and yes, I'm coming."""
import re
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import col, select

from models import TextMessage
from portal_app.core import clock
from portal_app.core.actor import PLATFORM_TENANT, Actor
from portal_app.core.database import Work, nobody_work, unit_of_work
from portal_app.core.errors import Invalid
from services import outbox
from services.messaging import consent, replies, templates
from services.scheduling import confirming

ASKED = text("SELECT * FROM reminder_asked(:mobile, :at)")
E164 = re.compile(r"\+[1-9]\d{7,14}")


def receive(*, sid: str, mobile: str, to: str, body: str, opt_out_type: str = "") -> None:
    """Acts on one message from `mobile` to our number `to`, once however often it is told; `sid` is the provider's id.

    With `opt_out_type` the provider has acted on it and answered already, so we only record. Raises Invalid for what can't
    be a message.
    """
    if not sid or not E164.fullmatch(mobile):
        raise Invalid
    meaning = replies.meaning(body, opt_out_type)
    asked = _asked(mobile) if meaning == "confirm" else None
    with unit_of_work(Actor(None, (PLATFORM_TENANT, *([asked.tenant_id] if asked else [])))) as work:
        if not _is_new(work, sid, mobile, meaning):
            return
        kind = _act(work, meaning, mobile, to, body, asked)
        if kind and not opt_out_type:
            _answer(work, kind, sid, mobile, to, asked)


def _act(work: Work, meaning: str, mobile: str, to: str, body: str, asked: Row | None) -> str:
    """Does what was meant; answers how it is answered, "" for not at all."""
    if meaning in ("stop", "start"):
        changed = consent.record(work, mobile, consent.purposes_of(to), allowed=meaning == "start", source="reply", wording=body)
        return meaning if changed else ""
    if meaning == "confirm" and asked:
        return "confirm" if confirming.confirm(work, asked.tenant_id, asked.visit_id, asked.version) else "other"
    return "help" if meaning == "help" else "other"


def _answer(work: Work, kind: str, sid: str, mobile: str, to: str, asked: Row | None) -> None:
    """Queues one answer. Another machine may be writing to us: what we don't understand is answered once a day."""
    tenant_id = asked.tenant_id if asked and kind == "confirm" else PLATFORM_TENANT
    key = f"reply:{mobile}:{clock.now().date()}" if kind == "other" else f"reply:{sid}"
    if kind == "other" and (_told(work, key) or consent.trouble(work, mobile, "care")):
        return
    outbox.queue_text(
        work, tenant_id=tenant_id, urgency="code" if to == consent.sender_for("code") else "now", kind=f"reply.{kind}",
        recipient=mobile, body=_body(work, kind, mobile, asked), dedupe_key=key)


def _body(work: Work, kind: str, mobile: str, asked: Row | None) -> str:
    if kind == "confirm" and asked:
        return confirming.answer(work, asked.tenant_id, asked.visit_id)
    language = work.session.execute(text("SELECT language FROM sign_in_find(:mobile)"), {"mobile": mobile}).scalar() or "en"
    return templates.reply(language, kind)


def _asked(mobile: str) -> Row | None:
    with nobody_work() as work:
        return work.session.execute(ASKED, {"mobile": mobile, "at": clock.now()}).first()


def _is_new(work: Work, sid: str, mobile: str, meaning: str) -> bool:
    return bool(work.session.execute(text("SELECT text_reply_record(:sid, :mobile, :meaning, :at)"), {
        "sid": sid, "mobile": mobile, "meaning": meaning, "at": clock.now()}).scalar())


def _told(work: Work, key: str) -> UUID | None:
    return work.session.exec(select(TextMessage.id).where(TextMessage.tenant_id == PLATFORM_TENANT,
                                                          col(TextMessage.dedupe_key) == key)).first()

"""What became of single messages: those given up, one's whole story, and sending one again. Never a message's words."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, cast, func, text, true
from sqlalchemy.orm import aliased
from sqlmodel import col, select, tuple_
from sqlmodel.sql.expression import SelectOfScalar

from models import AuditEvent, Patient, Practice, TextMessage
from models.text_message import DEAD
from portal_app.core import clock, transaction_id
from portal_app.core.actor import PLATFORM_TENANT, Actor
from portal_app.core.database import Work, unit_of_work
from portal_app.core.errors import Conflict, Invalid, NotFound
from portal_app.core.ids import parse
from services import access, audit, outbox
from services.accounts import contact, names
from services.messaging import consent, quiet_hours
from services.scheduling import texts

PAGE, MOST_EVENTS = 25, 50


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message without its words. `key` is `<tenant>.<id>`, `mobile_hint` the last digits, `practice` "" for the platform's
    own. `again` says whether it may be sent again: `yes`, `unsure` where it may then arrive twice, or `no`. `sent_again` and
    `sent_before` are the transaction IDs of the other sending."""

    key: str
    practice: str
    urgency: str
    kind: str
    mobile_hint: str
    status: str
    cause: str
    again: str
    attempts: int
    repeats: int
    created_at: datetime
    due_at: datetime
    attempted_at: datetime | None
    accepted_at: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime
    provider_sid: str
    transaction_id: str
    sent_again: str = ""
    sent_before: str = ""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """`next` asks for the page after this one; None at the end."""

    items: list[MessageView]
    next: str | None


@dataclass(frozen=True, slots=True)
class EventView:
    """What was recorded of the same transaction: `action` as the audit names it, and the role of who did it."""

    at: datetime
    action: str
    role: str


@dataclass(frozen=True, slots=True)
class Story:
    """`more` says that there are more than these: `messages`, of which the first PAGE are shown, `events`, of which the first
    MOST_EVENTS are."""

    transaction_id: str
    messages: list[MessageView]
    events: list[EventView]
    more: frozenset[str] = frozenset()


def dead_letters(actor: Actor, after: str = "") -> MessagePage:
    """Messages given up and not sent again, the latest first, 25 at once; `after` is the last page's `next`.

    Raises NotAllowed.
    """
    with access.outbox_for(actor, "messages.read") as (work, practices):
        query = select(TextMessage).where(text(DEAD), col(TextMessage.ended_at).is_not(None))
        if after:
            query = query.where(tuple_(col(TextMessage.ended_at), col(TextMessage.id)) < _place(after))
        query = query.order_by(*_latest(TextMessage)).limit(PAGE + 1)
        rows = list(work.session.exec(query if practices is None else _of_each(practices, query)))
    shown = rows[:PAGE]
    last = f"{shown[-1].ended_at.isoformat()}~{shown[-1].id}" if len(rows) > PAGE and shown[-1].ended_at else None
    known = _practices(actor, shown)
    return MessagePage([_view(row, known) for row in shown], last)


def _latest(messages: type[TextMessage]) -> tuple[Any, Any]:
    return col(messages.ended_at).desc(), col(messages.id).desc()


def _of_each(practices: Sequence[UUID], query: SelectOfScalar[TextMessage]) -> SelectOfScalar[TextMessage]:
    """The first of each practice's answer to `query`, put in one order: each is a short walk along its own part of the index."""
    practice = func.unnest(cast(practices, ARRAY(Uuid))).table_valued("id").render_derived()
    own = query.where(col(TextMessage.tenant_id) == practice.c.id).lateral()
    message = aliased(TextMessage, own)
    return select(message).select_from(practice).join(own, true()).order_by(*_latest(message)).limit(PAGE + 1)


def _place(after: str) -> tuple[datetime, UUID]:
    moment, _, id = after.partition("~")
    try:
        return datetime.fromisoformat(moment), parse(id)
    except ValueError:
        raise NotFound from None


def story(actor: Actor, asked: str, *, noted: bool = False) -> Story:
    """Everything known of the messages of one transaction, and what else was done in it. The look is itself recorded, unless
    that was `noted` before.

    Raises Invalid for what is no transaction ID; NotFound for one without messages, or with nobody's whom the actor serves.
    """
    wanted = asked.strip().upper()
    if not transaction_id.is_valid(wanted):
        raise Invalid("messages.no_reference", field="tx")
    with access.outbox_for(actor, "messages.read") as (work, practices):
        query = select(TextMessage).where(TextMessage.transaction_id == wanted)
        if practices is not None:
            query = query.where(col(TextMessage.tenant_id).in_(practices))
        found = list(work.session.exec(query.order_by(col(TextMessage.id)).limit(PAGE + 1)))
        rows = found[:PAGE]
        others = _other_sendings(work, rows)
    if not rows:
        raise NotFound
    tenants = tuple({row.tenant_id for row in rows})
    with unit_of_work(replace(actor, tenants=tenants)) as work:
        events = work.session.exec(select(AuditEvent).where(AuditEvent.transaction_id == wanted)
                                   .order_by(col(AuditEvent.id)).limit(MOST_EVENTS + 1)).all()
        known = _names(work, tenants)
        for tenant_id in () if noted else tenants:
            audit.record(work, "message.looked_up", tenant_id=tenant_id, wanted=wanted)
    messages = [replace(_view(row, known), **others.get(row.id, {})) for row in rows]
    more = {"messages"} if len(found) > PAGE else set()
    more |= {"events"} if len(events) > MOST_EVENTS else set()
    return Story(wanted, messages, [EventView(one.at, one.action, one.role) for one in events[:MOST_EVENTS]], frozenset(more))


def _other_sendings(work: Work, rows: Sequence[TextMessage]) -> dict[UUID, dict[str, Any]]:
    """By message, the transaction in which it was sent again, and that in which it had been sent before."""
    found: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        if row.reason == "again":
            query = select(TextMessage.transaction_id).where(
                TextMessage.tenant_id == row.tenant_id, TextMessage.dedupe_key == _again_key(row.id))
            found[row.id] = {"sent_again": work.session.exec(query).first() or ""}
        if row.dedupe_key.startswith("again:"):
            before = work.session.get(TextMessage, (row.tenant_id, parse(row.dedupe_key.split(":")[1])))
            found.setdefault(row.id, {})["sent_before"] = before.transaction_id if before else ""
    return found


def send_again(actor: Actor, key: str, *, even_if_twice: bool = False) -> str:
    """Sends a message that was given up once more, as a new one; answers that one's transaction ID.

    Never a code, whose time is over, nor what is no longer true, nor to a number that is no longer the chart's, nor what the
    person doesn't want any more. One of which nobody knows whether it arrived goes again only with `even_if_twice`. Raises
    Conflict with the reason, NotFound, NotAllowed.
    """
    tenant_id, id = access.practice_of_message(actor, "messages.send_again", key)
    with unit_of_work(replace(actor, tenants=(tenant_id,))) as work:
        row = access.message_to_change(work, tenant_id, id)
        _require_sendable(work, row, even_if_twice)
        fresh = outbox.queue_text(work, **_as_before(row), dedupe_key=_again_key(row.id))
        row.reason = "again"
        audit.record(work, "message.sent_again", tenant_id=tenant_id, patient_id=row.patient_id, subject_id=row.id,
                     fresh=str(fresh), was=row.status, even_if_twice=even_if_twice)
    return transaction_id.current()


def _require_sendable(work: Work, row: TextMessage, even_if_twice: bool) -> None:
    if row.reason == "again":
        raise Conflict("errors.message_sent_again")
    again = _again(row)
    if again == "no":
        raise Conflict("errors.message_not_again")
    if not texts.holds(work, row):
        raise Conflict("errors.message_no_longer_true")
    _require_welcome(work, row)
    if again == "unsure" and not even_if_twice:
        raise Conflict("errors.message_may_arrive_twice")


def _require_welcome(work: Work, row: TextMessage) -> None:
    """Number and wishes are the person's of now: they may be others than when the message was made."""
    if row.patient_id is None:
        return
    chart = work.session.get(Patient, (row.tenant_id, row.patient_id))
    if chart is None or chart.mobile != row.recipient:
        raise Conflict("errors.message_other_number")
    if not row.kind.startswith("visit."):
        return
    purpose = "reminders" if row.kind == "visit.reminder" else "visits"
    if not contact.wants(work, chart.user_id, purpose) or consent.trouble(work, row.recipient, "care") == "stopped":
        raise Conflict("errors.message_not_wanted")


def _as_before(row: TextMessage) -> dict[str, Any]:
    now = clock.now()
    same = ("tenant_id", "urgency", "kind", "recipient", "body", "user_id", "patient_id", "zone", "visit_id", "visit_version")
    due = quiet_hours.due(now, row.zone, row.urgency) if row.zone else now
    return {**{name: getattr(row, name) for name in same}, "due_at": due,
            "expires_at": row.expires_at if row.expires_at > due else None}


def _again(row: TextMessage) -> str:
    if row.status not in ("failed", "expired", "unknown") or row.reason or row.urgency == "code" or not row.body:
        return "no"
    return "unsure" if row.status == "unknown" else "yes"


def _again_key(id: UUID) -> str:
    return f"again:{id}"


def _view(row: TextMessage, practices: dict[UUID, str]) -> MessageView:
    same = ("urgency", "kind", "status", "attempts", "repeats", "created_at", "due_at", "attempted_at", "accepted_at",
            "delivered_at", "ended_at", "expires_at", "transaction_id")
    return MessageView(
        key=f"{row.tenant_id}.{row.id}", practice=practices.get(row.tenant_id, ""), mobile_hint=names.hint(row.recipient),
        cause=str(row.error_code or "") or row.reason.replace("again", ""), again=_again(row),
        provider_sid=row.provider_sid or "", **{name: getattr(row, name) for name in same})


def _practices(actor: Actor, rows: Iterable[TextMessage]) -> dict[UUID, str]:
    tenants = tuple({row.tenant_id for row in rows})
    if not tenants:
        return {}
    with unit_of_work(replace(actor, tenants=tenants)) as work:
        return _names(work, tenants)


def _names(work: Work, tenants: Sequence[UUID]) -> dict[UUID, str]:
    query = select(Practice.id, Practice.name).where(col(Practice.id).in_(tenants), col(Practice.id) != PLATFORM_TENANT)
    return dict(work.session.exec(query).all())

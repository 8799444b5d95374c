"""Sending one message once.

The row is leased in one transaction, sent outside of any, and settled in another, so a process may die at any
line: what was surely not sent is sent later, and what may have been sent is never sent again.
"""
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from models.text_message import TextMessage
from portal_app.core import clock, log
from portal_app.core.database import pump_work
from portal_app.core.ids import parse
from services.messaging.status import advance, locked, settle, tell
from services.providers.ports import Accepted, Later, Outcome, Outgoing, Refused, Unanswered, Unreachable
from services.providers.twilio import provider

LEASE = timedelta(seconds=30)  # longer than a request and its look-up may take, time limits added up
CLOCKS_APART = timedelta(minutes=1)
BACKOFF = {"code": (0.5, 8), "now": (1, 30), "notice": (5, 300), "bulk": (5, 600)}
"""Seconds before the second attempt, doubled each time, and the most they grow to."""
logger = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send one message once. `orphaned`: its last sender died, and may have sent it."""

    tenant_id: UUID
    id: UUID
    attempt: int
    attempted_at: datetime
    orphaned: bool
    outgoing: Outgoing


def deliver(tenant_id: str | UUID, id: str | UUID) -> None:
    """Sends one message if it is due and nobody else is at it, else does nothing. May be called any number of
    times. Raises NotFound for what is no id.
    """
    lease = _lease(parse(tenant_id), parse(id))
    if lease:
        outcome = Unanswered() if lease.orphaned else provider().send(lease.outgoing)
        _settle(lease, _looked_up(lease) if isinstance(outcome, Unanswered) else outcome)


def _lease(tenant_id: UUID, id: UUID) -> Lease | None:
    now = clock.now()
    with pump_work() as work:
        row = locked(work, tenant_id, id, skip=True)
        if row is None:
            return None
        if row.status == "sending" and row.lease_until and row.lease_until <= now:
            row.lease_until = now + LEASE
            return _leased(row, now, orphaned=True)
        if row.status != "waiting" or row.due_at > now:
            return None
        if row.expires_at <= now:
            settle(row, "expired")
            return None
        row.status, row.attempts = "sending", row.attempts + 1
        row.attempted_at, row.lease_until = now, now + LEASE
        return _leased(row, now, orphaned=False)


def _leased(row: TextMessage, now: datetime, orphaned: bool) -> Lease:
    lifetime = int((row.expires_at - now).total_seconds())
    outgoing = Outgoing(f"{row.tenant_id}.{row.id}", row.recipient, row.body, lifetime)
    return Lease(row.tenant_id, row.id, row.attempts, row.attempted_at or now, orphaned, outgoing)


def _looked_up(lease: Lease) -> Outcome:
    """Where no answer came: whether the provider has a message like ours that no other row of ours claims."""
    since = lease.attempted_at - CLOCKS_APART
    try:
        known = provider().known(lease.outgoing.recipient)
    except Unreachable:
        return Unanswered()
    alike = [one.sid for one in known if one.body == lease.outgoing.body and one.at >= since]
    with pump_work() as work:
        column = col(TextMessage.provider_sid)
        taken = set(work.session.exec(select(column).where(column.in_(alike))))
    return next((Accepted(sid) for sid in alike if sid not in taken), Unanswered())


def _settle(lease: Lease, outcome: Outcome) -> None:
    with pump_work() as work:
        row = locked(work, lease.tenant_id, lease.id)
        if row is None:
            return
        if isinstance(outcome, Accepted):
            advance(row, "accepted", outcome.sid)
        elif (row.status, row.attempts) == ("sending", lease.attempt):  # else a callback was first
            _not_accepted(row, outcome)
        tell(work, row)
        status, error_code = row.status, row.error_code
    extra = {"text": lease.outgoing.key, "status": status, "attempt": lease.attempt, "error_code": error_code}
    logger.info("text message", extra=extra)


def _not_accepted(row: TextMessage, outcome: Outcome) -> None:
    row.lease_until = None
    match outcome:
        case Refused(code):
            settle(row, "failed")
            row.error_code = code
        case Later(after, code):
            row.error_code = code
            _put_back(row, after)
        case _:
            settle(row, "unknown")


def _put_back(row: TextMessage, after: float) -> None:
    """Waits again, `after` seconds and the class's backoff at least; expired if that would be too late."""
    first, longest = BACKOFF[row.urgency]
    seconds = min(longest, first * 2 ** min(row.attempts - 1, 20)) * random.uniform(0.5, 1.5)
    row.due_at = clock.now() + timedelta(seconds=max(after, seconds))
    if row.due_at < row.expires_at:
        row.status = "waiting"
    else:
        settle(row, "expired")

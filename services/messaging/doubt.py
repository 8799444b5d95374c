"""Messages of which nobody knows whether they were sent: the provider is asked, and what it has is told apart."""
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import col, select

from models.text_message import TextMessage
from portal_app.core import clock
from portal_app.core.database import Work
from services.messaging.leases import LEASE, Lease
from services.providers import twilio
from services.providers.ports import Accepted, Later, Outcome, TextProvider, Unanswered, Unreachable

CLOCKS_APART = timedelta(minutes=1)
DECIDE = text("SELECT pg_advisory_xact_lock(hashtextextended('text messages in doubt', 0))")
# Others with the same words to the same person of which the provider may have one.
ALIKE = text("""
SELECT coalesce(bool_or(status = 'sending' AND attempted_at > :lately), false) AS under_way,
       coalesce(bool_or(status = 'unknown' AND attempted_at > :since), false) AS given_up
FROM text_message WHERE recipient = :recipient AND body = :body AND provider_sid IS NULL AND id <> :id
""")


@dataclass(frozen=True, slots=True)
class Listed:
    """What the provider has that is like a message in doubt, the oldest first: one of these is it, or it was not sent. Where
    the list is not `whole`, it may also be among what was left off.
    """

    sids: tuple[str, ...]
    whole: bool = True


def looked_up(lease: Lease, provider: TextProvider) -> Listed | Unanswered:
    """What `provider` has like ours since it was tried."""
    try:
        known = provider.known(lease.recipient)
    except Unreachable:
        return Unanswered()
    since = lease.attempted_at - CLOCKS_APART
    alike = tuple(one.sid for one in reversed(known) if one.body == lease.body and one.at >= since)
    return Listed(alike, whole=len(known) < twilio.NEWEST or known[-1].at < since)


def one_at_a_time(work: Work) -> None:
    """Until this transaction ends, nobody else decides which message is which."""
    work.session.execute(DECIDE)


def which(work: Work, lease: Lease, listed: Listed) -> Outcome | None:
    """The first of `listed` that no other message of ours is. Where all of them are others, ours was not sent. Of several
    with the same words it doesn't matter which is which; but while one of them is under way and may be in the list without
    our knowing, nothing can be said (None), and beside one that was given up without knowing, nobody ever can.
    """
    column = col(TextMessage.provider_sid)
    taken = set(work.session.exec(select(column).where(column.in_(listed.sids))))
    free = [sid for sid in listed.sids if sid not in taken]
    if not free:
        return Later() if listed.whole else Unanswered()
    alike = work.session.execute(ALIKE, {
        "recipient": lease.recipient, "body": lease.body, "id": lease.id, "lately": clock.now() - LEASE,
        "since": lease.attempted_at - LEASE - CLOCKS_APART}).one()
    if alike.under_way:
        return None
    return Unanswered() if alike.given_up else Accepted(free[0])

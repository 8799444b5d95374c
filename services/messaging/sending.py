"""Sending messages, each once.

They are leased in one transaction, sent outside of any, and settled in another, so a process may die at any line: what
was surely not sent is sent later; of what may have been sent, the provider is asked first.
"""
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.text_message import TextMessage
from portal_app.core import clock, log, telemetry, transaction_id
from portal_app.core.database import Work, pump_work
from portal_app.core.ids import parse
from portal_app.core.together import Together
from services.messaging import consent
from services.messaging.doubt import Listed, looked_up, one_at_a_time, which
from services.messaging.leases import Lease, claim
from services.messaging.status import locked, settle, tell
from services.providers import circuit
from services.providers.ports import Accepted, Later, Outcome, Refused, Slower, Unanswered
from services.providers.twilio import provider
from services.urgency import URGENCIES

Key = tuple[UUID, UUID]
"""Tenant and id."""


Done = tuple[Lease, Outcome | Listed, datetime]
"""What became of a lease, and when."""
logger = log.get(__name__)

# A callback may have been faster; then it has said so itself.
ACCEPT = text("""
UPDATE text_message m SET status = 'accepted', provider_sid = k.sid, accepted_at = k.at, lease_until = NULL, error_code = NULL,
  body = CASE WHEN m.urgency = 'code' THEN '' ELSE m.body END
FROM unnest(CAST(:tenants AS uuid[]), CAST(:ids AS uuid[]), CAST(:sids AS text[]), CAST(:ats AS timestamptz[]))
  AS k(tenant_id, id, sid, at)
WHERE m.tenant_id = k.tenant_id AND m.id = k.id AND m.provider_sid IS NULL
""")


def deliver(keys: Sequence[Sequence[str | UUID]]) -> None:
    """Sends those of `keys`, pairs of tenant and id, that are due and that nobody else is at. May be called any number of
    times. Raises NotFound for what is no id.
    """
    done = [_sent(lease) for lease in _claimed([(parse(tenant), parse(id)) for tenant, id in keys])]
    outcomes = _settled(done) if done else []
    for (lease, _, _), outcome in zip(done, outcomes, strict=True):
        with transaction_id.use(lease.transaction_id):
            logger.info("text message", extra={"text": lease.key, "attempt": lease.attempt, "outcome": outcome.word,
                                               "error_code": getattr(outcome, "code", None)})


def _sent(lease: Lease) -> Done:
    context = telemetry.resume(lease.traceparent)
    with transaction_id.use(lease.transaction_id), telemetry.tracer.start_as_current_span("deliver_text", context=context):
        return lease, looked_up(lease, provider()) if lease.orphaned else _attempt(lease), clock.now()


def _attempt(lease: Lease) -> Outcome:
    if not lease.allows_request():
        return Later()
    if pause := circuit.wait():
        return Later(pause)
    outcome = provider().send(lease.outgoing)
    circuit.heard(outcome)
    return outcome


def _claim_for_all(asked: list[list[Key]]) -> list[list[Lease]]:
    """Each gets those of its keys that are now leased, and none that another has."""
    leases = {lease.id: lease for lease in claim([key for keys in asked for key in keys])}
    return [[leases.pop(id) for _, id in keys if id in leases] for keys in asked]


def _settle_for_all(done: list[list[Done]]) -> list[list[Outcome]]:
    """What each has turned out to be. A message whose outcome contradicts what is known spoils that of no other."""
    try:
        settled = iter(_settle([one for some in done for one in some]))
    except IntegrityError:
        settled = iter([_settle_alone(one) for some in done for one in some])
    return [list(islice(settled, len(some))) for some in done]


def _settle_alone(one: Done) -> Outcome:
    try:
        return _settle([one])[0]
    except IntegrityError:
        # Another like it was taken for this sending: this one is looked up again once its lease has run out.
        logger.error("two messages, one provider id", extra={"text": one[0].key})
        return Unanswered()


def _settle(done: list[Done]) -> list[Outcome]:
    # Not waiting for the disk: should the database forget it, the lease runs out and the provider is asked.
    with pump_work(durable=False) as work:
        if any(isinstance(outcome, Listed) for _, outcome, _ in done):
            one_at_a_time(work)
        _accept(work, [(lease, outcome.sid, at) for lease, outcome, at in done if isinstance(outcome, Accepted)])
        return [_conclude(work, *one) for one in done]


def _conclude(work: Work, lease: Lease, heard: Outcome | Listed, at: datetime) -> Outcome:
    outcome = which(work, lease, heard) if isinstance(heard, Listed) else heard
    if outcome is None:
        return Unanswered()  # asked again once its lease has run out
    if isinstance(heard, Listed) and isinstance(outcome, Accepted):
        _accept(work, [(lease, outcome.sid, at)])
    if not isinstance(outcome, Accepted):
        _not_accepted(work, lease, outcome)
    tell(work, lease)
    return outcome


_claimed, _settled = Together(_claim_for_all), Together(_settle_for_all)
"""Workers that are ready at the same moment share a transaction: under a flood that is what the time goes into."""


def _accept(work: Work, accepted: list[tuple[Lease, str, datetime]]) -> None:
    if accepted:
        leases, sids, ats = zip(*accepted, strict=True)
        work.session.execute(ACCEPT, {"tenants": [str(one.tenant_id) for one in leases],
                                      "ids": [str(one.id) for one in leases], "sids": list(sids), "ats": list(ats)})


def _not_accepted(work: Work, lease: Lease, outcome: Outcome) -> None:
    row = locked(work, lease.tenant_id, lease.id)
    if row is None or (row.status, row.attempts, row.lease_until) != ("sending", lease.attempt, lease.until):
        return  # a callback was first, or the lease ran out and is someone else's
    match outcome:
        case Refused(code):
            settle(row, "failed")
            row.error_code = code
            consent.learn(work, row)
        case Later(after, code) | Slower(after, code):
            row.error_code = code
            _put_back(row, after)
        case _ if clock.now() - lease.attempted_at > URGENCIES[row.urgency].doubt:
            settle(row, "unknown")
        # Else it stays with its lease: a callback may tell, and when it has run out the provider is asked.


def _put_back(row: TextMessage, after: float) -> None:
    """Waits again, `after` seconds and the class's backoff at least; expired if that would be too late."""
    first, longest = URGENCIES[row.urgency].backoff
    seconds = min(longest, first * 2 ** min(row.attempts - 1, 20)) * random.uniform(0.5, 1.5)
    row.first_due_at = row.first_due_at or row.due_at
    row.due_at, row.lease_until = clock.now() + timedelta(seconds=max(after, seconds)), None
    if row.due_at < row.expires_at:
        row.status = "waiting"
    else:
        settle(row, "expired")

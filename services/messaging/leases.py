"""The right to send: taken for several messages in one short transaction, so that nobody else sends them meanwhile."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from portal_app.core import clock
from portal_app.core.database import pump_work
from services.messaging import consent
from services.providers.ports import Outgoing

LEASE = timedelta(seconds=30)
LONGEST_REQUEST = timedelta(seconds=12)
"""What a request may take, its time limits added up. One is only begun while the lease lasts that much longer: when a lease
has run out, no request of its holder is under way."""

CLAIM = text("""
WITH mine AS (
  SELECT m.tenant_id, m.id, m.status = 'sending' AS orphaned, m.status = 'waiting' AND m.expires_at <= :now AS late
  FROM text_message m JOIN unnest(CAST(:tenants AS uuid[]), CAST(:ids AS uuid[])) AS k(tenant_id, id) USING (tenant_id, id)
  WHERE (m.status = 'waiting' AND m.due_at <= :now) OR (m.status = 'sending' AND m.lease_until <= :now AND :trusted)
  FOR UPDATE OF m SKIP LOCKED)
UPDATE text_message m SET
  status = CASE WHEN late THEN 'expired' ELSE 'sending' END, ended_at = CASE WHEN late THEN CAST(:now AS timestamptz) END,
  body = CASE WHEN late AND urgency = 'code' THEN '' ELSE body END,
  attempts = attempts + CASE WHEN late OR orphaned THEN 0 ELSE 1 END,
  attempted_at = CASE WHEN late OR orphaned THEN attempted_at ELSE :now END,
  lease_until = CASE WHEN late THEN NULL ELSE CAST(:until AS timestamptz) END
FROM mine WHERE m.tenant_id = mine.tenant_id AND m.id = mine.id
RETURNING m.tenant_id, m.id, m.urgency, m.recipient, m.body, m.attempts, m.attempted_at, m.expires_at, m.lease_until,
  m.transaction_id, m.traceparent, mine.orphaned, mine.late
""")


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send one message once. `orphaned`: whoever had it before may have sent it."""

    tenant_id: UUID
    id: UUID
    urgency: str
    recipient: str
    body: str
    attempt: int
    attempted_at: datetime
    expires_at: datetime
    until: datetime
    transaction_id: str
    traceparent: str
    orphaned: bool
    began: float = field(kw_only=True)
    """By the processor's own clock, which nobody sets."""

    @property
    def key(self) -> str:
        return f"{self.tenant_id}.{self.id}"

    @property
    def outgoing(self) -> Outgoing:
        return Outgoing(self.key, self.recipient, self.body, int((self.expires_at - clock.now()).total_seconds()),
                        consent.sender_for(self.urgency))

    def allows_request(self) -> bool:
        left = LEASE.total_seconds() - (clock.steady() - self.began)
        needed = LONGEST_REQUEST + timedelta(seconds=Trust.APART)
        return clock.now() + needed <= self.until and left >= needed.total_seconds()


class Trust:
    """Whether a lease that the clock says has run out has. Where the clock has been set ahead, a request of its holder may be
    under way; so this process, which sees only its own two clocks, and at first nothing, waits until none can be.
    """

    APART = 2.0  # seconds that the clock may gain between two looks: it is adjusted little by little

    def __init__(self) -> None:
        self.seen: tuple[float, float] | None = None
        self.jumped = float("-inf")

    def __call__(self, now: datetime, steady: float) -> bool:
        wall = now.timestamp()
        if self.seen is None or wall - self.seen[0] > steady - self.seen[1] + self.APART:
            self.jumped = steady
        self.seen = (wall, steady)
        return steady - self.jumped > LONGEST_REQUEST.total_seconds()


trusted = Trust()


def claim(keys: Sequence[tuple[UUID, UUID]]) -> list[Lease]:
    """Leases those of `keys`, pairs of tenant and id, that are due or abandoned and that nobody has; expires the late ones,
    and holds back those that may not be sent.
    """
    now, began = clock.now(), clock.steady()
    params: dict[str, Any] = {"tenants": [str(tenant) for tenant, _ in keys], "ids": [str(id) for _, id in keys],
              "now": now, "until": now + LEASE, "trusted": trusted(now, began)}
    with pump_work() as work:
        mine = [Lease(*values, began=began) for *values, late in work.session.execute(CLAIM, params) if not late]
        held = consent.hold_back(work, [(one.tenant_id, one.id) for one in mine if not one.orphaned])
    order = {id: place for place, id in enumerate(params["ids"])}
    return sorted((one for one in mine if one.id not in held), key=lambda lease: order[str(lease.id)])

"""Which rows someone should be woken for."""
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select
from sqlmodel import col, or_, select

from models.text_message import URGENCIES, TextMessage
from portal_app.core import clock
from portal_app.core.database import pump_work

OWN_TURN = timedelta(seconds=2)  # how long a fresh row is left to the wake-up that was sent with its commit


class Due(NamedTuple):
    """A row to send, with its class and its story's ids."""

    tenant_id: UUID
    id: UUID
    urgency: str
    transaction_id: str
    traceparent: str


def due(limit: int) -> list[Due]:
    """At most `limit` rows: leases of the dead, then what is due, urgent classes first, each oldest first."""
    found: list[Due] = []
    with pump_work() as work:
        for query in _queries():
            if len(found) < limit:
                found += [Due(*one) for one in work.session.execute(query.limit(limit - len(found)))]
    return found


def _queries() -> list[Select]:
    """One a class: sorting by class would read every row of a flood, these read an index from its start."""
    now, row = clock.now(), TextMessage
    columns = (row.tenant_id, row.id, row.urgency, row.transaction_id, row.traceparent)
    dead = select(*columns).where(row.status == "sending", col(row.lease_until) <= now)  # type: ignore[call-overload]
    waiting = select(*columns).where(row.status == "waiting", col(row.due_at) <= now)  # type: ignore[call-overload]
    waiting = waiting.where(or_(col(row.attempts) > 0, col(row.due_at) <= now - OWN_TURN))
    return [dead.order_by(row.lease_until),
            *(waiting.where(row.urgency == one).order_by(row.due_at) for one in URGENCIES)]

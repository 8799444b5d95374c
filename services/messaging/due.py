"""Which messages are next: the practices take turns within a class, and each has its oldest sent first."""
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from portal_app.core import clock
from portal_app.core.database import Work, pump_work

FIRST = UUID(int=0)
LARGER = 4  # how much a practice gets more in each further round, so that a lone one needs few

# Each practice is found by one step in the index, however much it has waiting. Both parts stop as soon as there is enough.
ROUND = text("""
WITH RECURSIVE practice AS (
  (SELECT tenant_id FROM text_message WHERE status = 'waiting' AND urgency = :urgency AND tenant_id >= :since
    ORDER BY tenant_id LIMIT 1)
  UNION ALL
  SELECT (SELECT t.tenant_id FROM text_message t WHERE t.status = 'waiting' AND t.urgency = :urgency
           AND t.tenant_id > practice.tenant_id ORDER BY t.tenant_id LIMIT 1)
  FROM practice WHERE practice.tenant_id IS NOT NULL)
SELECT m.tenant_id, m.id, m.urgency, m.due_at FROM practice CROSS JOIN LATERAL (
  SELECT t.tenant_id, t.id, t.urgency, t.due_at FROM text_message t
   WHERE t.status = 'waiting' AND t.urgency = :urgency AND t.tenant_id = practice.tenant_id AND t.due_at <= :now
     AND t.id <> ALL (CAST(:handed AS uuid[]))
   ORDER BY t.due_at LIMIT :each) m
LIMIT :room
""")
ANY = text("SELECT 1 FROM text_message WHERE status = 'waiting' AND urgency = :urgency AND due_at <= :now LIMIT 1")
DEAD = text("""
SELECT tenant_id, id, urgency, due_at, lease_until FROM text_message
 WHERE status = 'sending' AND lease_until <= :now AND urgency = ANY (:urgencies) ORDER BY lease_until LIMIT :room
""")


class Due(NamedTuple):
    """A message to send. `abandoned_at` is when the lease of one ran out whose worker died or got no answer."""

    tenant_id: UUID
    id: UUID
    urgency: str
    due_at: datetime
    abandoned_at: datetime | None = None


def abandoned(urgencies: list[str], room: int) -> list[Due]:
    """At most `room` messages whose lease ran out: their worker died, or got no answer. Longest ago first."""
    with pump_work() as work:
        found = work.session.execute(DEAD, {"urgencies": urgencies, "now": clock.now(), "room": room})
        return [Due(*one) for one in found]


def turns(urgency: str, room: int, *, since: UUID = FIRST, handed: Collection[str] = ()) -> list[Due]:
    """At most `room` messages of a class that are due and not yet `handed` out (ids).

    One of each practice, beginning with the practice `since`; where that leaves room, up to four more of each, and so on.
    """
    found: list[Due] = []
    each, params = 1, {"urgency": urgency, "now": clock.now()}
    with pump_work() as work:
        if not room or not work.session.execute(ANY, params).first():
            return []
        while each <= room * LARGER:
            new = _round(work, params, since, each, room - len(found), [*handed, *(str(one.id) for one in found)])
            found += new
            if len(found) == room or (not new and since == FIRST):
                break
            each, since = (each * LARGER, FIRST) if since == FIRST else (each, FIRST)
    return found


def _round(work: Work, params: dict, since: UUID, each: int, room: int, handed: list[str]) -> list[Due]:
    asked = params | {"since": since, "each": each, "room": room, "handed": handed}
    return [Due(*one) for one in work.session.execute(ROUND, asked)]

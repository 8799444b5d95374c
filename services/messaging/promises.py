"""Whether each class keeps its promise: 95 of 100 messages with the provider within the class's target, over five minutes.

What is overdue and still here counts as well: where nothing goes out, nothing that went out is late.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from portal_app.core import log, telemetry
from portal_app.core.actor import PLATFORM_TENANT
from portal_app.core.database import Work
from services.messaging.relay import add_up, percentile
from services.urgency import URGENCIES

WINDOW, PROMISED = timedelta(minutes=5), 0.95
OWN_WINDOW = timedelta(minutes=30)
"""A practice's messages are counted by the quarter of an hour: its last whole one is among these."""
MOST = 1000
"""So many of a class are counted at the most, one by one; more are told as a thousand and more."""
LOST = ("expired", "unknown")
"""What was given up without anyone else's fault: a promise not kept. A wrong number is not ours."""
logger = log.get(__name__)

# Each part goes by an index and ends after MOST rows, however much waits.
WAITS = """
SELECT u.urgency, d.waiting, d.oldest, r.oldest AS retried, d.late + r.late + s.late AS overdue
FROM unnest(CAST(:urgencies AS text[]), CAST(:limits AS timestamptz[])) AS u(urgency, limit_)
CROSS JOIN LATERAL (
  SELECT count(*) AS waiting, min(due_at) AS oldest, count(*) FILTER (WHERE due_at < limit_) AS late FROM ({due}) AS x) AS d
CROSS JOIN LATERAL (
  SELECT min(first_due_at) AS oldest, count(*) FILTER (WHERE first_due_at < limit_ AND due_at >= limit_) AS late
  FROM ({retried}) AS x) AS r
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE coalesce(first_due_at, due_at) < limit_) AS late
  FROM ({sending}) AS x) AS s
"""
DUE = """SELECT due_at FROM text_message WHERE status = 'waiting' AND urgency = u.urgency AND due_at <= :now {practice}
  ORDER BY due_at LIMIT :most"""
RETRIED = """SELECT first_due_at, due_at FROM text_message WHERE status = 'waiting' AND urgency = u.urgency
  AND first_due_at IS NOT NULL {practice} ORDER BY first_due_at LIMIT :most"""
SENDING = """SELECT first_due_at, due_at FROM text_message WHERE status = 'sending' AND urgency = u.urgency {practice}
  LIMIT :most"""
# Each practice's own are found by the index on practices, never among the others'. What is being sent now is not much.
EACH = "SELECT y.* FROM unnest(CAST(:practices AS uuid[])) AS p(id) CROSS JOIN LATERAL ({part}) AS y"
OWN = "AND tenant_id = ANY (CAST(:practices AS uuid[]))"
FIGURES = text("""
SELECT urgency, starts_at, relay, late, ended, repeats, waiting, later FROM text_figure
WHERE tenant_id = ANY (CAST(:whose AS uuid[])) AND urgency = ANY (:urgencies) AND starts_at >= :since AND starts_at <= :now
ORDER BY starts_at
""")


def _of_each(part: str) -> str:
    return EACH.format(part=part.format(practice="AND tenant_id = p.id"))


EVERYWHERE_WAITS = text(WAITS.format(due=DUE, retried=RETRIED, sending=SENDING).format(practice=""))
OWN_WAITS = text(WAITS.format(due=_of_each(DUE), retried=_of_each(RETRIED), sending=SENDING.format(practice=OWN)))


@dataclass(frozen=True, slots=True)
class Promise:
    """One class now: `waiting` are due and not sent (MOST: so many or more), the oldest since `oldest`. Of `count` messages
    of the last five minutes, the overdue ones among them, `late` were not in time. The provider had 95 of 100 within `p95`
    seconds; None where it took none."""

    urgency: str
    waiting: int
    oldest: datetime | None
    count: int
    late: int
    p95: float | None

    @property
    def kept(self) -> bool | None:
        """None where there was nothing to keep it with."""
        return self.late <= self.count * (1 - PROMISED) if self.count else None


def kept(work: Work, now: datetime, rows: Sequence[Row], practices: Sequence[UUID] | None = None) -> list[Promise]:
    """Each class's promise, over all practices or over some; `rows` are `figures` that reach back far enough."""
    params: dict[str, Any] = {"urgencies": list(URGENCIES), "now": now, "most": MOST,
                              "limits": [now - timedelta(seconds=one.target) for one in URGENCIES.values()]}
    if practices is not None:
        params["practices"] = [str(one) for one in practices]
    query = EVERYWHERE_WAITS if practices is None else OWN_WAITS
    since = now - (WINDOW if practices is None else OWN_WINDOW)
    return [_promise(found, [one for one in rows if one.urgency == found.urgency and one.starts_at > since])
            for found in work.session.execute(query, params)]


def figures(work: Work, since: datetime, now: datetime, practices: Sequence[UUID] | None = None) -> list[Row]:
    """The rows of all classes from `since` to `now`, oldest first: the platform's by the minute, practices' by the quarter
    hour. A clock that was set back has left later ones: they count when their time has come."""
    whose = [str(one) for one in ([PLATFORM_TENANT] if practices is None else practices)]
    return list(work.session.execute(FIGURES, {"whose": whose, "urgencies": list(URGENCIES), "since": since, "now": now}))


def _promise(found: Row, rows: list[Row]) -> Promise:
    ended = add_up(one.ended for one in rows)
    lost = sum(count for cause, count in ended.items() if cause.startswith(LOST)) + found.overdue
    relay = add_up(one.relay for one in rows)
    count = sum(relay.values()) + lost
    oldest = min((one for one in (found.oldest, found.retried) if one), default=None)
    return Promise(found.urgency, found.waiting, oldest, count, sum(one.late for one in rows) + lost,
                   percentile(relay, PROMISED))


_missed: set[str] = set()


def tell(promises: list[Promise]) -> None:
    """Logs when a class begins to miss its target and when it keeps it again, and sets the metrics."""
    for one in promises:
        missed = one.kept is False
        for name, value in (("target_missed", int(missed)), ("waiting", one.waiting), ("relay_p95_seconds", one.p95)):
            if value is not None:
                telemetry.set_gauge(f"carelane.messages.{name}", value, urgency=one.urgency)
        if missed == (one.urgency in _missed):
            continue
        (_missed.add if missed else _missed.discard)(one.urgency)
        extra = {"urgency": one.urgency, "target_s": URGENCIES[one.urgency].target, "p95_s": one.p95, "late": one.late,
                 "of": one.count, "waiting": one.waiting}
        if missed:
            logger.warning("messages miss their target", extra=extra)
        else:
            logger.info("messages keep their target again", extra=extra)

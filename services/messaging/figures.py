"""How text messages went: counted from the outbox into small rows, so that who looks at them never counts the outbox.

Counting again gives the same rows: each is made anew from the messages themselves. What counts is read through the index on
the moment at which it happened, a minute or two at a time.
"""
import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import text

from portal_app.core import clock
from portal_app.core.actor import PLATFORM_TENANT
from portal_app.core.database import pump_work
from services.messaging import promises
from services.messaging.relay import LIMITS
from services.urgency import URGENCIES

MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)
SETTLED = timedelta(minutes=12)
"""After this nothing is added to a minute: a code is no longer asked for again, and what was sent has been written down."""
SETTLING = timedelta(minutes=2)
"""How long a minute is counted again each time, for what was sent in it and written down after it."""
KEPT = timedelta(days=8)
PRACTICES_EVERY = 5
"""Minutes between two countings of each practice's own messages: all of half an hour is read for them."""
TOPIC = "messages"
TARGETS = json.dumps({one.name: one.target for one in URGENCIES.values()})

# One statement counts what was accepted and what was given up, by class and stretch. Practices' own rows differ from the
# platform's in the length of the stretch and in whose they are.
COUNT = text("""
WITH moved AS (
  SELECT CASE WHEN :own THEN tenant_id ELSE :platform END AS tenant_id, urgency, repeats, NULL AS cause,
         date_bin(CAST(:step AS interval), accepted_at, :since) AS starts_at,
         extract(epoch FROM accepted_at - coalesce(first_due_at, due_at))::float8 AS relay
  FROM text_message WHERE accepted_at >= :since AND accepted_at < :until AND NOT (:own AND tenant_id = :platform)
  UNION ALL
  SELECT CASE WHEN :own THEN tenant_id ELSE :platform END, urgency, CASE WHEN accepted_at IS NULL THEN repeats ELSE 0 END,
         concat_ws(' ', status, coalesce(error_code::text, nullif(reason, 'again'))),
         date_bin(CAST(:step AS interval), ended_at, :since), NULL
  FROM text_message WHERE ended_at >= :since AND ended_at < :until AND NOT (:own AND tenant_id = :platform)),
one AS (
  SELECT tenant_id, urgency, starts_at, cause, width_bucket(relay, CAST(:limits AS float8[])) AS bucket, count(*) AS n,
         sum(repeats) AS repeats, count(*) FILTER (WHERE relay > (CAST(:targets AS jsonb) ->> urgency)::float8) AS late
  FROM moved GROUP BY 1, 2, 3, 4, 5)
INSERT INTO text_figure AS f (tenant_id, urgency, starts_at, relay, late, ended, repeats)
SELECT tenant_id, urgency, starts_at, coalesce(jsonb_object_agg(bucket, n) FILTER (WHERE bucket IS NOT NULL), '{}'), sum(late),
       coalesce(jsonb_object_agg(trim(cause), n) FILTER (WHERE cause IS NOT NULL), '{}'), sum(repeats)
FROM one GROUP BY 1, 2, 3
ON CONFLICT (tenant_id, urgency, starts_at) DO UPDATE
SET relay = excluded.relay, late = excluded.late, ended = excluded.ended, repeats = excluded.repeats
""")
LAST = text("SELECT max(starts_at) FROM text_figure"
            " WHERE tenant_id = :platform AND urgency = 'code' AND starts_at > :since AND starts_at <= :now"
            " AND waiting IS NOT NULL")
# Once a minute, and from an index alone as far as its pages are clean.
BEGIN = text("""
INSERT INTO text_figure AS f (tenant_id, urgency, starts_at, relay, late, ended, repeats, waiting, later)
SELECT :platform, u.urgency, :minute, '{}', 0, '{}', 0, count(m.due_at) FILTER (WHERE m.due_at <= :now),
       count(m.due_at) FILTER (WHERE m.due_at > :now)
FROM unnest(CAST(:urgencies AS text[])) AS u(urgency)
LEFT JOIN text_message m ON m.status = 'waiting' AND m.urgency = u.urgency GROUP BY u.urgency
ON CONFLICT (tenant_id, urgency, starts_at) DO UPDATE SET waiting = excluded.waiting, later = excluded.later
""")


def sweep() -> None:
    """Counts what has happened since the last time; may be called at any time and any number of times.

    However long nobody has counted, no transaction reads more than a quarter of an hour.
    """
    now = clock.now()
    minute = start_of(now, MINUTE)
    last = _last(now)
    since = min(last or minute, minute - SETTLING + MINUTE)
    for start in _steps(since, minute + MINUTE):
        _count(start, min(start + QUARTER, minute + MINUTE), MINUTE)
    if last != minute:
        _once_a_minute(now, minute, since)
    with pump_work(durable=False) as work:
        promises.tell(promises.kept(work, now, promises.figures(work, now - promises.WINDOW, now)))
        work.tell(TOPIC)


def _once_a_minute(now: datetime, minute: datetime, since: datetime) -> None:
    settled = minute - SETTLED
    _count(settled, settled + MINUTE, MINUTE)
    if minute.minute % PRACTICES_EVERY == 0 or since < settled:
        for start in _steps(start_of(min(since, settled), QUARTER), minute):
            _count(start, start + QUARTER, QUARTER, own=True)
    with pump_work(durable=False) as work:
        work.session.execute(BEGIN, {"platform": PLATFORM_TENANT, "minute": minute, "now": now, "urgencies": list(URGENCIES)})


def _last(now: datetime) -> datetime | None:
    """The last minute of which it is known what waited as it began: it is the last thing to be written down."""
    with pump_work(durable=False) as work:
        return work.session.execute(LAST, {"platform": PLATFORM_TENANT, "since": now - KEPT, "now": now}).scalar()


def _count(since: datetime, until: datetime, step: timedelta, *, own: bool = False) -> None:
    with pump_work(durable=False) as work:
        work.session.execute(COUNT, {"since": since, "until": until, "step": step, "own": own, "platform": PLATFORM_TENANT,
                                     "limits": LIMITS, "targets": TARGETS})


def _steps(since: datetime, until: datetime) -> Iterator[datetime]:
    """The beginnings of the quarters of an hour from `since` on that `until` lies after."""
    while since < until:
        yield since
        since += QUARTER


def start_of(moment: datetime, step: timedelta) -> datetime:
    """The beginning of the minute or quarter of an hour that `moment` lies in."""
    return moment - timedelta(seconds=moment.timestamp() % step.total_seconds())


def forget_old() -> None:
    """Takes away what is older than eight days."""
    with pump_work(durable=False) as work:
        work.session.execute(text("DELETE FROM text_figure WHERE starts_at < :at"), {"at": clock.now() - KEPT})

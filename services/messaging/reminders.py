"""Reminders of visits: made shortly before they are due, each once, whatever happened to the process that makes them."""
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Row, text
from sqlmodel import col, select

from models import TextMessage
from portal_app.core import clock, log, transaction_id
from portal_app.core.database import Work, pump_work
from services import outbox
from services.messaging import quiet_hours, templates

logger = log.get(__name__)
MOST_DAY, MOST_WEEK = 6, 20
"""Reminders of one number, over all practices."""
EVENING = time(20)
"""When a reminder of the same day goes that would fall in the night before it."""
LEADS = text("SELECT zone, hours FROM reminder_leads()")
BEGIN = text("SELECT * FROM reminder_sweep_begin(:at)")
DUE = text("SELECT * FROM reminder_due(:zones, CAST(:leads AS integer[]), CAST(:since AS timestamptz[]),"
           " CAST(:until AS timestamptz[]), :at, :most_day, :most_week)")


def sweep() -> int:
    """Queues the reminders that have become due since the last sweep; answers how many. One sweep at a time.

    Each stretch of starts is looked at once: it begins where the last one ended. What a long absence has left is made up an hour
    at a time.
    """
    now, made = clock.now(), 0
    while (some := _sweep_on(now)) is not None:
        made += some
    return made


def _sweep_on(now: datetime) -> int | None:
    """The next stretch; None where there is none, or another has it."""
    with pump_work() as work:
        stretch = work.session.execute(BEGIN, {"at": now}).first()
        if stretch is None:
            return None
        windows = [window for one in work.session.execute(LEADS) if (window := _window(one, stretch))]
        if not windows:
            return 0
        zones, leads, sinces, untils = map(list, zip(*windows, strict=True))
        found = work.session.execute(DUE, {"zones": zones, "leads": leads, "since": sinces, "until": untils, "at": now,
                                           "most_day": MOST_DAY, "most_week": MOST_WEEK})
        fresh = _without_made(work, list(found))
        for row in fresh:
            with transaction_id.use():
                _queue_alone(work, row, now)
        return len(fresh)


def _window(lead: Row, stretch: Row) -> tuple[str, int, datetime, datetime] | None:
    """The starts of visits in a zone whose reminders so many hours before become due in that stretch of time."""
    try:
        return (lead.zone, lead.hours, reach(lead.hours, stretch.since, lead.zone), reach(lead.hours, stretch.until, lead.zone))
    except (ZoneInfoNotFoundError, ValueError):
        logger.error("unknown time zone", extra={"zone": lead.zone})
        return None


def reach(hours: int, moment: datetime, zone: str) -> datetime:
    """The last start of a visit whose reminder, `hours` before it, is due at `moment`.

    Whole days are counted on the wall clock, so that a clock change moves nothing. On the day itself hours are hours, but
    what would fall in the night goes the evening before.
    """
    place = ZoneInfo(zone)
    local = moment.astimezone(place)
    if hours >= 24:
        return (local.replace(tzinfo=None) + timedelta(hours=hours)).replace(tzinfo=place).astimezone(UTC)
    if quiet_hours.ENDS <= local.time() < EVENING:
        return moment + timedelta(hours=hours)
    morning = local.date() + timedelta(days=local.time() >= EVENING)
    night_ends = datetime.combine(morning, quiet_hours.ENDS, place).astimezone(UTC)
    return night_ends + timedelta(hours=hours) - timedelta(microseconds=1)


def _without_made(work: Work, found: list[Row]) -> list[Row]:
    keys = [_key(row) for row in found]
    made = set(work.session.exec(select(TextMessage.dedupe_key).where(
        col(TextMessage.tenant_id).in_({row.tenant_id for row in found}), col(TextMessage.dedupe_key).in_(keys))))
    return [row for row, key in zip(found, keys, strict=True) if key not in made]


def _key(row: Row) -> str:
    return f"reminder:{row.visit_id}:{row.version}:{row.lead}"


def _queue_alone(work: Work, row: Row, now: datetime) -> None:
    """What is wrong with one chart keeps nobody else's reminder back."""
    try:
        _queue(work, row, now)
    except (ZoneInfoNotFoundError, LookupError, ValueError):
        logger.exception("no reminder", extra={"visit": str(row.visit_id)})


def _queue(work: Work, row: Row, now: datetime) -> None:
    urgency, zone = "notice" if row.lead >= 24 else "now", row.own_zone or row.zone
    due = quiet_hours.after_night(now, zone)
    if due >= row.starts_at:
        return  # the visit is before the night ends where the patient lives
    body = templates.about_visit(row.language, "visit_expected" if row.confirmed else "visit_reminder", practice=row.practice,
                                 phone=row.phone, starts_at=row.starts_at, zone=row.zone)
    outbox.queue_text(
        work, tenant_id=row.tenant_id, urgency=urgency, kind="visit.reminder", recipient=row.mobile, body=body,
        dedupe_key=_key(row), user_id=row.user_id, patient_id=row.patient_id, due_at=due, expires_at=row.starts_at, zone=zone,
        visit_id=row.visit_id, visit_version=row.version)

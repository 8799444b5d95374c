"""Nobody is texted at night about what can wait: 21:00 to 08:00 on the wall clock where the person lives."""
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEGINS, ENDS = time(21), time(8)
HELD_BACK = ("notice", "bulk")
"""The classes that wait for the morning."""


def is_quiet(moment: datetime, zone: str) -> bool:
    clock = moment.astimezone(ZoneInfo(zone)).time()
    return clock >= BEGINS or clock < ENDS


def due(moment: datetime, zone: str, urgency: str) -> datetime:
    """When a message that is wanted at `moment` may be sent: then, or at the end of the night it falls in."""
    return after_night(moment, zone) if urgency in HELD_BACK else moment


def after_night(moment: datetime, zone: str) -> datetime:
    """`moment`, or the end of the night it falls in."""
    if not is_quiet(moment, zone):
        return moment
    local = moment.astimezone(ZoneInfo(zone))
    morning = local.date() + timedelta(days=local.time() >= BEGINS)
    return datetime.combine(morning, ENDS, ZoneInfo(zone)).astimezone(UTC)

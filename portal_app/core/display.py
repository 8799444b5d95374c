"""Days, times and zones as people read them, in their language and in the clinic's zone."""
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton, format_time, format_timedelta
from babel.numbers import format_decimal


def plain(text: str) -> str:
    """Babel's narrow no-break spaces as plain ones: a text message with one of them costs double."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def long_day(moment: datetime | date, zone: str, language: str) -> str:
    """`Thursday, November 26`."""
    local = moment.astimezone(ZoneInfo(zone)).date() if isinstance(moment, datetime) else moment
    return plain(format_date(local, "EEEE, MMMM d", locale=language))


def short_day(moment: datetime, zone: str, language: str) -> str:
    """`Thu, Nov 26`."""
    return plain(format_skeleton("MMMEd", moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None), locale=language))


def clock_time(moment: datetime, zone: str, language: str) -> str:
    """`9:40 AM` in that zone."""
    return plain(format_time(moment, "short", tzinfo=ZoneInfo(zone), locale=language))


def zone_name(moment: datetime, zone: str, language: str) -> str:
    """`MST`: the zone's short name as it is at that moment, or its offset where it has none in the language."""
    return plain(format_datetime(moment, "z", tzinfo=ZoneInfo(zone), locale=language))


def number(count: int, language: str) -> str:
    """`1,204`."""
    return plain(format_decimal(count, locale=language))


def duration(seconds: int, language: str) -> str:
    """`10 minutes`, in the unit that says it best; a minute at the least."""
    return plain(format_timedelta(max(60, seconds), granularity="minute", locale=language))

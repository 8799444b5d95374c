"""A visit as a file for the person's own calendar: iCalendar, RFC 5545. It says where and when, and nothing about health.

Written here because a visit is one event: libraries weigh more than this, and date the zone's changes an hour off.
"""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import unit_of_work
from portal_app.core.errors import NotFound
from portal_app.core.settings import settings
from portal_app.core.words import say
from services import access
from services.scheduling import reading
from services.scheduling.views import VisitView

WALL, ZULU = "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%SZ"
AROUND, DAY, MINUTE = timedelta(days=370), timedelta(days=1), timedelta(minutes=1)
"""A zone's clock changes are told for a year to either side of the visit."""
LINE = 75  # octets; RFC 5545, section 3.1


@dataclass(frozen=True)
class CalendarFile:
    name: str
    body: str


def calendar_file(actor: Actor, visit_id: str) -> CalendarFile:
    """The actor's own visit, cancelled ones as a cancellation. Raises NotFound, for holds too."""
    with unit_of_work(actor) as work:
        row = access.visit_for(work, actor, visit_id)
        if row.status == "held":
            raise NotFound
        view = reading.view_of(work, actor, row)
    day = view.starts_at.astimezone(ZoneInfo(view.zone)).date()
    return CalendarFile(f"visit-{day}.ics", written(view, actor.language))


def written(view: VisitView, language: str) -> str:
    """`view` in iCalendar. A later file of the same visit replaces an earlier one: same UID, higher SEQUENCE."""
    zone, cancelled = ZoneInfo(view.zone), view.status == "cancelled"
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Carelane//Patient portal//EN", "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if cancelled else 'PUBLISH'}",
        *_zone(view.zone, zone, view.starts_at),
        "BEGIN:VEVENT", f"UID:{view.id}", f"SEQUENCE:{view.version}", f"DTSTAMP:{clock.now().strftime(ZULU)}",
        _moment("DTSTART", view.starts_at, zone), _moment("DTEND", view.ends_at, zone), *_words(view, language),
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}", "CLASS:PRIVATE", "TRANSP:OPAQUE",
        "END:VEVENT", "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _words(view: VisitView, language: str) -> list[str]:
    link = f"{settings().address}/visits/visit?visit={view.id}"
    more = say(language, "calendar.more", city=view.city, phone=view.practice_phone, link=link)
    return [
        f"SUMMARY:{_text(say(language, 'calendar.title', practice=view.practice))}",
        f"LOCATION:{_text(f'{view.location}, {view.address}')}", f"DESCRIPTION:{_text(more)}", f"URL:{link}",
    ]


def _moment(name: str, moment: datetime, zone: ZoneInfo) -> str:
    """On the clinic's wall clock; in UTC where that clock shows the same time twice, which readers take differently."""
    local = moment.astimezone(zone)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return f"{name}:{moment.astimezone(UTC).strftime(ZULU)}"
    return f"{name};TZID={zone.key}:{local.strftime(WALL)}"


def _zone(name: str, zone: ZoneInfo, around: datetime) -> Iterator[str]:
    """VTIMEZONE, for calendars that don't know the zone by its name."""
    first = (around - AROUND).astimezone(UTC)
    yield from ("BEGIN:VTIMEZONE", f"TZID:{name}", *_observance(zone, first, first))
    for change in _changes(zone, first, around + AROUND):
        yield from _observance(zone, change, change - MINUTE)
    yield "END:VTIMEZONE"


def _changes(zone: ZoneInfo, at: datetime, last: datetime) -> Iterator[datetime]:
    """The moments in UTC, to the minute, at which the zone's offset changes."""
    while at < last:
        then = at + DAY
        if at.astimezone(zone).utcoffset() != then.astimezone(zone).utcoffset():
            yield _change(zone, at, then)
        at = then


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = before.astimezone(zone).utcoffset()
    while after - before > MINUTE:
        middle = before + (after - before) // (2 * MINUTE) * MINUTE
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == old else (before, middle)
    return after.replace(second=0, microsecond=0)


def _observance(zone: ZoneInfo, at: datetime, before: datetime) -> list[str]:
    """What holds from `at` on. Its start is written on the clock of `before` (RFC 5545, section 3.6.5)."""
    new, old = at.astimezone(zone), before.astimezone(zone)
    kind = "DAYLIGHT" if new.dst() else "STANDARD"
    starts = (at + (old.utcoffset() or timedelta())).strftime(WALL)
    return [f"BEGIN:{kind}", f"DTSTART:{starts}", f"TZOFFSETFROM:{old:%z}", f"TZOFFSETTO:{new:%z}", f"TZNAME:{new:%Z}",
            f"END:{kind}"]


def _text(words: str) -> str:
    """RFC 5545, section 3.3.11."""
    return words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 octets, continued after a space; never within a sign."""
    parts: list[str] = []
    part = ""
    for sign in line:
        if len((part + sign).encode()) > LINE - (1 if parts else 0):
            parts, part = [*parts, part], ""
        part += sign
    return "\r\n ".join([*parts, part])

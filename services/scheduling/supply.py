"""From weekly hours to the times that could be offered, before anyone has taken them."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_
from sqlmodel import col, select

from models import Clinician, Location, Schedule, Visit, VisitType
from portal_app.core.database import Work
from services.scheduling.views import FreeTime

TAKING = ("held", "booked", "arrived", "done")
"""The statuses that take time, as in the exclusion constraint."""


@dataclass(frozen=True)
class Demand:
    """What is wanted where: a visit type at a location, with one clinician or anyone; `moves` is the visit it is for."""

    visit_type: VisitType
    location: Location
    hours: list[tuple[Schedule, Clinician]]
    now: datetime
    moves: Visit | None = None

    @property
    def earliest(self) -> datetime:
        return self.now + timedelta(minutes=self.visit_type.notice)

    @property
    def last_day(self) -> date:
        return self.now.astimezone(ZoneInfo(self.location.zone)).date() + timedelta(days=self.visit_type.horizon)


def hours_of(work: Work, location: Location, clinician_id: object | None) -> list[tuple[Schedule, Clinician]]:
    """The weekly hours at a location, of one clinician or of all."""
    wanted = (
        select(Schedule, Clinician)
        .join(Clinician, and_(col(Clinician.tenant_id) == Schedule.tenant_id, col(Clinician.id) == Schedule.clinician_id))
        .where(Schedule.tenant_id == location.tenant_id, Schedule.location_id == location.id)
        .order_by(col(Clinician.name), col(Schedule.weekday), col(Schedule.opens))
    )
    return list(work.session.exec(wanted.where(Schedule.clinician_id == clinician_id) if clinician_id else wanted))


def taken(work: Work, demand: Demand, first: date, last: date) -> dict[str, list[tuple[datetime, datetime]]]:
    """By clinician, the stretches of those days that are taken, buffers included.

    Holds that ran out don't count, nor does the visit that is to be moved: it may go to a time that overlaps its own.
    """
    zone = ZoneInfo(demand.location.zone)
    opens = datetime.combine(first - timedelta(days=1), time(), zone)
    closes = datetime.combine(last + timedelta(days=2), time(), zone)
    wanted = select(Visit.clinician_id, Visit.occupied_from, Visit.occupied_to).where(
        Visit.tenant_id == demand.location.tenant_id,
        col(Visit.clinician_id).in_({clinician.id for _, clinician in demand.hours}),
        Visit.starts_at >= opens, Visit.starts_at < closes, col(Visit.status).in_(TAKING),
        (col(Visit.hold_expires_at).is_(None)) | (col(Visit.hold_expires_at) > demand.now),
    )
    if demand.moves:
        wanted = wanted.where(Visit.id != demand.moves.id)
    stretches: dict[str, list[tuple[datetime, datetime]]] = {}
    for clinician_id, begins, ends in work.session.exec(wanted):
        stretches.setdefault(str(clinician_id), []).append((begins, ends))
    return stretches


def offered(demand: Demand, day: date) -> Iterator[FreeTime]:
    """The times of one day that the hours allow, taken or not, each clinician's in order."""
    kind = demand.visit_type
    for schedule, clinician in demand.hours:
        if schedule.weekday == day.weekday() and _valid(schedule, day):
            for start in _starts(schedule, kind, day, ZoneInfo(demand.location.zone)):
                if start >= demand.earliest and day <= demand.last_day and not _is_its_own(demand, start, clinician):
                    yield FreeTime(start, str(clinician.id), clinician.name)


def _is_its_own(demand: Demand, start: datetime, clinician: Clinician) -> bool:
    """Whether this is the time that the visit to be moved has already."""
    return demand.moves is not None and (demand.moves.starts_at, demand.moves.clinician_id) == (start, clinician.id)


def _valid(schedule: Schedule, day: date) -> bool:
    return (schedule.valid_from or day) <= day <= (schedule.valid_until or day)


def _starts(schedule: Schedule, kind: VisitType, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Starts in UTC, counted on the wall clock; a wall-clock time that a clock change skips is not offered."""
    wall = datetime.combine(day, schedule.opens) + timedelta(minutes=kind.buffer_before)
    last = datetime.combine(day, schedule.closes) - timedelta(minutes=kind.minutes + kind.buffer_after)
    while wall <= last:
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == wall:
            yield moment
        wall += timedelta(minutes=kind.step)


def occupied(kind: VisitType, start: datetime) -> tuple[datetime, datetime]:
    """The stretch a visit takes of its clinician, buffers included."""
    return (start - timedelta(minutes=kind.buffer_before),
            start + timedelta(minutes=kind.minutes + kind.buffer_after))


def free(demand: Demand, day: date, taken_by: dict[str, list[tuple[datetime, datetime]]]) -> list[FreeTime]:
    """The times of one day that nobody has taken, by the clock, one for each start: the first clinician by name."""
    found: dict[datetime, FreeTime] = {}
    for time_ in offered(demand, day):
        begins, ends = occupied(demand.visit_type, time_.starts_at)
        if not _overlaps(taken_by.get(time_.clinician_id, ()), begins, ends):
            found.setdefault(time_.starts_at, time_)
    return sorted(found.values(), key=lambda time_: time_.starts_at)


def _overlaps(stretches: Iterable[tuple[datetime, datetime]], begins: datetime, ends: datetime) -> bool:
    return any(begin < ends and begins < end for begin, end in stretches)

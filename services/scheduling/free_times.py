"""The free times of a week, and the nearest ones to a time that was taken."""
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from models import Location, Patient, Visit, VisitType
from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import Work, unit_of_work
from portal_app.core.errors import NotFound
from portal_app.core.ids import parse
from services import access
from services.scheduling import rules, supply
from services.scheduling.supply import Demand
from services.scheduling.views import FreeDay, FreeTime, FreeWeek

WEEK = timedelta(days=7)
NEAREST = 4
"""How many times are offered in place of one that was taken."""


def free_times(actor: Actor, *, patient_id: str, visit_type_id: str, clinician_id: str | None, location_id: str,
               first_day: date | None = None, moves: str = "") -> FreeWeek:
    """Seven days of free times from `first_day` (today in the location's zone where None or past).

    With `clinician_id` None, of anyone; with `moves`, for a visit of the actor's own that is to be moved. Raises NotFound
    for what isn't bookable by this person, Conflict or AlreadyCancelled for a visit that can't be moved.
    """
    with unit_of_work(actor) as work:
        moved = to_move(work, actor, moves, lock=False)
        chart = access.chart_for(work, actor, patient_id)
        demand = demand_of(work, chart, visit_type_id, location_id, clinician_id, moved)
        return _week(work, demand, first_day)


def demand_of(work: Work, chart: Patient, visit_type_id: str | UUID, location_id: str | UUID,
              clinician_id: str | UUID | None, moved: Visit | None = None) -> Demand:
    """What the patient wants, checked to be the practice's own and open to patients. Raises NotFound.

    A visit keeps its chart and its type when it is moved.
    """
    kind = work.session.get(VisitType, (chart.tenant_id, parse(visit_type_id)))
    location = work.session.get(Location, (chart.tenant_id, parse(location_id)))
    if kind is None or location is None or not kind.patients_may_book:
        raise NotFound
    if moved and (moved.patient_id, moved.visit_type_id) != (chart.id, kind.id):
        raise NotFound
    hours = supply.hours_of(work, location, parse(clinician_id) if clinician_id else None)
    return Demand(kind, location, hours, clock.now(), moved)


def to_move(work: Work, actor: Actor, visit_id: str, *, lock: bool) -> Visit | None:
    """The visit that is to be moved, None where `visit_id` is "". Raises as `rules` does where it can't be."""
    if not visit_id:
        return None
    row, view = rules.visit_to_change(work, actor, visit_id, lock=lock)
    rules.require_movable(view)
    return row


def nearest(actor: Actor, *, patient_id: str, visit_type_id: str, location_id: str, starts_at: datetime,
            clinician_id: str = "", moves: str = "") -> list[FreeTime]:
    """The four free times that are closest to `starts_at`, by the clock, within a week either way: with the clinician, or with
    anyone where none is named or has a free time then.
    """
    with unit_of_work(actor) as work:
        moved = to_move(work, actor, moves, lock=False)
        chart = access.chart_for(work, actor, patient_id)
        demand = demand_of(work, chart, visit_type_id, location_id, None, moved)
        day = starts_at.astimezone(ZoneInfo(demand.location.zone)).date()
        taken = supply.taken(work, demand, day - WEEK, day + WEEK)
    found: list[FreeTime] = []
    for away in range(WEEK.days + 1):  # day by day outwards: a day further away is never nearer
        for other in {day - timedelta(days=away), day + timedelta(days=away)}:
            found += supply.free(demand, other, taken)
        if sum(_is_with(one, clinician_id) for one in found) >= NEAREST:
            break
    found = [one for one in found if _is_with(one, clinician_id)] or found
    closest = sorted(found, key=lambda time: abs(time.starts_at - starts_at))[:NEAREST]
    return sorted(closest, key=lambda time: time.starts_at)


def _is_with(time: FreeTime, clinician_id: str) -> bool:
    return not clinician_id or str(time.clinician_id) == clinician_id


def _week(work: Work, demand: Demand, wanted: date | None) -> FreeWeek:
    today = demand.now.astimezone(ZoneInfo(demand.location.zone)).date()
    first = min(max(wanted or today, today), demand.last_day)
    days = list(_days(work, demand, first, first + WEEK - timedelta(days=1)))
    later = first + WEEK
    empty = not any(day.times for day in days)
    return FreeWeek(
        first_day=first, days=days, zone=demand.location.zone, city=demand.location.city,
        earlier=max(first - WEEK, today) if first > today else None,
        later=later if later <= demand.last_day else None,
        next_free=_next_free(work, demand, later) if empty and later <= demand.last_day else None,
    )


def _days(work: Work, demand: Demand, first: date, last: date) -> Iterator[FreeDay]:
    """Day by day, computed as they are asked for."""
    taken = supply.taken(work, demand, first, last)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield FreeDay(day, supply.free(demand, day, taken))


def _next_free(work: Work, demand: Demand, first: date) -> date | None:
    return next((day.day for day in _days(work, demand, first, demand.last_day) if day.times), None)

"""A time is held while its review is open, then booked. The database lets one of many win."""
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, text
from sqlmodel import select

from models import Patient, Visit
from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import Work, begun_again, unit_of_work
from portal_app.core.errors import Conflict, HoldExpired, Invalid, NotFound, TimeTaken
from portal_app.core.ids import parse
from services import access, audit
from services.scheduling import reading, supply, taking, texts
from services.scheduling.free_times import demand_of, nearest, to_move
from services.scheduling.supply import Demand
from services.scheduling.views import HoldView, VisitView

MOST_COMING = 20
"""Visits ahead of one patient that may be booked online at one practice: no clinic's day can be bought up. Moving one adds
none."""
HOLD, LONGEST = timedelta(minutes=5), timedelta(hours=1)
"""How long a time is held at a time, and in all. WCAG 2.2.1: extending takes one action, ten times at least."""


@begun_again
def hold(actor: Actor, *, patient_id: str, visit_type_id: str, clinician_id: str, location_id: str,
         starts_at: datetime, moves: str = "", only_them: bool = False) -> HoldView:
    """Takes a free time for five minutes and lets go of the chart's other holds.

    `starts_at` is aware; `only_them` says that the person wants this clinician and no other. With `moves`, for a visit of the
    actor's own that is to be moved, which keeps its time meanwhile. Raises TimeTaken with the nearest free times, and keeps the
    other holds then; NotFound for what isn't offered at all; Conflict or AlreadyCancelled for a visit that can't be moved.
    """
    if starts_at.tzinfo is None:
        raise Invalid("errors.invalid", field="time")
    try:
        with unit_of_work(actor) as work:
            moved = to_move(work, actor, moves, lock=True)
            chart = access.chart_for(work, actor, patient_id)
            demand = demand_of(work, chart, visit_type_id, location_id, parse(clinician_id), moved)
            return _hold(work, actor, chart, demand, starts_at)
    except _Taken:
        # In a transaction of its own, so that two hundred who came too late hold no locks while they look around.
        raise TimeTaken(nearest(actor, patient_id=patient_id, visit_type_id=visit_type_id, location_id=location_id,
                                clinician_id=clinician_id if only_them else "", starts_at=starts_at, moves=moves)) from None


class _Taken(Exception):
    """The time is gone: rolls the transaction back."""


def _hold(work: Work, actor: Actor, chart: Patient, demand: Demand, starts_at: datetime) -> HoldView:
    if not _is_offered(demand, starts_at):
        raise NotFound
    if demand.moves is None and _coming(work, chart, demand.now) >= MOST_COMING:
        raise Conflict("errors.too_many_visits")
    _in_turn(work, chart)
    taken = taking.put_hold(work, chart, demand, starts_at, demand.now + HOLD)
    if taken is None:
        raise _Taken
    audit.record(work, "visit.held", tenant_id=chart.tenant_id, patient_id=chart.id, subject_id=taken.id)
    return _view(work, actor, taken)


def _view(work: Work, actor: Actor, hold: Visit) -> HoldView:
    moves = access.visit_for(work, actor, hold.moves_id) if hold.moves_id else None
    return HoldView(str(hold.id), hold.hold_expires_at or clock.now(), reading.view_of(work, actor, hold),
                    reading.view_of(work, actor, moves) if moves else None)


def _coming(work: Work, chart: Patient, now: datetime) -> int:
    """How many visits the patient has ahead."""
    coming = select(func.count()).select_from(Visit).where(
        Visit.tenant_id == chart.tenant_id, Visit.patient_id == chart.id, Visit.starts_at > now, Visit.status == "booked")
    return work.session.exec(coming).one()


def _is_offered(demand: Demand, starts_at: datetime) -> bool:
    day = starts_at.astimezone(ZoneInfo(demand.location.zone)).date()
    return any(time.starts_at == starts_at for time in supply.offered(demand, day))


def _in_turn(work: Work, chart: Patient) -> None:
    """What one chart takes, it takes one after the other: else several tabs would hold several times."""
    work.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:chart, 0))"), {"chart": str(chart.id)})


def held(actor: Actor, hold_id: str) -> HoldView:
    """A hold of the actor's own that still holds. Raises HoldExpired."""
    with unit_of_work(actor) as work:
        return _view(work, actor, hold_for(work, actor, hold_id))


def extend_hold(actor: Actor, hold_id: str) -> HoldView:
    """Five minutes more from now, up to an hour in all. Raises HoldExpired."""
    with unit_of_work(actor) as work:
        hold = hold_for(work, actor, hold_id)
        hold.hold_expires_at = min(clock.now() + HOLD, hold.created_at + LONGEST)
        return _view(work, actor, hold)


def release(actor: Actor, hold_id: str) -> None:
    """Lets the time go. One that is gone already is no error."""
    with unit_of_work(actor) as work:
        try:
            work.session.delete(hold_for(work, actor, hold_id))
        except HoldExpired:
            return


def hold_for(work: Work, actor: Actor, hold_id: str) -> Visit:
    """The actor's own hold, locked, that still holds. Raises HoldExpired."""
    visit = _own(work, actor, hold_id)
    _require_held(visit)
    return visit


def _own(work: Work, actor: Actor, hold_id: str) -> Visit:
    """The row, locked; a hold that is gone, or never was the actor's, has run out."""
    try:
        return access.visit_for(work, actor, hold_id, lock=True)
    except NotFound:
        raise HoldExpired from None


def _require_held(visit: Visit) -> None:
    if visit.status != "held" or visit.hold_expires_at is None or visit.hold_expires_at <= clock.now():
        raise HoldExpired


@begun_again
def book(actor: Actor, *, hold_id: str) -> VisitView:
    """Turns the actor's hold into a visit and sends the confirmation.

    Booking the same hold again answers the same visit and sends nothing. Raises HoldExpired; NotFound for a hold that is
    to move a visit.
    """
    with unit_of_work(actor) as work:
        visit = _own(work, actor, hold_id)
        if visit.status == "booked":
            return reading.view_of(work, actor, visit)
        _require_held(visit)
        if visit.moves_id:
            raise NotFound
        visit.status, visit.hold_expires_at, visit.booked_at = "booked", None, clock.now()
        visit.version += 1
        audit.record(work, "visit.booked", tenant_id=visit.tenant_id, patient_id=visit.patient_id, subject_id=visit.id)
        view = reading.view_of(work, actor, visit)
        texts.tell(work, visit, view, "visit_booked")
        work.tell(f"visits:{actor.user_id}", str(visit.id))
        return view

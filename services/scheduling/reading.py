"""Visits with everything their view needs, in one statement."""
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import and_
from sqlmodel import col, select

from models import Clinician, Location, Practice, Visit, VisitType
from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import Work
from services.scheduling.views import VisitView

UNDO = timedelta(minutes=2)
"""How long a cancel can be taken back, and so how long nobody is told of it. A page offers it for ten seconds, and longer
while someone's attention rests on the offer: ten times as long in all (WCAG 2.2.1)."""


def visits_of(actor: Actor) -> Any:
    """The statement for all visits of the actor's own charts."""
    return (
        select(Visit, VisitType, Clinician, Location, Practice)  # type: ignore[call-overload]  # SQLModel's types end at four
        .join(VisitType, and_(col(VisitType.tenant_id) == Visit.tenant_id, col(VisitType.id) == Visit.visit_type_id))
        .join(Clinician, and_(col(Clinician.tenant_id) == Visit.tenant_id, col(Clinician.id) == Visit.clinician_id))
        .join(Location, and_(col(Location.tenant_id) == Visit.tenant_id, col(Location.id) == Visit.location_id))
        .join(Practice, col(Practice.id) == Visit.tenant_id)
        .where(col(Visit.tenant_id).in_([tenant for tenant, _ in actor.charts]),
               col(Visit.patient_id).in_([patient for _, patient in actor.charts]))
    )


def views(rows: Iterable[Any]) -> list[VisitView]:
    return [view(*row) for row in rows]


def view_of(work: Work, actor: Actor, visit: Visit) -> VisitView:
    """One visit, already fetched through `access`, as its view."""
    work.session.flush()
    return view(*work.session.exec(visits_of(actor).where(Visit.id == visit.id)).one())


def view(visit: Visit, visit_type: VisitType, clinician: Clinician, location: Location, practice: Practice) -> VisitView:
    change_until = visit.starts_at - timedelta(minutes=practice.cancel_notice_minutes)
    in_time = visit.status == "booked" and clock.now() < change_until
    return VisitView(
        id=str(visit.id), status=visit.status, patient_id=str(visit.patient_id), visit_type_id=str(visit_type.id),
        visit_type=visit_type.name, minutes=visit_type.minutes, preparation=visit_type.preparation,
        clinician_id=str(clinician.id), clinician=clinician.name, practice=practice.name,
        practice_phone=practice.phone, location_id=str(location.id), location=location.name,
        address=f"{location.street}, {location.city}, {location.state} {location.postal_code}", city=location.city,
        zone=location.zone, directions=location.directions, starts_at=visit.starts_at, ends_at=visit.ends_at,
        change_until=change_until, can_cancel=in_time, can_move=in_time and visit_type.patients_may_book,
        undo_until=visit.cancelled_at + UNDO if visit.cancelled_at else None, version=visit.version,
        confirmed=visit.confirmed_version == visit.version,
        moved_by=str(visit.moved_by or ""),
    )

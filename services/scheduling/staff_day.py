"""Today's visits of a practice, for those who work there."""
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func
from sqlmodel import col, select

from models import Clinician, Location, Patient, Visit, VisitType
from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import unit_of_work
from services import access, audit
from services.scheduling.views import StaffVisit

LONGEST_DAY = 500
"""Lines of a day that are shown."""


def staff_day(actor: Actor) -> list[StaffVisit]:
    """The visits that are today where they take place, by the clock. Raises NotAllowed for who doesn't work there."""
    tenants, now = access.practices_where(actor, "day.read"), clock.now()
    wanted = (
        select(Visit, Patient, Clinician, VisitType, Location)  # type: ignore[call-overload]  # SQLModel's types end at four
        .join(Patient, and_(col(Patient.tenant_id) == Visit.tenant_id, col(Patient.id) == Visit.patient_id))
        .join(Clinician, and_(col(Clinician.tenant_id) == Visit.tenant_id, col(Clinician.id) == Visit.clinician_id))
        .join(VisitType, and_(col(VisitType.tenant_id) == Visit.tenant_id, col(VisitType.id) == Visit.visit_type_id))
        .join(Location, and_(col(Location.tenant_id) == Visit.tenant_id, col(Location.id) == Visit.location_id))
        .where(col(Visit.tenant_id).in_(tenants), Visit.starts_at > now - timedelta(days=1),
               Visit.starts_at < now + timedelta(days=1), col(Visit.status) != "held",
               _local_date(Visit.starts_at) == _local_date(now))
        .order_by(Visit.starts_at, Visit.id).limit(LONGEST_DAY)
    )
    with unit_of_work(actor) as work:
        rows = work.session.exec(wanted).all()
        for tenant in tenants:
            audit.record(work, "day.read", tenant_id=tenant, count=sum(row[0].tenant_id == tenant for row in rows))
    return [StaffVisit(str(visit.id), visit.starts_at, place.zone, f"{patient.given_name} {patient.family_name}",
                       clinician.name, kind.name, place.name, visit.status, visit.confirmed_version == visit.version)
            for visit, patient, clinician, kind, place in rows]


def _local_date(moment: Any) -> Any:
    """The date at a moment where the visit takes place; a narrowing of rows that the index has found."""
    return func.date(func.timezone(Location.zone, moment))

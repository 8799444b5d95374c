"""Today's visits of a practice, for those who work there."""
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_
from sqlmodel import col, select

from models import Clinician, Location, Patient, Visit, VisitType
from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import unit_of_work
from services import access, audit
from services.scheduling.views import StaffVisit

LONGEST_DAY = 200
"""Lines of a day that are shown."""


def staff_day(actor: Actor) -> list[StaffVisit]:
    """The visits that are today where they take place, by the clock. Raises NotAllowed for who doesn't work there."""
    tenants, now = access.desk_tenants(actor), clock.now()
    wanted = (
        select(Visit, Patient, Clinician, VisitType, Location)
        .join(Patient, and_(col(Patient.tenant_id) == Visit.tenant_id, col(Patient.id) == Visit.patient_id))
        .join(Clinician, and_(col(Clinician.tenant_id) == Visit.tenant_id, col(Clinician.id) == Visit.clinician_id))
        .join(VisitType, and_(col(VisitType.tenant_id) == Visit.tenant_id, col(VisitType.id) == Visit.visit_type_id))
        .join(Location, and_(col(Location.tenant_id) == Visit.tenant_id, col(Location.id) == Visit.location_id))
        .where(col(Visit.tenant_id).in_(tenants), Visit.starts_at > now - timedelta(days=1),
               Visit.starts_at < now + timedelta(days=1), col(Visit.status) != "held")
        .order_by(Visit.starts_at, Visit.id).limit(LONGEST_DAY)
    )
    with unit_of_work(actor) as work:
        rows = [row for row in work.session.exec(wanted) if _is_today(row[0], row[4], now)]
        for tenant in tenants:
            audit.record(work, "day.read", tenant_id=tenant, count=sum(row[0].tenant_id == tenant for row in rows))
    return [StaffVisit(str(visit.id), visit.starts_at, place.zone, f"{patient.given_name} {patient.family_name}",
                       clinician.name, kind.name, place.name, visit.status)
            for visit, patient, clinician, kind, place in rows]


def _is_today(visit: Visit, place: Location, now) -> bool:
    zone = ZoneInfo(place.zone)
    return visit.starts_at.astimezone(zone).date() == now.astimezone(zone).date()

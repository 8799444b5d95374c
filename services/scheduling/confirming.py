"""A patient says that they come."""
from uuid import UUID

from sqlmodel import select

from models import Location, Patient, Practice, Visit
from portal_app.core import clock
from portal_app.core.database import Work
from services import audit
from services.messaging import templates


def confirm(work: Work, tenant_id: UUID, visit_id: UUID, version: int) -> bool:
    """Notes that the patient comes to the visit as it was in that version; twice is once. False where it has changed."""
    wanted = select(Visit).where(Visit.tenant_id == tenant_id, Visit.id == visit_id).with_for_update()
    visit = work.session.exec(wanted).first()
    if visit is None or visit.version != version or visit.status != "booked" or visit.starts_at <= clock.now():
        return False
    if visit.confirmed_version != version:
        visit.confirmed_version = version
        audit.record(work, "visit.confirmed", tenant_id=tenant_id, patient_id=visit.patient_id, subject_id=visit.id)
        chart = work.session.get_one(Patient, (tenant_id, visit.patient_id))
        if chart.user_id:
            work.tell(f"visits:{chart.user_id}", str(visit.id))
    return True


def answer(work: Work, tenant_id: UUID, visit_id: UUID) -> str:
    """What the patient of a confirmed visit is answered by text message."""
    visit = work.session.get_one(Visit, (tenant_id, visit_id))
    chart = work.session.get_one(Patient, (tenant_id, visit.patient_id))
    place, practice = work.session.get_one(Location, (tenant_id, visit.location_id)), work.session.get_one(Practice, tenant_id)
    return templates.about_visit(chart.language, "visit_confirmed", practice=practice.name, phone=practice.phone,
                                 starts_at=visit.starts_at, zone=place.zone)

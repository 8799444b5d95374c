"""What a person may choose from when booking."""
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from models import Clinician, Location, Practice, Schedule, VisitType
from portal_app.core.actor import Actor
from portal_app.core.database import Work, unit_of_work
from services.scheduling.views import ChartChoice, ClinicianChoice, LocationChoice, VisitTypeChoice


def booking_choices(actor: Actor) -> list[ChartChoice]:
    """For each of the person's practices its reasons, clinicians with hours, and locations. Four statements."""
    if not actor.charts:
        return []
    tenants = [tenant for tenant, _ in actor.charts]
    with unit_of_work(actor) as work:
        practices = work.session.exec(select(Practice).where(col(Practice.id).in_(tenants))).all()
        kinds = _all(work, VisitType, tenants, col(VisitType.patients_may_book))
        clinicians = _all(work, Clinician, tenants, col(Clinician.id).in_(
            select(Schedule.clinician_id).where(col(Schedule.tenant_id).in_(tenants))))
        places = _all(work, Location, tenants)
    names = {practice.id: practice.name for practice in practices}
    return [_choice(tenant, patient, names[tenant], kinds, clinicians, places) for tenant, patient in actor.charts]


def _all(work: Work, table: Any, tenants: list[UUID], *also: Any) -> list[Any]:
    return list(work.session.exec(select(table).where(table.tenant_id.in_(tenants), *also).order_by(table.name).limit(500)))


def _choice(tenant: UUID, patient: UUID, practice: str, kinds: list[VisitType], clinicians: list[Clinician],
            places: list[Location]) -> ChartChoice:
    return ChartChoice(
        str(patient), practice,
        [VisitTypeChoice(str(k.id), k.name, k.minutes, k.description) for k in kinds if k.tenant_id == tenant],
        [ClinicianChoice(str(c.id), c.name, c.specialty) for c in clinicians if c.tenant_id == tenant],
        [LocationChoice(str(p.id), p.name, p.city, p.zone) for p in places if p.tenant_id == tenant],
    )

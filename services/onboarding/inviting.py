"""What all ways of inviting share: who may be invited, where an invitation leads, and how many still wait."""
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import exists, func
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models import Location, Patient, TextMessage, Visit
from portal_app.core import clock
from portal_app.core.database import Work
from portal_app.core.settings import settings

KIND = "invitation"
LIFETIME = timedelta(days=30)
"""How long an invitation can be used."""
ADULT = 18  # years: for children an adult is given access


def topic(practice_id: str) -> str:
    """Where changes of a practice's campaigns are told."""
    return f"campaign:{practice_id}"


def link_of(code: str) -> str:
    """Where an invitation is used."""
    return f"{settings().address}/join?code={code}"


def born_by() -> date:
    """The last birthday of today's adults."""
    today = clock.now().date()
    return date(today.year - ADULT, today.month, min(today.day, 28))


def to_invite(query: SelectOfScalar, tenant_id: UUID, audience: str) -> SelectOfScalar:
    """Adults with a number, without an account, not invited before."""
    query = query.where(
        Patient.tenant_id == tenant_id, col(Patient.user_id).is_(None), col(Patient.invited_at).is_(None), Patient.mobile != "",
        col(Patient.birth_date) <= born_by())
    coming = exists().where(
        col(Visit.tenant_id) == tenant_id, col(Visit.patient_id) == Patient.id, col(Visit.status) == "booked",
        col(Visit.starts_at) > clock.now())
    return query.where(coming) if audience == "coming" else query


def waiting(work: Work, tenant_id: UUID) -> int:
    """How many invitations of a practice's campaign are in the outbox and not yet sent."""
    query = select(func.count()).select_from(TextMessage)
    return work.session.exec(query.filter_by(tenant_id=tenant_id, urgency="bulk", kind=KIND, status="waiting")).one()


def zone_of(work: Work, tenant_id: UUID) -> str:
    """Of the practice's first location."""
    query = select(Location.zone).where(Location.tenant_id == tenant_id).order_by(Location.name).limit(1)
    return work.session.exec(query).first() or "UTC"

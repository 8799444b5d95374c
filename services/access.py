"""The only way to obtain a row for an actor. What isn't theirs answers like what doesn't exist."""
from uuid import UUID

from sqlmodel import col, select

from models import Patient, Visit
from portal_app.core.actor import Actor
from portal_app.core.database import Work
from portal_app.core.errors import NotAllowed, NotFound
from portal_app.core.ids import parse
from services.permissions import PERMISSIONS


def chart_for(work: Work, actor: Actor, patient_id: str | UUID) -> Patient:
    """The actor's own chart. Raises NotFound for anyone else's."""
    wanted = parse(patient_id)
    for tenant_id, own_id in actor.charts:
        if own_id == wanted:
            chart = work.session.get(Patient, (tenant_id, own_id))
            if chart is not None:
                return chart
    raise NotFound


def visit_for(work: Work, actor: Actor, visit_id: str | UUID, *, lock: bool = False) -> Visit:
    """A visit or hold of the actor's own chart; with `lock` nobody else changes it meanwhile. Raises NotFound."""
    wanted = select(Visit).where(
        col(Visit.tenant_id).in_([tenant for tenant, _ in actor.charts]), Visit.id == parse(visit_id),
        col(Visit.patient_id).in_([patient for _, patient in actor.charts]),
    )
    visit = work.session.exec(wanted.with_for_update() if lock else wanted).first()
    if visit is None:
        raise NotFound
    return visit


def practices_where(actor: Actor, permission: str) -> list[UUID]:
    """The practices where the actor's role holds `permission`. Raises NotAllowed where there is none."""
    roles = PERMISSIONS[permission].roles
    found = list(dict.fromkeys(tenant for tenant, role in actor.roles if role in roles))
    if not found:
        raise NotAllowed
    return found

"""The only way to obtain a row for an actor. What isn't theirs answers like what doesn't exist."""
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlmodel import col, select

from models import Patient, Practice, TextMessage, Visit
from portal_app.core.actor import PLATFORM_TENANT, Actor
from portal_app.core.database import Work, pump_work, unit_of_work
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


def practices_to_choose(work: Work, actor: Actor, permission: str, practice_id: str) -> tuple[Practice, list[tuple[str, str]]]:
    """The practice asked for, or the first one; and the ids and names of all where the actor's role holds `permission`.

    Raises NotAllowed where there is none, NotFound for another's practice.
    """
    allowed = practices_where(actor, permission)
    found = work.session.exec(select(Practice).where(col(Practice.id).in_(allowed)).order_by(Practice.name)).all()
    chosen = next((one for one in found if not practice_id or one.id == parse(practice_id)), None)
    if chosen is None:
        raise NotFound
    return chosen, [(str(one.id), one.name) for one in found]


def practice_where(actor: Actor, permission: str, practice_id: str) -> UUID:
    """The id of a practice where the actor's role holds `permission`. Raises NotAllowed, and NotFound for another's."""
    if parse(practice_id) not in practices_where(actor, permission):
        raise NotFound
    return parse(practice_id)


def may(actor: Actor, permission: str) -> bool:
    """Whether the actor's role holds `permission` anywhere: for what is shown, never for what is done."""
    return any(role in PERMISSIONS[permission].roles for _, role in actor.roles)


@contextmanager
def outbox_for(actor: Actor, permission: str) -> Iterator[tuple[Work, list[UUID] | None]]:
    """The outbox as the actor may read it, and whose: None for all practices', which the platform's own staff see, else
    those where their role holds `permission`. Raises NotAllowed where there is none.
    """
    practices = practices_where(actor, permission)
    if PLATFORM_TENANT in practices:
        with pump_work() as work:
            yield work, None
    else:
        with unit_of_work(actor) as work:
            yield work, practices


def practice_of_message(actor: Actor, permission: str, key: str) -> tuple[UUID, UUID]:
    """Practice and id of the message `<tenant>.<id>`, where the actor's role holds `permission`. Raises NotAllowed, NotFound."""
    practices = practices_where(actor, permission)
    tenant_id, _, id = key.partition(".")
    if parse(tenant_id) not in practices and PLATFORM_TENANT not in practices:
        raise NotFound
    return parse(tenant_id), parse(id)


def message_to_change(work: Work, tenant_id: UUID, id: UUID) -> TextMessage:
    """The message, the work's own until it ends. Raises NotFound."""
    query = select(TextMessage).where(TextMessage.tenant_id == tenant_id, TextMessage.id == id)
    found = work.session.exec(query.with_for_update()).first()
    if found is None:
        raise NotFound
    return found

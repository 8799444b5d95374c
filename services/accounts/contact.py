"""Which text messages a person wants, and what keeps them from coming. Codes are not among the choices: without them nobody
could sign in."""
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select

from models import Patient, Practice
from portal_app.core.actor import Actor
from portal_app.core.database import Work, unit_of_work
from portal_app.core.ids import parse
from services.accounts import names


@dataclass(frozen=True)
class TextTrouble:
    """Why texts about visits don't reach a person from a practice: `kind` is `stopped` (by themselves), `unreachable` (a
    landline, or not in use), or `no_number`."""

    kind: str
    mobile_hint: str
    practice: str
    phone: str


def text_troubles(actor: Actor, *, patient_id: str = "") -> list[TextTrouble]:
    """What keeps texts about visits from the actor, by practice: of all their charts, or of one."""
    wanted = [(tenant, chart) for tenant, chart in actor.charts if not patient_id or chart == parse(patient_id)]
    if not wanted:
        return []
    kind = func.mobile_trouble(Patient.mobile, "care")
    rows = (
        select(kind, Patient.mobile, Practice.name, Practice.phone).join(Practice, col(Practice.id) == Patient.tenant_id)
        .where(col(Patient.tenant_id).in_([tenant for tenant, _ in wanted]), col(Patient.id).in_([chart for _, chart in wanted]))
        .order_by(Practice.name)
    )
    with unit_of_work(actor) as work:
        found = work.session.exec(rows).all()
    return [TextTrouble(kind if mobile else "no_number", names.hint(mobile), practice, phone)
            for kind, mobile, practice, phone in found if kind or not mobile]


@dataclass(frozen=True)
class PracticePhone:
    """Whom to call, and where."""

    name: str
    phone: str


def practices(actor: Actor) -> list[PracticePhone]:
    """The practices where the actor has charts, by name."""
    if not actor.charts:
        return []
    rows = select(Practice.name, Practice.phone).where(col(Practice.id).in_([tenant for tenant, _ in actor.charts]))
    with unit_of_work(actor) as work:
        return [PracticePhone(*row) for row in work.session.exec(rows.order_by(Practice.name)).all()]


def wants(work: Work, user_id: UUID | None, purpose: str) -> bool:
    """Whether messages of `purpose` (`models.accounts.PURPOSES`) may go to this person: yes until they say no."""
    if user_id is None:
        return True
    return bool(work.session.execute(text("SELECT text_wanted(:user, :purpose)"), {"user": user_id, "purpose": purpose}).scalar())

"""What scheduling tells by text message: practice, day and time. Never the reason, never the clinician."""
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col

from models import Patient, TextMessage, Visit
from portal_app.core import clock
from portal_app.core.database import Work
from services import outbox
from services.accounts import contact
from services.messaging import templates
from services.scheduling.views import VisitView


def tell(work: Work, visit: Visit, view: VisitView, purpose: str, *, due_at: datetime | None = None,
         instead_of: int = 0) -> None:
    """Queues the message `text_messages.<purpose>` to the patient of `visit`; nobody without a mobile is told, nor who
    wants no text messages about visits.

    With `instead_of`, messages about that version of the visit are withdrawn if they still wait: they are no longer true.
    """
    if instead_of:
        _withdraw(work, visit, instead_of)
    chart = work.session.get(Patient, (visit.tenant_id, visit.patient_id))
    if chart is None or not chart.mobile or not contact.wants(work, chart.user_id, "visits"):
        return
    body = templates.about_visit(chart.language, purpose, practice=view.practice, phone=view.practice_phone,
                                 starts_at=view.starts_at, zone=view.zone)
    outbox.queue_text(
        work, tenant_id=visit.tenant_id, urgency="now", kind=purpose.replace("_", "."), recipient=chart.mobile,
        body=body, dedupe_key=f"visit:{visit.id}:{visit.version}", user_id=chart.user_id, patient_id=chart.id, due_at=due_at,
        visit_id=visit.id, visit_version=visit.version,  # each version of a visit is told of once
    )


def take_back(work: Work, visit: Visit) -> None:
    """Before the cancelling of `visit` is undone: it is not told, and what still waits from before it will be true again."""
    _withdraw(work, visit, visit.version)
    work.session.execute(
        update(TextMessage)
        .where(col(TextMessage.tenant_id) == visit.tenant_id, col(TextMessage.visit_id) == visit.id,
               col(TextMessage.visit_version) == visit.version - 1, col(TextMessage.status) == "waiting")
        .values(visit_version=visit.version + 1)
    )


def holds(work: Work, message: TextMessage) -> bool:
    """Whether what a message tells of a visit is still so, however often it was sent again; True for a message about none.

    Just before sending, the database function `text_withheld` asks the same.
    """
    if message.visit_id is None:
        return not message.kind.startswith("visit.")
    visit = work.session.get(Visit, (message.tenant_id, message.visit_id))
    told = ("cancelled" if message.kind == "visit.cancelled" else "booked", message.visit_version)
    return visit is not None and (visit.status, visit.version) == told and visit.starts_at > clock.now()


def _withdraw(work: Work, visit: Visit, version: int) -> None:
    outbox.withdraw(work, tenant_id=visit.tenant_id, visit_id=visit.id, visit_version=version)

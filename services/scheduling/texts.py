"""What scheduling tells by text message: practice, day and time. Never the reason, never the clinician."""
from datetime import datetime

from models import Patient, TextMessage, Visit
from portal_app.core import clock
from portal_app.core.database import Work
from portal_app.core.ids import parse
from services import outbox
from services.accounts import contact
from services.messaging import templates
from services.scheduling.views import VisitView


def tell(work: Work, visit: Visit, view: VisitView, purpose: str, *, due_at: datetime | None = None,
         instead_of: int = 0) -> None:
    """Queues the message `text_messages.<purpose>` to the patient of `visit`; nobody without a mobile is told, nor who
    wants no text messages about visits.

    With `instead_of`, the message about that version of the visit is withdrawn if it still waits: it is no longer true.
    """
    if instead_of:
        outbox.withdraw(work, tenant_id=visit.tenant_id, dedupe_key=_key(visit, instead_of))
    chart = work.session.get(Patient, (visit.tenant_id, visit.patient_id))
    if chart is None or not chart.mobile or not contact.wants(work, chart.user_id, "visits"):
        return
    body = templates.about_visit(chart.language, purpose, practice=view.practice, phone=view.practice_phone,
                                 starts_at=view.starts_at, zone=view.zone)
    outbox.queue_text(
        work, tenant_id=visit.tenant_id, urgency="now", kind=purpose.replace("_", "."), recipient=chart.mobile,
        body=body, dedupe_key=_key(visit, visit.version), user_id=chart.user_id, patient_id=chart.id, due_at=due_at,
    )


def withdraw(work: Work, visit: Visit) -> None:
    """What the last change of `visit` would have told is not told."""
    outbox.withdraw(work, tenant_id=visit.tenant_id, dedupe_key=_key(visit, visit.version))


def holds(work: Work, message: TextMessage) -> bool:
    """Whether what a message tells of a visit is still so; True for a message about none."""
    _, _, told = message.dedupe_key.partition(":")
    if not message.kind.startswith("visit.") or ":" not in told:
        return True
    visit_id, version = told.split(":")[:2]
    visit = work.session.get(Visit, (message.tenant_id, parse(visit_id)))
    if visit is None or str(visit.version) != version:
        return False
    return visit.status == ("cancelled" if message.kind == "visit.cancelled" else "booked") and visit.starts_at > clock.now()


def _key(visit: Visit, version: int) -> str:
    """Each version of a visit is told of once."""
    return f"visit:{visit.id}:{version}"

"""The append-only record of who did what, written in the transaction of the deed itself."""
from typing import Any
from uuid import UUID

from models import AuditEvent
from portal_app.core import clock, transaction_id
from portal_app.core.actor import PLATFORM
from portal_app.core.database import Work


def record(work: Work, action: str, *, tenant_id: UUID, patient_id: UUID | None = None,
           subject_id: UUID | None = None, user_id: UUID | None = None, **details: Any) -> None:
    """Appends one event. `details` may hold ids, times and counts; never names or health information."""
    actor = work.actor or PLATFORM
    work.session.add(AuditEvent(
        tenant_id=tenant_id, at=clock.now(), user_id=user_id or actor.user_id, role=actor.role, patient_id=patient_id,
        action=action, subject_id=subject_id, details=details, transaction_id=transaction_id.current(),
    ))

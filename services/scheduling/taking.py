"""Rows that take a clinician's time: put in and let go. The database's exclusion constraint decides who wins."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from models import Patient, Visit
from portal_app.core.database import Work
from portal_app.core.ids import new_id
from services.scheduling import supply
from services.scheduling.supply import Demand


def put_hold(work: Work, chart: Patient, demand: Demand, starts_at: datetime, until: datetime) -> Visit | None:
    """A hold until `until`, or None where the time is gone: nobody waits in a lock to be told so."""
    clinician = demand.hours[0][1]
    begins, ends = supply.occupied(demand.visit_type, starts_at)
    let_go_expired(work, chart.tenant_id, clinician.id, begins, ends, demand.now)
    row = insert(Visit).values(
        tenant_id=chart.tenant_id, id=new_id(), created_at=demand.now, patient_id=chart.id, clinician_id=clinician.id,
        location_id=demand.location.id, visit_type_id=demand.visit_type.id, status="held", starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=demand.visit_type.minutes), occupied_from=begins, occupied_to=ends,
        overbooked=False, hold_expires_at=until, moves_id=demand.moves.id if demand.moves else None,
        cancel_reason="", cancel_note="", version=1,
    ).on_conflict_do_nothing().returning(Visit)
    return work.session.execute(row).scalar_one_or_none()


def let_go(work: Work, *of: Any) -> None:
    """Deletes the holds that `of` describes."""
    work.session.execute(delete(Visit).where(col(Visit.status) == "held", *of), execution_options={"synchronize_session": False})


def let_go_expired(work: Work, tenant_id: UUID, clinician_id: UUID, begins: datetime, ends: datetime, now: datetime) -> None:
    """Deletes the holds of a clinician that ran out and stand in the way of a stretch of time."""
    # The bounds on `starts_at` are the index's: nothing lasts longer than a day.
    let_go(work, Visit.tenant_id == tenant_id, Visit.clinician_id == clinician_id,
           Visit.starts_at >= begins - timedelta(days=1), Visit.starts_at < ends,
           Visit.occupied_from < ends, Visit.occupied_to > begins, col(Visit.hold_expires_at) <= now)

"""Rows that take a clinician's time: put in and let go. The database's exclusion constraint decides who wins."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, or_, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from models import Patient, Visit
from portal_app.core.database import Work
from portal_app.core.ids import new_id
from services.scheduling import supply
from services.scheduling.supply import Demand


def put_hold(work: Work, chart: Patient, demand: Demand, starts_at: datetime, until: datetime) -> Visit | None:
    """A hold until `until` in place of the chart's other holds, or None where the time is gone: nobody waits in a lock to
    be told so."""
    clinician = demand.hours[0][1]
    begins, ends = supply.occupied(demand.visit_type, starts_at)
    own = and_(col(Visit.tenant_id) == chart.tenant_id, col(Visit.patient_id) == chart.id)
    let_go(work, or_(own, expired(chart.tenant_id, clinician.id, begins, ends, demand.now)))
    row = insert(Visit).values(
        tenant_id=chart.tenant_id, id=new_id(), created_at=demand.now, patient_id=chart.id, clinician_id=clinician.id,
        location_id=demand.location.id, visit_type_id=demand.visit_type.id, status="held", starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=demand.visit_type.minutes), occupied_from=begins, occupied_to=ends,
        overbooked=False, hold_expires_at=until, moves_id=demand.moves.id if demand.moves else None,
        cancel_reason="", cancel_note="", version=1,
    ).on_conflict_do_nothing().returning(Visit)
    return work.session.execute(row).scalar_one_or_none()


def let_go(work: Work, of: Any) -> None:
    """Deletes the holds that `of` describes: all of a transaction in one call, locked in one order, so that two who let go of
    the same holds never wait for each other in a circle."""
    key = (col(Visit.tenant_id), col(Visit.id))
    gone = select(*key).where(Visit.status == "held", of).order_by(*key).with_for_update()
    work.session.execute(delete(Visit).where(tuple_(*key).in_(gone)), execution_options={"synchronize_session": False})


def expired(tenant_id: UUID, clinician_id: UUID, begins: datetime, ends: datetime, now: datetime) -> Any:
    """The holds of a clinician that ran out and stand in the way of a stretch of time."""
    # The bounds on `starts_at` are the index's: nothing lasts longer than a day.
    return and_(
        col(Visit.tenant_id) == tenant_id, col(Visit.clinician_id) == clinician_id,
        col(Visit.starts_at) >= begins - timedelta(days=1), col(Visit.starts_at) < ends,
        col(Visit.occupied_from) < ends, col(Visit.occupied_to) > begins, col(Visit.hold_expires_at) <= now)

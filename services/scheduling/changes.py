"""Changing a visit: moving it, cancelling it, and taking the cancelling back."""
from datetime import datetime
from typing import Any

from sqlalchemy import and_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from models import Visit
from models.scheduling import CANCEL_REASONS
from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import Work, begun_again, unit_of_work
from portal_app.core.errors import Conflict, HoldExpired, Invalid, NotFound
from portal_app.core.ids import parse
from services import access, audit
from services.scheduling import holds, reading, rules, taking, texts
from services.scheduling.views import VisitView

LONGEST_NOTE = 500
_OF_TIME = ("clinician_id", "location_id", "starts_at", "ends_at", "occupied_from", "occupied_to", "overbooked")
"""What a visit takes over from the hold it is moved with."""


@begun_again
def move(actor: Actor, *, visit_id: str, hold_id: str, version: int) -> VisitView:
    """Gives the visit the time that is held for it; until then it keeps its own.

    `version` is that of the visit the person saw. Moving with the same hold again answers the visit and sends nothing.
    Raises HoldExpired; Conflict where the visit has changed or it is too late; AlreadyCancelled; NotFound.
    """
    with unit_of_work(actor) as work:
        row, old = rules.visit_to_change(work, actor, visit_id)
        if row.moved_by == parse(hold_id):
            return old
        rules.require_movable(old)
        rules.require_unchanged(row, version)
        held = holds.hold_for(work, actor, hold_id)
        if held.moves_id != row.id:
            raise HoldExpired
        _swap(work, row, held)
        _record(work, row, "visit.moved", was=old.starts_at.isoformat(), now=row.starts_at.isoformat())
        view = reading.view_of(work, actor, row)
        texts.tell(work, row, view, "visit_moved", instead_of=version)
        return view


def _swap(work: Work, row: Visit, held: Visit) -> None:
    work.session.delete(held)
    work.session.flush()
    for name in _OF_TIME:
        setattr(row, name, getattr(held, name))
    row.moved_by, row.version = held.id, row.version + 1


def cancel(actor: Actor, *, visit_id: str, version: int, reason: str = "", note: str = "") -> VisitView:
    """Cancels the actor's own visit and frees its time at once.

    `version` is that of the visit the person saw, `reason` one of `CANCEL_REASONS` or empty, `note` their own words, 500
    signs at most. Raises AlreadyCancelled; Conflict where the visit has changed or it is too late to cancel online;
    NotFound.
    """
    if len(note) > LONGEST_NOTE:
        raise Invalid("cancel.note_too_long", field="note")
    if reason and reason not in CANCEL_REASONS:
        raise Invalid(field="reason")
    with unit_of_work(actor) as work:
        row, view = rules.visit_to_change(work, actor, visit_id)
        rules.require_cancellable(view)
        rules.require_unchanged(row, version)
        taking.let_go(work, and_(col(Visit.tenant_id) == row.tenant_id, col(Visit.moves_id) == row.id))
        row.status, row.cancelled_at, row.version = "cancelled", clock.now(), row.version + 1
        row.cancelled_by, row.cancel_reason, row.cancel_note = actor.user_id, reason, note.strip()
        _record(work, row, "visit.cancelled")
        view = reading.view_of(work, actor, row)
        texts.tell(work, row, view, "visit_cancelled", due_at=view.undo_until)
        return view


@begun_again
def undo_cancel(actor: Actor, *, visit_id: str, version: int) -> VisitView:
    """Brings the visit back at its time, if nobody has taken that meanwhile; nobody is told that it was cancelled.

    `version` is that of the visit as it was cancelled. Twice is once. Raises Conflict where it has changed since, someone
    else cancelled it, nobody knows who did, it is too late or the time is gone; NotFound.
    """
    try:
        with unit_of_work(actor) as work:
            return _restore(work, actor, visit_id, version)
    except IntegrityError as clash:
        if getattr(clash.orig, "pgcode", "") != EXCLUDED:
            raise
        raise Conflict("errors.undo_taken") from None


EXCLUDED = "23P01"
"""Postgres' code for an exclusion constraint that refused (exclusion_violation)."""


def _restore(work: Work, actor: Actor, visit_id: str, version: int) -> VisitView:
    row = access.visit_for(work, actor, visit_id, lock=True)
    view = reading.view_of(work, actor, row)
    if row.status == "held":
        raise NotFound
    if row.status == "booked" and row.version == version + 1:  # what follows a cancel is its undoing alone
        return view
    rules.require_unchanged(row, version)
    if row.cancelled_by is None or row.cancelled_by != actor.user_id:
        raise Conflict("errors.undo_not_own", phone=view.practice_phone)
    if not _may_be_undone(view, clock.now()):
        raise Conflict("errors.undo_late")
    taking.let_go(work, taking.expired(row.tenant_id, row.clinician_id, row.occupied_from, row.occupied_to, clock.now()))
    texts.take_back(work, row)
    row.status, row.cancelled_at, row.cancelled_by, row.cancel_reason, row.cancel_note = "booked", None, None, "", ""
    row.version += 1
    _record(work, row, "visit.restored")
    return reading.view_of(work, actor, row)


def _may_be_undone(view: VisitView, now: datetime) -> bool:
    return view.undo_until is not None and now < view.undo_until


def _record(work: Work, row: Visit, action: str, **details: Any) -> None:
    audit.record(work, action, tenant_id=row.tenant_id, patient_id=row.patient_id, subject_id=row.id, **details)
    if work.actor:
        work.tell(f"visits:{work.actor.user_id}", str(row.id))

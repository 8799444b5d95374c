"""Supply (schedules, visit types) and demand (holds and visits). There is no table of free times: they are computed."""
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field

from models.base import TenantRow, moment, of_practice, within_tenant

CANCEL_REASONS = ("time", "better", "elsewhere", "travel", "cost", "other")
STATUSES = ("held", "booked", "cancelled", "arrived", "done", "no_show")


class VisitType(TenantRow, table=True):
    """A reason for a visit. Lengths, buffers and notice in minutes, the horizon in days."""

    __tablename__ = "visit_type"
    __table_args__ = (of_practice(),)
    name: str
    description: str
    preparation: str = ""
    minutes: int
    buffer_before: int = 0
    buffer_after: int = 0
    step: int = 20
    """Minutes between the starts that are offered."""
    notice: int = 120
    horizon: int = 90
    patients_may_book: bool = True


class Schedule(TenantRow, table=True):
    """A clinician's weekly hours at a location, in that location's wall-clock time. `weekday`: Monday is 0."""

    __table_args__ = (
        of_practice(), within_tenant("clinician_id", "clinician"), within_tenant("location_id", "location"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens < closes", name="hours"),
        Index("ix_schedule_tenant_id_location_id_clinician_id", "tenant_id", "location_id", "clinician_id"),
    )
    clinician_id: UUID
    location_id: UUID
    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None


class Visit(TenantRow, table=True):
    """A time that is taken: while someone decides (`held`), then as a visit.

    `occupied_from`/`occupied_to` include the buffers. No two rows of a clinician that take time may overlap,
    unless staff overbooked on purpose; the database itself refuses it. A hold that is to move a visit (`moves_id`) may
    overlap that visit alone: the old time is kept until the new one is sure.

    `version` goes up with every change; `moved_by` is the hold it was moved with last, so that confirming that one
    again changes nothing. `cancel_reason` is one of `CANCEL_REASONS` or empty, `cancel_note` the person's own words.
    """

    __table_args__ = (
        of_practice(), within_tenant("patient_id", "patient"), within_tenant("clinician_id", "clinician"),
        within_tenant("location_id", "location"), within_tenant("visit_type_id", "visit_type"),
        within_tenant("moves_id", "visit"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint("starts_at < ends_at AND occupied_from <= starts_at AND ends_at <= occupied_to", name="times"),
        CheckConstraint("(status = 'held') = (hold_expires_at IS NOT NULL)", name="hold"),
        CheckConstraint("moves_id IS NULL OR status = 'held'", name="moves"),
        CheckConstraint(f"cancel_reason IN {('', *CANCEL_REASONS)}", name="cancel_reason"),
        ExcludeConstraint(
            ("tenant_id", "="), ("clinician_id", "="), (text("tstzrange(occupied_from, occupied_to)"), "&&"),
            (text("coalesce(moves_id, id)"), "<>"),
            where=text("status IN ('held', 'booked', 'arrived', 'done') AND NOT overbooked"),
            using="gist", name="ex_visit_no_double_booking",
        ),
        Index("ix_visit_tenant_id_patient_id_starts_at", "tenant_id", "patient_id", "starts_at", "id"),
        Index("ix_visit_tenant_id_clinician_id_starts_at", "tenant_id", "clinician_id", "starts_at"),
        Index("ix_visit_tenant_id_starts_at", "tenant_id", "starts_at", "id"),
        # Past all practices, for what has run out and for a clock that was wrong.
        Index("ix_visit_hold_expires_at", "hold_expires_at", postgresql_where=text("status = 'held'")),
        Index("ix_visit_cancelled_at", "cancelled_at", postgresql_where=text("status = 'cancelled'")),
        Index("ix_visit_tenant_id_moves_id", "tenant_id", "moves_id", postgresql_where=text("moves_id IS NOT NULL")),
    )
    patient_id: UUID
    clinician_id: UUID
    location_id: UUID
    visit_type_id: UUID
    status: str
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    occupied_from: datetime = moment()
    occupied_to: datetime = moment()
    overbooked: bool = False
    hold_expires_at: datetime | None = moment(default=None)
    moves_id: UUID | None = None
    moved_by: UUID | None = None
    booked_at: datetime | None = moment(default=None)
    cancelled_at: datetime | None = moment(default=None)
    cancel_reason: str = ""
    cancel_note: str = Field(default="", sa_column_kwargs={"server_default": ""})
    cancelled_by: UUID | None = None
    """The user who cancelled it: they alone may take that back."""
    version: int = Field(default=1)
    confirmed_version: int | None = None
    """The version that the patient has said they come to."""

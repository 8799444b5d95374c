"""Organization (corporate client) → practice (tenant) → location, and the people who work there."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Integer
from sqlmodel import Field, SQLModel

from models.base import TenantRow, moment, of_practice
from portal_app.core.clock import now
from portal_app.core.ids import new_id

ROLES = ("front_desk", "clinician", "biller", "practice_admin", "organization_admin", "operator")


REMINDER_HOURS = (168, 72, 48, 24, 4, 2, 1)
"""How many hours before a visit a practice may have its patients reminded."""


class Organization(SQLModel, table=True):
    """A corporate client: one contract, many practices."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    created_at: datetime = moment(default_factory=now)


class Practice(SQLModel, table=True):
    """A tenant. Its id is the `tenant_id` of everything that belongs to it."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    name: str
    phone: str
    cancel_notice_minutes: int = 240
    """How long before a visit the patient may still cancel or move it online, in minutes."""
    reminder_hours: list[int] = Field(default_factory=lambda: [168, 24, 2], sa_type=ARRAY(Integer))
    """How many hours before a visit its patient is reminded; whole days go by the wall clock."""
    created_at: datetime = moment(default_factory=now)


class Location(TenantRow, table=True):
    """Where visits take place. `zone` is an IANA time zone: every time is told in it.

    `directions` says in plain words how to get in and where to park.
    """

    __table_args__ = (of_practice(),)
    name: str
    street: str
    city: str
    state: str
    postal_code: str
    zone: str
    directions: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Clinician(TenantRow, table=True):
    __table_args__ = (of_practice(), Index("ix_clinician_user_id", "user_id"))
    name: str
    specialty: str
    user_id: UUID | None = Field(default=None, foreign_key="users.id")


class StaffMember(TenantRow, table=True):
    """A user's role in one practice."""

    __tablename__ = "staff_member"
    __table_args__ = (
        of_practice(),
        CheckConstraint(f"role IN {ROLES}", name="role"),
        Index("uq_staff_member_user_id_tenant_id_role", "user_id", "tenant_id", "role", unique=True),
    )
    user_id: UUID = Field(foreign_key="users.id")
    role: str
    suspended_at: datetime | None = moment(default=None)

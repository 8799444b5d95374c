"""A person's chart at one practice. The same user may have charts at several."""
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import TenantRow, moment, of_practice


class Patient(TenantRow, table=True):
    """`mobile` is E.164, the contact on file; `user_id` is set once the person has signed up. `zone` is where they live, an
    IANA time zone; "" is unknown, and then the place of the visit counts. `invited_at` is when they were last invited to make
    an account."""

    __table_args__ = (
        of_practice(), Index("uq_patient_user_id_tenant_id", "user_id", "tenant_id", unique=True),
        # Who asks to be invited.
        Index("ix_patient_without_account", "mobile", "birth_date", postgresql_where=text("user_id IS NULL")),
        # Whom to invite, in the order in which that is done.
        Index("ix_patient_to_invite", "tenant_id", "id", "birth_date",
              postgresql_where=text("user_id IS NULL AND invited_at IS NULL AND mobile <> ''")),
    )
    user_id: UUID | None = Field(default=None, foreign_key="users.id")
    given_name: str
    family_name: str
    birth_date: date
    mobile: str = ""
    email: str = ""
    language: str = "en"
    zone: str = ""
    invited_at: datetime | None = moment(default=None)

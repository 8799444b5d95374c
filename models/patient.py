"""A person's chart at one practice. The same user may have charts at several."""
from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from models.base import TenantRow, of_practice


class Patient(TenantRow, table=True):
    """`mobile` is E.164, the contact on file; `user_id` is set once the person has signed up. `zone` is where they live, an
    IANA time zone; "" is unknown, and then the place of the visit counts."""

    __table_args__ = (of_practice(), Index("uq_patient_user_id_tenant_id", "user_id", "tenant_id", unique=True))
    user_id: UUID | None = Field(default=None, foreign_key="users.id")
    given_name: str
    family_name: str
    birth_date: date
    mobile: str = ""
    email: str = ""
    language: str = "en"
    zone: str = ""

"""Who may be sent text messages: a ledger by mobile number, and what people wrote back. Reached only through functions."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index
from sqlmodel import Field, SQLModel

from models.base import moment
from portal_app.core.clock import now
from portal_app.core.ids import new_id

PURPOSES = ("code", "care", "news")
SOURCES = ("reply", "provider", "portal", "practice")


class ConsentEvent(SQLModel, table=True):
    """A number's owner allowed or stopped messages of one purpose. Never changed; of a purpose the last one by `number` holds,
    which the database gives them in turn.

    `code`: sign-in codes; `care`: visits and results; `news`: anything else. `wording` is what was written or agreed to,
    or the provider's error code.
    """

    __tablename__ = "consent_event"
    __table_args__ = (
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        CheckConstraint(f"source IN {SOURCES}", name="source"),
        Index("ix_consent_event_mobile_purpose_number", "mobile", "purpose", "number"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    mobile: str
    purpose: str
    allowed: bool
    source: str
    wording: str
    at: datetime = moment(default_factory=now)
    transaction_id: str


class TextReply(SQLModel, table=True):
    """A text message that somebody sent us, by the provider's id, so that none is acted on twice. Its words aren't kept."""

    __tablename__ = "text_reply"
    sid: str = Field(primary_key=True)
    mobile: str = Field(index=True)
    meaning: str
    at: datetime = moment(default_factory=now, index=True)


class UnreachableMobile(SQLModel, table=True):
    """A number that the provider can't reach, such as a landline, until a message to it arrives."""

    __tablename__ = "unreachable_mobile"
    mobile: str = Field(primary_key=True)
    error_code: int
    since: datetime = moment(default_factory=now)


class ReminderSweep(SQLModel, table=True):
    """Up to which moment reminders have been made. One row."""

    __tablename__ = "reminder_sweep"
    id: int = Field(primary_key=True)
    swept_to: datetime = moment()

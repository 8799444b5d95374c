"""How text messages went, counted by the minute, so that no screen ever counts the outbox itself."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.base import moment, of_practice
from models.text_message import URGENCIES


class TextFigure(SQLModel, table=True):
    """One class over a stretch of time: a quarter of an hour of a practice's messages, or a minute of all practices' together,
    in the platform's own rows.

    `relay` maps a bucket (`services.messaging.relay`) to how many messages took so long from being due until the provider had
    them; `late` of those took longer than their class's target. `ended` maps `status cause` to how many were given up;
    `repeats` were asked for again and not sent again. `waiting` is how many were due and not yet sent, `later` how many were
    not due yet, when the minute began; practices' rows have neither.
    """

    __tablename__ = "text_figure"
    __table_args__ = (
        of_practice(),
        CheckConstraint(f"urgency IN {URGENCIES}", name="urgency"),
        Index("ix_text_figure_starts_at", "starts_at"),
    )
    tenant_id: UUID = Field(primary_key=True)
    urgency: str = Field(primary_key=True)
    starts_at: datetime = moment(primary_key=True)
    relay: dict[str, int] = Field(default_factory=dict, sa_type=JSONB)
    late: int = 0
    ended: dict[str, int] = Field(default_factory=dict, sa_type=JSONB)
    repeats: int = 0
    waiting: int | None = None
    later: int | None = None

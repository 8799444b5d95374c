"""The last moment anyone saw: a clock that is set back is noticed by it."""
from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.base import moment


class ClockMark(SQLModel, table=True):
    """One row, moved on every few seconds by `clock_seen`, and back by `clock_mended` alone."""

    __tablename__ = "clock_mark"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)
    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = moment()

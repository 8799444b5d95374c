"""What tables share: names of constraints, aware timestamps, and the key that begins with the tenant."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from portal_app.core.clock import now
from portal_app.core.ids import new_id

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def moment(**options: Any) -> Any:
    """A timestamp with time zone."""
    return Field(sa_type=DateTime(timezone=True), **options)


class TenantRow(SQLModel):
    """A row that belongs to one practice: its key begins with it, and row-level security goes by it."""

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = moment(default_factory=now)


def within_tenant(column: str, table: str) -> ForeignKeyConstraint:
    """A reference that cannot leave the practice."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def of_practice() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id"], ["practice.id"])

"""Invitations to make an account: a code for one chart, and the campaigns that send many of them by text message."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text

from models.base import TenantRow, moment, of_practice, within_tenant

CAMPAIGN_STATUSES = ("running", "paused", "stopped", "done")
AUDIENCES = ("all", "coming")


class Campaign(TenantRow, table=True):
    """Invitations to many patients of a practice: `audience` is all of them, or those with a visit coming up. `people` is how
    many there were to invite as it began, `invited` how many have been so far, `joined` how many of these have an account
    by now. A practice has one at a time that is running or paused.
    """

    __table_args__ = (
        of_practice(),
        CheckConstraint(f"status IN {CAMPAIGN_STATUSES}", name="status"),
        CheckConstraint(f"audience IN {AUDIENCES}", name="audience"),
        Index("uq_campaign_open", "tenant_id", unique=True, postgresql_where=text("status IN ('running', 'paused')")),
        Index("ix_campaign_running", "tenant_id", postgresql_where=text("status = 'running'")),
    )
    audience: str
    status: str = "running"
    people: int
    invited: int = 0
    joined: int = 0
    ended_at: datetime | None = moment(default=None)


class Invitation(TenantRow, table=True):
    """One code for one chart, kept as a hash. `tries` counts the dates of birth that were given with it; it is closed when it
    or another one for the chart was used, and when it was taken back.
    """

    __table_args__ = (
        of_practice(), within_tenant("patient_id", "patient"), within_tenant("campaign_id", "campaign"),
        Index("uq_invitation_code_hash", "code_hash", unique=True),
        Index("ix_invitation_tenant_id_patient_id", "tenant_id", "patient_id"),
    )
    patient_id: UUID
    campaign_id: UUID | None = None
    code_hash: str
    expires_at: datetime = moment()
    tries: int = 0
    used_at: datetime | None = moment(default=None)
    closed_at: datetime | None = moment(default=None)

"""Handing a campaign's invitations to the outbox, a few ahead of their turn, in transactions of their own."""
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from models import Campaign, Invitation, Patient, Practice
from portal_app.core import clock, log, transaction_id
from portal_app.core.actor import Actor
from portal_app.core.database import Work, pump_work, unit_of_work
from portal_app.core.ids import new_id
from services import outbox
from services.messaging import quiet_hours, templates
from services.onboarding import inviting
from services.onboarding.campaigns import tell
from services.onboarding.codes import hash_of, new_code

logger = log.get(__name__)
AHEAD = 512
"""Invitations of a practice that may wait in the outbox at once."""


def feed() -> int:
    """Hands the next invitations of each running campaign to the outbox; answers how many."""
    with pump_work() as work:
        practices = list(work.session.execute(text("SELECT campaigns_running()")).scalars())
    return sum(_feed_alone(practice) for practice in practices)


def _feed_alone(tenant_id: UUID) -> int:
    """What is wrong at one practice keeps no other waiting."""
    try:
        return _feed(tenant_id)
    except Exception:
        logger.exception("campaign not fed", extra={"tenant": str(tenant_id)})
        return 0


def _feed(tenant_id: UUID) -> int:
    with transaction_id.use(), unit_of_work(Actor(None, (tenant_id,))) as work:
        running = select(Campaign).where(Campaign.tenant_id == tenant_id, Campaign.status == "running")
        campaign = work.session.exec(running.with_for_update(skip_locked=True)).first()
        if campaign is None:
            return 0
        waiting = inviting.waiting(work, tenant_id)
        people = work.session.exec(
            inviting.to_invite(select(Patient), tenant_id, campaign.audience).order_by(col(Patient.id))
            .limit(AHEAD - waiting).with_for_update(skip_locked=True)).all() if waiting < AHEAD else []
        _invite(work, campaign, people)
        if not people and not waiting:
            campaign.status, campaign.ended_at = "done", clock.now()
            tell(work, campaign, "campaign.done")
        elif people:
            work.tell(inviting.topic(str(tenant_id)))
    return len(people)


def _invite(work: Work, campaign: Campaign, people: Sequence[Patient]) -> None:
    if not people:
        return
    now, practice = clock.now(), work.session.get_one(Practice, campaign.tenant_id)
    zone = inviting.zone_of(work, campaign.tenant_id)
    for person in people:
        code = new_code()
        work.session.add(Invitation(
            tenant_id=campaign.tenant_id, id=(id := new_id()), patient_id=person.id, campaign_id=campaign.id,
            code_hash=hash_of(code), expires_at=now + inviting.LIFETIME))
        body = templates.invitation(person.language, practice=practice.name, link=inviting.link_of(code))
        outbox.queue_text(
            work, tenant_id=campaign.tenant_id, urgency="bulk", kind=inviting.KIND, recipient=person.mobile, body=body,
            dedupe_key=f"{inviting.KIND}:{id}", patient_id=person.id, due_at=quiet_hours.due(now, person.zone or zone, "bulk"),
            zone=person.zone or zone)
        person.invited_at = now
    campaign.invited += len(people)

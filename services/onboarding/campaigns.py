"""Inviting many patients of a practice by text message: counted before, watched while it runs, paused and stopped at any time.

Nobody is handed to the outbox long before their turn, so a pause holds at once: what still waits is taken back.
"""
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from models import Campaign, Patient
from models.invitation import AUDIENCES
from portal_app.core import clock, phone_alphabet
from portal_app.core.actor import Actor
from portal_app.core.database import Work, begun_again, unit_of_work
from portal_app.core.errors import Conflict, Invalid
from portal_app.core.ids import new_id
from portal_app.core.settings import settings
from services import access, audit
from services.messaging import quiet_hours, templates
from services.onboarding import inviting

USUAL_RATE = 200
"""Messages a second where the carrier sets no limit: what one small machine does, see docs/benchmarks.md."""
KEPT = 5
"""Ended campaigns that are shown."""
PERMISSION = "invitations.send"

TAKE_BACK = text("""
WITH waiting AS (
  SELECT tenant_id, id FROM text_message
   WHERE tenant_id = :tenant AND urgency = 'bulk' AND kind = 'invitation' AND status = 'waiting' FOR UPDATE SKIP LOCKED),
back AS (
  UPDATE text_message m SET status = 'cancelled', body = '' FROM waiting w WHERE m.tenant_id = w.tenant_id AND m.id = w.id
  RETURNING m.patient_id),
closed AS (
  UPDATE invitation i SET closed_at = :at FROM back
   WHERE i.tenant_id = :tenant AND i.patient_id = back.patient_id AND i.campaign_id = :campaign
     AND i.closed_at IS NULL RETURNING i.patient_id)
UPDATE patient p SET invited_at = NULL FROM closed WHERE p.tenant_id = :tenant AND p.id = closed.patient_id
""")


@dataclass(frozen=True, slots=True)
class CampaignView:
    """`sent` have been handed to the carrier, or found to take no texts; times as in `models.Campaign`."""

    id: str
    audience: str
    status: str
    people: int
    sent: int
    joined: int
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """An audience: how many `people` it has, and how long inviting them takes, in seconds."""

    audience: str
    people: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What may be sent and what has been. `body` is the message with a made-up code, `segments` its parts, each paid for;
    `waits_until` is the end of the night where it is night at the practice; `practices` are ids and names to choose from."""

    practice_id: str
    practice: str
    zone: str
    practices: list[tuple[str, str]]
    choices: list[Choice]
    body: str
    segments: int
    waits_until: datetime | None
    open: CampaignView | None
    ended: list[CampaignView]


def overview(actor: Actor, practice_id: str = "") -> Overview:
    """Of one of the practices that the actor may invite for, the first one unless said. Raises NotAllowed, NotFound."""
    access.practices_where(actor, PERMISSION)
    with unit_of_work(actor) as work:
        practice, practices = access.practices_to_choose(work, actor, PERMISSION, practice_id)
        zone, now = inviting.zone_of(work, practice.id), clock.now()
        found = work.session.exec(
            select(Campaign).where(Campaign.tenant_id == practice.id).order_by(col(Campaign.id).desc()).limit(KEPT + 1)).all()
        open_one = next((one for one in found if one.status in ("running", "paused")), None)
        choices = [] if open_one else [_choice(work, practice.id, audience) for audience in AUDIENCES]
        body = templates.invitation("en", practice=practice.name, link=inviting.link_of("0" * 10))
        due = quiet_hours.due(now, zone, "bulk")
        return Overview(
            str(practice.id), practice.name, zone, practices, choices, body,
            phone_alphabet.segments(body), due if due > now else None, _view(work, open_one) if open_one else None,
            [_view(work, one) for one in found if one is not open_one][:KEPT])


def start(actor: Actor, *, practice_id: str, audience: str) -> None:
    """Begins to invite. Raises NotFound for another's practice, Invalid where there is nobody to invite, and Conflict where
    a campaign is under way.
    """
    tenant_id = access.practice_where(actor, PERMISSION, practice_id)
    if audience not in AUDIENCES:
        raise Invalid
    try:
        with unit_of_work(actor) as work:
            people = _count(work, tenant_id, audience)
            if not people:
                raise Invalid("campaign.nobody")
            campaign = Campaign(tenant_id=tenant_id, id=new_id(), audience=audience, people=people)
            work.session.add(campaign)
            work.session.flush()
            tell(work, campaign, "campaign.started")
    except IntegrityError as error:
        raise Conflict("campaign.under_way") from error


@begun_again
def pause(actor: Actor, *, practice_id: str) -> None:
    """Holds it: what has not been sent waits until it is resumed. Raises NotFound, Conflict where none runs."""
    _change(actor, practice_id, "running", "paused")


def resume(actor: Actor, *, practice_id: str) -> None:
    """Goes on with it. Raises NotFound, Conflict where none is paused."""
    _change(actor, practice_id, "paused", "running")


@begun_again
def stop(actor: Actor, *, practice_id: str) -> None:
    """Ends it: who was not invited yet can be later. Raises NotFound, Conflict where none is under way."""
    _change(actor, practice_id, ("running", "paused"), "stopped")


def _change(actor: Actor, practice_id: str, before: str | tuple[str, ...], after: str) -> None:
    tenant_id, statuses = access.practice_where(actor, PERMISSION, practice_id), (before,) if isinstance(before, str) else before
    with unit_of_work(actor) as work:
        wanted = select(Campaign).where(Campaign.tenant_id == tenant_id, col(Campaign.status).in_(statuses))
        campaign = work.session.exec(wanted.with_for_update()).first()
        if campaign is None:
            raise Conflict("campaign.changed_meanwhile")
        campaign.status = after
        if after != "running":
            taken = work.session.execute(TAKE_BACK, {"tenant": tenant_id, "campaign": campaign.id, "at": clock.now()})
            campaign.invited -= taken.rowcount  # type: ignore[attr-defined]
        if after == "stopped":
            campaign.ended_at = clock.now()
        tell(work, campaign, f"campaign.{after}")


def tell(work: Work, campaign: Campaign, action: str) -> None:
    """Records what became of a campaign, and wakes the screens that show it."""
    audit.record(work, action, tenant_id=campaign.tenant_id, subject_id=campaign.id, people=campaign.people,
                 invited=campaign.invited)
    work.tell(inviting.topic(str(campaign.tenant_id)))


def _count(work: Work, tenant_id: UUID, audience: str) -> int:
    return work.session.exec(inviting.to_invite(select(func.count()).select_from(Patient), tenant_id, audience)).one()


def _choice(work: Work, tenant_id: UUID, audience: str) -> Choice:
    people = _count(work, tenant_id, audience)
    return Choice(audience, people, round(people / (settings().sms_per_second or USUAL_RATE)))


def _view(work: Work, campaign: Campaign) -> CampaignView:
    waiting = inviting.waiting(work, campaign.tenant_id) if campaign.status == "running" else 0
    return CampaignView(str(campaign.id), campaign.audience, campaign.status, campaign.people, max(0, campaign.invited - waiting),
                        campaign.joined, campaign.created_at, campaign.ended_at)

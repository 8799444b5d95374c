"""When a practice's patients are reminded of their visits."""
from collections.abc import Collection
from dataclasses import dataclass

from models import Practice
from models.practice import REMINDER_HOURS
from portal_app.core.actor import Actor
from portal_app.core.database import unit_of_work
from portal_app.core.errors import Invalid
from services import access, audit

PERMISSION = "reminders.set"


@dataclass(frozen=True, slots=True)
class ReminderTimes:
    """`hours` before a visit, of those in `choices`; `practices` are ids and names to choose from."""

    practice_id: str
    practice: str
    practices: list[tuple[str, str]]
    hours: list[int]
    choices: tuple[int, ...] = REMINDER_HOURS


def reminder_times(actor: Actor, practice_id: str = "") -> ReminderTimes:
    """Of one of the practices where the actor may set them, the first one unless said. Raises NotAllowed, NotFound."""
    access.practices_where(actor, PERMISSION)
    with unit_of_work(actor) as work:
        practice, practices = access.practices_to_choose(work, actor, PERMISSION, practice_id)
        return ReminderTimes(str(practice.id), practice.name, practices, sorted(practice.reminder_hours, reverse=True))


def set_reminder_times(actor: Actor, *, practice_id: str, hours: Collection[int]) -> None:
    """From now on; nobody is reminded for a moment that has passed. Raises NotAllowed, NotFound, and Invalid for hours that are
    none of `REMINDER_HOURS`.
    """
    tenant_id = access.practice_where(actor, PERMISSION, practice_id)
    if not set(hours) <= set(REMINDER_HOURS):
        raise Invalid
    with unit_of_work(actor) as work:
        chosen = sorted(set(hours), reverse=True)
        work.session.get_one(Practice, tenant_id, with_for_update=True).reminder_hours = chosen
        audit.record(work, "reminders.set", tenant_id=tenant_id, hours=chosen)

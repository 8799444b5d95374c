"""What a patient may still change about a visit by themselves, asked by every deed before it is done."""
from models import Visit
from portal_app.core.actor import Actor
from portal_app.core.database import Work
from portal_app.core.errors import AlreadyCancelled, Conflict, NotFound
from services import access
from services.scheduling import reading
from services.scheduling.views import VisitView


def visit_to_change(work: Work, actor: Actor, visit_id: str, *, lock: bool = True) -> tuple[Visit, VisitView]:
    """A visit of the actor's own. Raises NotFound, for holds too, and AlreadyCancelled.

    Locked before any hold of the same chart, in every transaction: so none waits for another in a circle.
    """
    row = access.visit_for(work, actor, visit_id, lock=lock)
    if row.status == "held":
        raise NotFound
    if row.status == "cancelled":
        raise AlreadyCancelled
    return row, reading.view_of(work, actor, row)


def require_unchanged(row: Visit, version: int) -> None:
    """Raises Conflict where the visit is no longer what the person saw."""
    if row.version != version:
        raise Conflict


def require_cancellable(view: VisitView) -> None:
    if not view.can_cancel:
        raise Conflict("errors.change_too_late", phone=view.practice_phone)


def require_movable(view: VisitView) -> None:
    if not view.can_move:
        raise Conflict("errors.change_too_late", phone=view.practice_phone)

"""A person's visits: what is next, one of them, and all of them page by page."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import tuple_
from sqlmodel import col, select

from models import Location, Visit
from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import Work, unit_of_work
from portal_app.core.errors import Invalid, NotFound
from portal_app.core.ids import parse
from services import access
from services.scheduling import reading
from services.scheduling.views import Attention, HomeView, VisitPage, VisitView

PAGE, SOON = 10, 20
"""Visits on a page; visits that the home page looks at."""
UNKNOWN = ""
"""For who works for the platform and at no practice."""


def home(actor: Actor) -> HomeView:
    """The next visit, how many follow, and what waits for the person.

    The zone is the next visit's, else that of the person's first practice; "" for someone who belongs to none.
    """
    now = clock.now()
    alive = (col(Visit.hold_expires_at).is_(None)) | (col(Visit.hold_expires_at) > now)
    wanted = (
        reading.visits_of(actor)
        .where(Visit.ends_at > now, col(Visit.status).in_(("held", "booked", "arrived")), alive)
        .order_by(Visit.starts_at, Visit.id).limit(SOON)
    )
    if not actor.tenants:
        return HomeView(actor.called, now, UNKNOWN, None, 0, [])
    with unit_of_work(actor) as work:
        rows = work.session.exec(wanted).all() if actor.charts else []
        coming = reading.views(row for row in rows if row[0].status != "held")
        zone = coming[0].zone if coming else _own_zone(work, actor)
    waiting = [Attention("held", reading.view(*row), row[0].hold_expires_at, str(row[0].moves_id or ""))
               for row in rows if row[0].status == "held"]
    return HomeView(actor.called, now, zone, coming[0] if coming else None, len(coming[1:]), waiting)


def _own_zone(work: Work, actor: Actor) -> str:
    """The zone of the first practice where the person has a chart or works."""
    found = work.session.exec(
        select(Location.zone).where(Location.tenant_id == actor.tenants[0]).order_by(Location.name).limit(1)).first()
    return found or UNKNOWN


def visits(actor: Actor, *, past: bool, after: str | None = None) -> VisitPage:
    """Ten visits: coming ones soonest first, past and cancelled ones latest first; `after` is the last page's `next`."""
    if not actor.charts:
        return VisitPage([], None)
    key = tuple_(col(Visit.starts_at), col(Visit.id))
    wanted = reading.visits_of(actor)
    if past:
        wanted = wanted.where(
            col(Visit.status) != "held", (Visit.starts_at <= clock.now()) | (Visit.status == "cancelled"),
        ).order_by(col(Visit.starts_at).desc(), col(Visit.id).desc())
    else:
        wanted = wanted.where(Visit.starts_at > clock.now(), col(Visit.status).in_(("booked", "arrived"))
                              ).order_by(Visit.starts_at, Visit.id)
    if after:
        wanted = wanted.where(key < _cursor(after) if past else key > _cursor(after))
    with unit_of_work(actor) as work:
        found = reading.views(work.session.exec(wanted.limit(PAGE + 1)))
    following = f"{found[PAGE - 1].starts_at.isoformat()}|{found[PAGE - 1].id}" if len(found) > PAGE else None
    return VisitPage(found[:PAGE], following)


def _cursor(text: str) -> tuple[datetime, UUID]:
    try:
        moment, row_id = text.split("|")
        starts_at = datetime.fromisoformat(moment)
    except ValueError:
        raise Invalid from None
    if starts_at.tzinfo is None:
        raise Invalid
    return starts_at, parse(row_id)


def visit(actor: Actor, visit_id: str) -> VisitView:
    """One visit of the actor's own. Raises NotFound, for holds too."""
    with unit_of_work(actor) as work:
        row = access.visit_for(work, actor, visit_id)
        if row.status == "held":
            raise NotFound
        return reading.view_of(work, actor, row)

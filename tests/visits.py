"""Holds and visits that tests begin with, and how they look at what became of them."""
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from portal_app.core import clock
from portal_app.core.database import unscoped
from services import scheduling
from services.scheduling.views import HoldView, VisitView
from tests.cast import Cast, Person


def hold(cast: Cast, who: Person, at: datetime, **more: str) -> HoldView:
    """With Dr. Bea, unless `more` says otherwise."""
    return scheduling.hold(who.actor, **cast.clinic.wanted(who.actor.charts[0][1]) | more, starts_at=at)


def book(cast: Cast, who: Person, at: datetime, **more: str) -> VisitView:
    return scheduling.book(who.actor, hold_id=hold(cast, who, at, **more).id)


def rows(table: type, **where: object) -> list:
    with unscoped(reason="a test looks at rows") as work:
        return list(work.session.exec(select(table).filter_by(**where)))


def later(monkeypatch: pytest.MonkeyPatch, **time: float) -> None:
    """The clock stands still, so much later than now."""
    at = clock.now() + timedelta(**time)
    monkeypatch.setattr(clock, "now", lambda: at)


def move(who: Person, visit: VisitView, held: HoldView) -> VisitView:
    return scheduling.move(who.actor, visit_id=visit.id, hold_id=held.id, version=visit.version)


def cancel(who: Person, visit: VisitView, **why: str) -> VisitView:
    return scheduling.cancel(who.actor, visit_id=visit.id, version=visit.version, **why)


def undo(who: Person, visit: VisitView) -> VisitView:
    """Takes the cancel back that made the visit what it is."""
    return scheduling.undo_cancel(who.actor, visit_id=visit.id, version=visit.version)


def now(who: Person, visit: VisitView) -> VisitView:
    return scheduling.visit(who.actor, visit.id)


def nth(cast: Cast, number: int) -> datetime:
    """Times in the mornings of the coming weeks, twelve in each."""
    return cast.clinic.at(8 + number % 12 // 3, number % 3 * 20, days=7 * (1 + number // 12))

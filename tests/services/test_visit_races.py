"""Visits changed at the same moment: one wins, the others are told, and everyone keeps what they had."""
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from models import Visit
from portal_app.core import clock
from portal_app.core.database import DEADLOCK, begun_again, unscoped
from portal_app.core.errors import AppError, Conflict, HoldExpired, TimeTaken, Unavailable
from services import cleanup
from services.scheduling.views import VisitView
from tests.cast import Cast, make_patient
from tests.visits import book, cancel, hold, move, now, nth, rows, undo


def at_once(*deeds: Callable[[], object]) -> tuple[list[object], list[AppError]]:
    """Runs all of them at the same moment; answers what came of it, and who was refused. Anything else fails."""
    start, done, refused, faults = threading.Barrier(len(deeds)), [], [], []

    def run(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            done.append(deed())
        except AppError as refusal:
            refused.append(refusal)
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    return done, refused


def test_two_tabs_move_one_visit_to_two_times_and_it_has_one(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))

    def tab(at: datetime) -> VisitView:
        return move(cast.alice, visit, hold(cast, cast.alice, at, moves=visit.id))

    for minute in (0, 20, 40):
        times = [cast.clinic.at(hour, minute) for hour in (13, 14, 15, 16)]
        done, refused = at_once(*(lambda at=at: tab(at) for at in times))
        assert len(done) >= 1 and all(isinstance(one, HoldExpired | Conflict) for one in refused)
        (row,) = rows(Visit, tenant_id=cast.clinic.practice.id, status="booked")
        assert row.starts_at in [one.starts_at for one in done]
        visit = now(cast.alice, visit)


def test_moving_and_cancelling_at_once_leave_one_truth(cast: Cast):
    for number in range(6):
        visit = book(cast, cast.alice, cast.clinic.at(9, days=7 * (1 + number)))
        held = hold(cast, cast.alice, cast.clinic.at(14, days=7 * (1 + number)), moves=visit.id)
        done, refused = at_once(lambda v=visit, h=held: move(cast.alice, v, h), lambda v=visit: cancel(cast.alice, v),
                                lambda v=visit: hold(cast, cast.alice, cast.clinic.at(15), moves=v.id))
        kept = [one for one in done if isinstance(one, VisitView)]
        assert len(kept) == 1 and now(cast.alice, visit).status == kept[0].status, [type(one) for one in refused]
        assert now(cast.alice, visit).version == visit.version + 1


def test_undoing_against_who_takes_the_time_leaves_one_winner(cast: Cast):
    for number in range(6):
        at = cast.clinic.at(9, days=7 * (1 + number))
        visit = cancel(cast.alice, book(cast, cast.alice, at))
        done, refused = at_once(lambda v=visit: undo(cast.alice, v),
                                lambda at=at: book(cast, cast.pam, at))
        assert (len(done), len(refused)) == (1, 1), [(one.key, repr(one.__cause__)) for one in refused]
        assert not isinstance(refused[0], Unavailable), "neither waits for the other for ever"


def test_twenty_people_move_to_one_time_and_one_gets_it(cast: Cast):
    people = [make_patient(cast.clinic, f"Mover{number}") for number in range(20)]
    visits = [book(cast, who, nth(cast, number)) for number, who in enumerate(people)]
    at = cast.clinic.at(14)
    done, refused = at_once(*(
        lambda who=who, visit=visit: move(who, visit, hold(cast, who, at, moves=visit.id))
        for who, visit in zip(people, visits, strict=True)))
    assert len(done) == 1 and len(refused) == 19 and all(isinstance(one, TimeTaken) and one.nearest for one in refused)
    booked = rows(Visit, tenant_id=cast.clinic.practice.id, status="booked")
    assert sorted(row.starts_at for row in booked) == sorted(
        one.starts_at if str(one.id) != done[0].id else at for one in visits), "everyone else kept their time"
    assert rows(Visit, tenant_id=cast.clinic.practice.id, status="held") == []


def test_letting_go_of_each_others_expired_holds_at_once_ends_for_everybody(cast: Cast):
    """Each holds anew where the other's hold ran out, and lets go of its own, which the other lets go of too."""
    pairs = [(make_patient(cast.clinic, "One"), make_patient(cast.clinic, "Other")) for _ in range(6)]
    for number, pair in enumerate(pairs):
        mine, theirs = nth(cast, 2 * number), nth(cast, 2 * number + 1)
        for _ in range(3):
            hold(cast, pair[0], mine)
            hold(cast, pair[1], theirs)
            with unscoped(reason="a test lets holds run out") as work:
                work.session.execute(update(Visit).values(hold_expires_at=clock.now()).where(col(Visit.status) == "held"))
            done, refused = at_once(lambda w=pair[0], at=theirs: hold(cast, w, at), lambda w=pair[1], at=mine: hold(cast, w, at))
            assert len(done) == 2 and refused == []
            mine, theirs = theirs, mine


def test_the_sweeper_leaves_what_someone_is_at_work_on(cast: Cast):
    held = hold(cast, cast.alice, cast.clinic.at(9))
    with unscoped(reason="a test lets a hold run out long ago") as work:
        row = work.session.get_one(Visit, (cast.clinic.practice.id, UUID(held.id)))
        row.hold_expires_at = clock.now() - timedelta(hours=2)
    with unscoped(reason="a test is at work on the hold") as work:
        work.session.exec(select(Visit).where(Visit.id == UUID(held.id)).with_for_update()).one()
        cleanup.forget_old()
    assert rows(Visit, tenant_id=cast.clinic.practice.id, status="held")
    cleanup.forget_old()
    assert rows(Visit, tenant_id=cast.clinic.practice.id, status="held") == []


@pytest.mark.parametrize("deadlocks, tries, well", [(0, 1, True), (1, 2, True), (2, 3, True), (9, 3, False)])
def test_what_postgres_ended_for_another_ones_sake_is_begun_again_but_not_for_ever(deadlocks: int, tries: int, well: bool):
    class Ended(Exception):
        pgcode = DEADLOCK

    tried: list[int] = []

    @begun_again
    def service() -> str:
        tried.append(1)
        if len(tried) > deadlocks:
            return "done"
        raise Unavailable from OperationalError("", {}, Ended())

    if well:
        assert service() == "done"
    else:
        with pytest.raises(Unavailable):
            service()
    assert len(tried) == tries


def test_no_other_outage_is_tried_again():
    tried: list[int] = []

    @begun_again
    def service() -> None:
        tried.append(1)
        raise Unavailable

    with pytest.raises(Unavailable):
        service()
    assert len(tried) == 1

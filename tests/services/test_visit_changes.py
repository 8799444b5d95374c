"""Moving a visit, cancelling it and taking that back: what is kept, who wins, and what is told."""
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from components.toast import LONGEST
from models import AuditEvent, TextMessage, Visit, VisitType
from portal_app.core import clock
from portal_app.core.database import unscoped
from portal_app.core.errors import AlreadyCancelled, Conflict, HoldExpired, Invalid, NotFound, TimeTaken
from services import scheduling
from services.scheduling.holds import MOST_COMING
from tests.cast import Cast, save
from tests.visits import book, cancel, hold, later, move, now, nth, rows, undo


def texts(cast: Cast) -> list[tuple[str, str]]:
    found = rows(TextMessage, tenant_id=cast.clinic.practice.id)
    return [(text.kind, text.status) for text in sorted(found, key=lambda text: text.id)]


# ------------------------------------------------------------------------------------------------ moving


def test_the_old_time_is_kept_until_the_new_one_is_sure(cast: Cast):
    old, new = cast.clinic.at(9), cast.clinic.at(14)
    visit = book(cast, cast.alice, old)
    held = hold(cast, cast.alice, new, moves=visit.id)
    assert held.moves and (held.moves.id, held.moves.starts_at, held.visit.starts_at) == (visit.id, old, new)
    for taken in (old, new):
        with pytest.raises(TimeTaken):
            hold(cast, cast.pam, taken)
    moved = move(cast.alice, visit, held)
    assert (moved.id, moved.starts_at, moved.status, moved.version) == (visit.id, new, "booked", visit.version + 1)
    assert hold(cast, cast.pam, old)
    assert len(rows(Visit, tenant_id=cast.clinic.practice.id, status="booked")) == 1


def test_confirming_a_move_again_changes_nothing_and_tells_nothing(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    held = hold(cast, cast.alice, cast.clinic.at(14), moves=visit.id)
    assert move(cast.alice, visit, held) == move(cast.alice, visit, held)
    assert [kind for kind, _ in texts(cast)].count("visit.moved") == 1


def test_letting_go_of_the_new_time_leaves_the_old_one(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    held = hold(cast, cast.alice, cast.clinic.at(14), moves=visit.id)
    scheduling.release(cast.alice.actor, held.id)
    with pytest.raises(HoldExpired):
        move(cast.alice, visit, held)
    assert now(cast.alice, visit) == visit


def test_a_lost_race_leaves_the_old_time_and_offers_the_nearest(cast: Cast):
    at = cast.clinic.at(14)
    visit = book(cast, cast.alice, cast.clinic.at(9))
    book(cast, cast.pam, at)
    with pytest.raises(TimeTaken) as refusal:
        hold(cast, cast.alice, at, moves=visit.id)
    assert refusal.value.nearest and at in [time.starts_at for time in refusal.value.nearest]
    assert now(cast.alice, visit) == visit


def test_a_hold_that_ran_out_moves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    held = hold(cast, cast.alice, cast.clinic.at(14), moves=visit.id)
    later(monkeypatch, minutes=6)
    with pytest.raises(HoldExpired):
        move(cast.alice, visit, held)
    assert now(cast.alice, visit).starts_at == visit.starts_at


def test_it_may_move_to_a_time_that_overlaps_its_own(cast: Cast):
    long = VisitType(tenant_id=cast.clinic.practice.id, name="Long", description="", minutes=40, buffer_after=20)
    save(long)
    visit = book(cast, cast.alice, cast.clinic.at(9), visit_type_id=str(long.id))
    wanted = cast.clinic.wanted(cast.chart(cast.alice)) | {"visit_type_id": str(long.id)}
    week = scheduling.free_times(cast.alice.actor, **wanted, first_day=cast.clinic.at(9).date(), moves=visit.id)
    assert cast.clinic.at(9, 20) in [time.starts_at for time in week.days[0].times]
    held = hold(cast, cast.alice, cast.clinic.at(9, 20), visit_type_id=str(long.id), moves=visit.id)
    with pytest.raises(TimeTaken):
        hold(cast, cast.pam, cast.clinic.at(9, 20), visit_type_id=str(long.id))
    assert move(cast.alice, visit, held).starts_at == cast.clinic.at(9, 20)


def test_its_own_time_is_not_offered_but_those_around_it_are(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    week = scheduling.free_times(cast.alice.actor, **cast.clinic.wanted(cast.chart(cast.alice)), moves=visit.id,
                                 first_day=visit.starts_at.astimezone(cast.clinic.zone).date())
    offered = [time.starts_at for time in week.days[0].times]
    assert visit.starts_at not in offered and cast.clinic.at(9, 20) in offered
    with pytest.raises(NotFound):
        hold(cast, cast.alice, visit.starts_at, moves=visit.id)


def test_it_may_go_to_another_clinician(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    held = hold(cast, cast.alice, cast.clinic.at(9), clinician_id=str(cast.clinic.noor.id), moves=visit.id)
    assert move(cast.alice, visit, held).clinician == "Dr. Noor Aziz"


def test_someone_with_as_many_visits_as_may_be_booked_can_still_move_one(cast: Cast):
    booked = [book(cast, cast.alice, nth(cast, number)) for number in range(MOST_COMING)]
    with pytest.raises(Conflict, match="too_many_visits"):
        hold(cast, cast.alice, cast.clinic.at(16, 40))
    held = hold(cast, cast.alice, cast.clinic.at(16, 40), moves=booked[0].id)
    assert move(cast.alice, booked[0], held).starts_at == cast.clinic.at(16, 40)


def test_a_hold_that_moves_cannot_be_booked_as_a_visit_of_its_own(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    held = hold(cast, cast.alice, cast.clinic.at(14), moves=visit.id)
    with pytest.raises(NotFound):
        scheduling.book(cast.alice.actor, hold_id=held.id)


def test_a_hold_for_one_visit_does_not_move_another(cast: Cast):
    first, second = book(cast, cast.alice, cast.clinic.at(9)), book(cast, cast.alice, cast.clinic.at(10))
    held = hold(cast, cast.alice, cast.clinic.at(14), moves=first.id)
    plain = hold(cast, cast.pam, cast.clinic.at(15))
    for wrong in (held, plain):
        with pytest.raises(HoldExpired):
            move(cast.alice, second, wrong)


def test_a_visit_keeps_its_type_and_its_chart(cast: Cast):
    other = VisitType(tenant_id=cast.clinic.practice.id, name="Other", description="", minutes=20)
    save(other)
    visit = book(cast, cast.alice, cast.clinic.at(9))
    with pytest.raises(NotFound):
        hold(cast, cast.alice, cast.clinic.at(14), visit_type_id=str(other.id), moves=visit.id)


def test_what_only_the_practice_may_book_only_the_practice_may_move(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    with unscoped(reason="a test closes a visit type") as work:
        work.session.get_one(VisitType, (cast.clinic.practice.id, cast.clinic.follow_up.id)).patients_may_book = False
    assert not now(cast.alice, visit).can_move and now(cast.alice, visit).can_cancel
    with pytest.raises(Conflict, match="change_too_late"):
        hold(cast, cast.alice, cast.clinic.at(14), moves=visit.id)


def test_a_move_is_told_without_health_information_in_place_of_what_still_waits(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    move(cast.alice, visit, hold(cast, cast.alice, cast.clinic.at(14, 20), moves=visit.id))
    assert texts(cast) == [("visit.booked", "cancelled"), ("visit.moved", "waiting")]
    (text,) = rows(TextMessage, tenant_id=cast.clinic.practice.id, kind="visit.moved")
    assert "2:20 PM" in text.body and "MST" in text.body and cast.clinic.practice.name in text.body
    assert "Follow-up" not in text.body and "Okafor" not in text.body and "Alice" not in text.body
    (event,) = rows(AuditEvent, tenant_id=cast.clinic.practice.id, action="visit.moved")
    assert str(event.subject_id) == visit.id and event.details["was"] != event.details["now"]


def test_home_leads_back_to_a_move_that_is_not_finished(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    hold(cast, cast.alice, cast.clinic.at(14), moves=visit.id)
    home = scheduling.home(cast.alice.actor)
    assert [item.moves for item in home.attention] == [visit.id]
    assert home.next_visit and home.next_visit.id == visit.id and home.later_count == 0


# ------------------------------------------------------------------------------------------------ too late, and changed meanwhile


@pytest.mark.parametrize("minutes, allowed", [(1, True), (-1, False)])
def test_cancelling_and_moving_end_with_the_practices_notice(cast: Cast, monkeypatch: pytest.MonkeyPatch,
                                                                minutes: int, allowed: bool):
    visit = book(cast, cast.alice, cast.clinic.at(16))
    assert visit.change_until == visit.starts_at - timedelta(minutes=240)
    monkeypatch.setattr(clock, "now", lambda: visit.change_until - timedelta(minutes=minutes))
    seen = now(cast.alice, visit)
    assert (seen.can_cancel, seen.can_move) == (allowed, allowed)
    attempts: list[Callable[[], object]] = [lambda: hold(cast, cast.alice, cast.clinic.at(16, 40), moves=visit.id),
                                            lambda: cancel(cast.alice, visit)]
    for attempt in attempts:
        if allowed:
            attempt()
        else:
            with pytest.raises(Conflict, match="change_too_late") as refusal:
                attempt()
            assert refusal.value.params["phone"] == cast.clinic.practice.phone


def test_a_move_is_too_late_when_its_review_lasted_too_long(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    visit = book(cast, cast.alice, cast.clinic.at(16))
    monkeypatch.setattr(clock, "now", lambda: visit.change_until - timedelta(minutes=1))
    held = hold(cast, cast.alice, cast.clinic.at(16, 40), moves=visit.id)
    monkeypatch.setattr(clock, "now", lambda: visit.change_until + timedelta(minutes=1))
    with pytest.raises(Conflict, match="change_too_late"):
        move(cast.alice, visit, held)


def test_nobody_changes_a_visit_that_is_no_longer_what_they_saw(cast: Cast):
    seen = book(cast, cast.alice, cast.clinic.at(9))
    move(cast.alice, seen, hold(cast, cast.alice, cast.clinic.at(14), moves=seen.id))
    held = hold(cast, cast.alice, cast.clinic.at(15), moves=seen.id)
    for attempt in (lambda: cancel(cast.alice, seen), lambda: move(cast.alice, seen, held)):
        with pytest.raises(Conflict) as refusal:
            attempt()
        assert refusal.value.key == "errors.conflict"
    assert now(cast.alice, seen).starts_at == cast.clinic.at(14)


def test_every_change_raises_the_version(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    moved = move(cast.alice, visit, hold(cast, cast.alice, cast.clinic.at(14), moves=visit.id))
    cancelled = cancel(cast.alice, moved)
    restored = undo(cast.alice, cancelled)
    assert [one.version for one in (visit, moved, cancelled, restored)] == [2, 3, 4, 5]


# ------------------------------------------------------------------------------------------------ cancelling


def test_it_cancels_with_a_reason_and_the_time_is_free_at_once(cast: Cast):
    at = cast.clinic.at(9)
    visit = book(cast, cast.alice, at)
    assert cancel(cast.alice, visit, reason="better", note=" I feel better ").status == "cancelled"
    (row,) = rows(Visit, tenant_id=cast.clinic.practice.id)
    assert (row.cancel_reason, row.cancel_note) == ("better", "I feel better")
    assert hold(cast, cast.pam, at)
    with pytest.raises(AlreadyCancelled):
        cancel(cast.alice, visit)


def test_a_reason_is_one_of_the_list_and_own_words_have_a_length(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    for field, why in (("note", {"note": "x" * 501}), ("reason", {"reason": "forged"})):
        with pytest.raises(Invalid) as refusal:
            cancel(cast.alice, visit, **why)
        assert refusal.value.field == field


def test_cancelling_lets_go_of_the_time_it_was_to_move_to(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    held = hold(cast, cast.alice, cast.clinic.at(14), moves=visit.id)
    cancel(cast.alice, visit)
    assert hold(cast, cast.pam, cast.clinic.at(14))
    with pytest.raises(AlreadyCancelled):
        move(cast.alice, visit, held)


def test_a_cancelled_visit_cannot_be_moved(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    cancel(cast.alice, visit)
    with pytest.raises(AlreadyCancelled):
        hold(cast, cast.alice, cast.clinic.at(14), moves=visit.id)


# ------------------------------------------------------------------------------------------------ taking it back


def test_a_cancel_taken_back_leaves_the_very_visit_and_nobody_is_told_of_it(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    back = undo(cast.alice, cancel(cast.alice, visit, reason="time"))
    assert (back.id, back.status, back.starts_at) == (visit.id, "booked", visit.starts_at)
    assert texts(cast) == [("visit.booked", "waiting"), ("visit.cancelled", "cancelled")]
    assert rows(Visit, tenant_id=cast.clinic.practice.id)[0].cancel_reason == ""
    with pytest.raises(TimeTaken):
        hold(cast, cast.pam, visit.starts_at)


def test_taking_back_twice_is_once_and_cancelling_again_is_told(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    cancelled = cancel(cast.alice, visit)
    first = undo(cast.alice, cancelled)
    assert undo(cast.alice, cancelled) == first
    cancel(cast.alice, first)
    assert [status for kind, status in texts(cast) if kind == "visit.cancelled"] == ["cancelled", "waiting"]


def test_an_offer_of_another_tab_takes_back_nothing_that_has_changed_since(cast: Cast):
    offered = cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(9)))
    back = undo(cast.alice, offered)
    moved = move(cast.alice, back, hold(cast, cast.alice, cast.clinic.at(14), moves=back.id))
    cancelled = cancel(cast.alice, moved)
    for version in (offered.version, back.version, moved.version, cancelled.version + 1):
        with pytest.raises(Conflict) as refusal:
            scheduling.undo_cancel(cast.alice.actor, visit_id=offered.id, version=version)
        assert refusal.value.key == "errors.conflict"
    assert now(cast.alice, offered).status == "cancelled"
    assert undo(cast.alice, cancelled).status == "booked"


def test_an_offer_of_before_a_move_is_not_taken_for_done(cast: Cast):
    offered = cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(9)))
    back = undo(cast.alice, offered)
    move(cast.alice, back, hold(cast, cast.alice, cast.clinic.at(14), moves=back.id))
    with pytest.raises(Conflict):
        undo(cast.alice, offered)


def test_a_page_offers_it_for_less_long_than_it_is_good(cast: Cast):
    visit = cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(9)))
    assert visit.undo_until
    assert 0 < LONGEST < (visit.undo_until - clock.now()).total_seconds() - 5


def test_a_cancel_of_nobody_is_taken_back_by_nobody(cast: Cast):
    """As those of before it was kept who cancels; and not by someone without an account either."""
    visit = cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(9)))
    with unscoped(reason="a test forgets who cancelled") as work:
        work.session.get_one(Visit, (cast.clinic.practice.id, UUID(visit.id))).cancelled_by = None
    with pytest.raises(Conflict, match="undo_not_own"):
        scheduling.undo_cancel(replace(cast.alice.actor, user_id=None), visit_id=visit.id, version=visit.version)


def test_a_cancel_is_not_told_before_it_can_no_longer_be_taken_back(cast: Cast):
    visit = cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(9)))
    (text,) = rows(TextMessage, tenant_id=cast.clinic.practice.id, kind="visit.cancelled")
    assert text.due_at == visit.undo_until and text.due_at > clock.now() + timedelta(seconds=110)


def test_it_is_too_late_to_take_back_what_has_been_told(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    visit = cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(9)))
    later(monkeypatch, minutes=2.1)
    with pytest.raises(Conflict, match="undo_late"):
        undo(cast.alice, visit)


@pytest.mark.parametrize("take", [hold, book])
def test_a_time_that_someone_took_meanwhile_is_not_taken_back(cast: Cast, take: Callable[..., object]):
    visit = cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(9)))
    take(cast, cast.pam, visit.starts_at)
    with pytest.raises(Conflict, match="undo_taken"):
        undo(cast.alice, visit)
    assert now(cast.alice, visit).status == "cancelled"
    assert ("visit.cancelled", "waiting") in texts(cast), "it stays cancelled, so that is told"


def test_a_hold_that_ran_out_does_not_stand_in_the_way(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    visit = cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(9)))
    hold(cast, cast.pam, visit.starts_at)
    with unscoped(reason="a test lets a hold run out") as work:
        held = select(Visit).where(Visit.tenant_id == cast.clinic.practice.id, Visit.status == "held")
        for row in work.session.exec(held):
            row.hold_expires_at = clock.now() - timedelta(seconds=1)
    assert undo(cast.alice, visit).status == "booked"


def test_only_a_cancelled_visit_is_brought_back(cast: Cast):
    held = hold(cast, cast.alice, cast.clinic.at(9))
    with pytest.raises(NotFound):
        undo(cast.alice, held.visit)


@pytest.mark.parametrize("by", ["pam", "nobody"])
def test_what_someone_else_cancelled_is_not_taken_back(cast: Cast, by: str):
    visit = cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(9)))
    with unscoped(reason="a test lets someone else cancel") as work:
        row = work.session.get_one(Visit, (cast.clinic.practice.id, UUID(visit.id)))
        assert row.cancelled_by == cast.alice.user_id
        row.cancelled_by = cast.pam.user_id if by == "pam" else None
    with pytest.raises(Conflict, match="undo_not_own") as refusal:
        undo(cast.alice, visit)
    assert refusal.value.params["phone"] == cast.clinic.practice.phone and now(cast.alice, visit).status == "cancelled"

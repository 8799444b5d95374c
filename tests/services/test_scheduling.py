"""Free times, holds, visits: what is offered, who wins, and what is told."""
import threading
from datetime import UTC, datetime, timedelta

import pytest

from models import AuditEvent, TextMessage, Visit, VisitType
from portal_app.core import clock, transaction_id
from portal_app.core.database import unscoped
from portal_app.core.errors import (
    AppError,
    HoldExpired,
    NotAllowed,
    NotFound,
    TimeTaken,
)
from services import scheduling
from services.scheduling.views import FreeTime
from tests.cast import Cast, Person, make_clinic, make_patient, save, with_chart
from tests.visits import book, hold, later, rows


def free(cast: Cast, who: Person, day: datetime, **changes: object) -> list[FreeTime]:
    wanted = cast.clinic.wanted(cast.chart(who)) | changes
    week = scheduling.free_times(who.actor, **wanted, first_day=day.astimezone(cast.clinic.zone).date())
    return week.days[0].times


def test_it_offers_the_hours_of_the_clinic_on_its_own_clock(cast: Cast):
    times = [time.starts_at.astimezone(cast.clinic.zone).strftime("%H:%M") for time in free(cast, cast.alice, cast.clinic.at(9))]
    assert times[0] == "08:00" and times[-1] == "16:40" and "12:00" not in times and len(times) == 24


def test_a_booked_time_is_no_longer_offered_but_anyone_else_is(cast: Cast):
    at = cast.clinic.at(9, 40)
    book(cast, cast.alice, at)
    assert at not in [time.starts_at for time in free(cast, cast.pam, at)]
    anyone = {time.starts_at: time.clinician for time in free(cast, cast.pam, at, clinician_id=None)}
    assert anyone[at] == "Dr. Noor Aziz"


def test_a_buffer_keeps_the_time_around_a_visit_free(cast: Cast):
    long = VisitType(tenant_id=cast.clinic.practice.id, name="Long", description="", minutes=40,
                     buffer_before=20, buffer_after=20)
    save(long)
    at = cast.clinic.at(10)
    wanted = cast.clinic.wanted(cast.chart(cast.alice)) | {"visit_type_id": str(long.id)}
    scheduling.book(cast.alice.actor, hold_id=scheduling.hold(cast.alice.actor, **wanted, starts_at=at).id)
    taken = {cast.clinic.at(9, 40), at, cast.clinic.at(10, 20), cast.clinic.at(10, 40)}
    offered = {time.starts_at for time in free(cast, cast.pam, at)}
    assert not taken & offered and {cast.clinic.at(9, 20), cast.clinic.at(11)} <= offered


def test_notice_and_horizon_limit_what_is_offered(cast: Cast):
    today = free(cast, cast.alice, clock.now())
    assert all(time.starts_at >= clock.now() + timedelta(minutes=120) for time in today)
    with pytest.raises(NotFound):
        hold(cast, cast.alice, cast.clinic.at(9, days=100))


def test_an_empty_week_names_the_next_free_day(cast: Cast):
    with unscoped(reason="a test empties a week") as work:
        work.session.connection().exec_driver_sql(
            "UPDATE schedule SET valid_from = current_date + 30 WHERE tenant_id = %s", (cast.clinic.practice.id,))
    week = scheduling.free_times(cast.alice.actor, **cast.clinic.wanted(cast.chart(cast.alice)))
    assert not any(day.times for day in week.days) and week.next_free and week.next_free >= week.first_day + timedelta(days=28)


@pytest.mark.parametrize("moment", ["2027-03-14 08:00", "2027-11-07 08:00"])
def test_the_wall_clock_holds_over_both_clock_changes(monkeypatch: pytest.MonkeyPatch, cast: Cast, moment: str):
    boston = make_clinic("America/New_York")
    who = make_patient(boston, "Nell")
    sunday = datetime.fromisoformat(moment).replace(tzinfo=boston.zone)
    monkeypatch.setattr(clock, "now", lambda: (sunday - timedelta(days=10)).astimezone(UTC))
    starts = []
    for days in (-2, 1):  # the Friday before the change and the Monday after it
        first_day = (sunday + timedelta(days=days)).date()
        week = scheduling.free_times(who.actor, **boston.wanted(who.actor.charts[0][1]), first_day=first_day)
        starts.append(week.days[0].times[0].starts_at)
    assert [start.astimezone(boston.zone).hour for start in starts] == [8, 8]
    assert starts[0].astimezone(UTC).hour != starts[1].astimezone(UTC).hour


def test_a_hold_lasts_five_minutes_and_can_be_extended(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    made = hold(cast, cast.alice, cast.clinic.at(9))
    assert timedelta(minutes=4.9) < made.expires_at - clock.now() <= timedelta(minutes=5)
    later(monkeypatch, minutes=4)
    assert scheduling.extend_hold(cast.alice.actor, made.id).expires_at == clock.now() + timedelta(minutes=5)
    later(monkeypatch, minutes=5.1)
    for late in (scheduling.held, scheduling.extend_hold):
        with pytest.raises(HoldExpired):
            late(cast.alice.actor, made.id)
    with pytest.raises(HoldExpired):
        scheduling.book(cast.alice.actor, hold_id=made.id)


def test_an_expired_hold_gives_way_to_the_next_person(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    at = cast.clinic.at(9)
    hold(cast, cast.alice, at)
    with pytest.raises(TimeTaken):
        hold(cast, cast.pam, at)
    later(monkeypatch, minutes=6)
    assert at in [time.starts_at for time in free(cast, cast.pam, at)]
    assert scheduling.book(cast.pam.actor, hold_id=hold(cast, cast.pam, at).id).starts_at == at


def test_choosing_another_time_lets_the_first_one_go(cast: Cast):
    first, second = cast.clinic.at(9), cast.clinic.at(10)
    hold(cast, cast.alice, first)
    hold(cast, cast.alice, second)
    assert hold(cast, cast.pam, first)


def test_releasing_lets_the_time_go_and_twice_is_no_error(cast: Cast):
    made = hold(cast, cast.alice, cast.clinic.at(9))
    scheduling.release(cast.alice.actor, made.id)
    scheduling.release(cast.alice.actor, made.id)
    assert hold(cast, cast.pam, cast.clinic.at(9))


def test_a_taken_time_offers_the_nearest_ones(cast: Cast):
    at = cast.clinic.at(9, 40)
    book(cast, cast.alice, at)
    with pytest.raises(TimeTaken) as refusal:
        hold(cast, cast.pam, at)
    nearest = refusal.value.nearest
    assert nearest[0].starts_at <= at <= nearest[-1].starts_at
    assert at in [time.starts_at for time in nearest], "another clinician is free at that very time"
    assert all(abs(time.starts_at - at) <= timedelta(hours=1) for time in nearest)


def test_who_wants_one_clinician_is_offered_the_nearest_times_with_them(cast: Cast):
    at = cast.clinic.at(9)
    scheduling.hold(cast.pam.actor, **cast.clinic.wanted(cast.chart(cast.pam)), starts_at=at)
    with pytest.raises(TimeTaken) as refusal:
        scheduling.hold(cast.alice.actor, **cast.clinic.wanted(cast.chart(cast.alice)), starts_at=at, only_them=True)
    nearest = refusal.value.nearest
    assert len(nearest) == 4 and {time.clinician for time in nearest} == {"Dr. Bea Okafor"}


def test_two_hundred_people_want_one_time_and_one_gets_it(cast: Cast):
    people = [make_patient(cast.clinic, f"Racer{number}") for number in range(200)]
    at, won, offered, faults = cast.clinic.at(9), [], [], []
    start = threading.Barrier(20)

    def race(some: list[Person]) -> None:
        start.wait()
        for who in some:
            try:
                won.append(scheduling.book(who.actor, hold_id=hold(cast, who, at).id))
            except TimeTaken as refusal:
                offered.append(refusal.nearest)
            except Exception as fault:
                faults.append(fault)

    threads = [threading.Thread(target=race, args=(people[number::20],)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (faults, len(won), len(offered)) == ([], 1, 199) and all(offered)
    assert len(rows(Visit, tenant_id=cast.clinic.practice.id)) == 1


def test_the_database_itself_refuses_two_visits_at_once(cast: Cast):
    book(cast, cast.alice, cast.clinic.at(9))
    first = rows(Visit, tenant_id=cast.clinic.practice.id)[0]
    twin = first.model_dump() | {"id": cast.pam.user_id, "patient_id": cast.chart(cast.pam)}
    with pytest.raises(Exception, match="ex_visit_no_double_booking"):
        save(Visit(**twin))
    save(Visit(**twin | {"overbooked": True}))


def test_booking_confirms_by_text_once_without_health_information(cast: Cast):
    with transaction_id.use() as tx:
        made = hold(cast, cast.alice, cast.clinic.at(9, 40))
        visit = scheduling.book(cast.alice.actor, hold_id=made.id)
        assert scheduling.book(cast.alice.actor, hold_id=made.id).id == visit.id
    (text,) = rows(TextMessage, tenant_id=cast.clinic.practice.id)
    assert (text.recipient, text.urgency, text.status, text.transaction_id) == (cast.alice.mobile, "now", "waiting", tx)
    assert "9:40 AM" in text.body and cast.clinic.practice.name in text.body and "MST" in text.body
    assert "Follow-up" not in text.body and "Okafor" not in text.body and "Alice" not in text.body
    (event,) = rows(AuditEvent, tenant_id=cast.clinic.practice.id, action="visit.booked")
    assert (event.user_id, event.transaction_id, str(event.subject_id)) == (cast.alice.user_id, tx, visit.id)


def test_home_shows_what_is_next_and_what_waits(cast: Cast):
    soon, then = book(cast, cast.alice, cast.clinic.at(9)), book(cast, cast.alice, cast.clinic.at(9, days=14))
    made = hold(cast, cast.alice, cast.clinic.at(10))
    home = scheduling.home(cast.alice.actor)
    assert home.next_visit and (home.next_visit.id, home.later_count) == (soon.id, 1) and then
    assert [(item.kind, item.visit.id) for item in home.attention] == [("held", made.id)]


def test_visits_come_page_by_page(cast: Cast):
    booked = [book(cast, cast.alice, cast.clinic.at(8 + number // 3, number % 3 * 20)) for number in range(12)]
    first = scheduling.visits(cast.alice.actor, past=False)
    second = scheduling.visits(cast.alice.actor, past=False, after=first.next)
    assert [visit.id for visit in first.items + second.items] == [visit.id for visit in booked]
    assert len(first.items) == 10 and second.next is None
    for forged in ("x", "2026-01-01|x", "2026-01-01T00:00:00|y", "2026-01-01T00:00:00+00:00|not-an-id"):
        with pytest.raises(AppError):
            scheduling.visits(cast.alice.actor, past=False, after=forged)


def test_charts_at_two_practices_are_seen_together(cast: Cast):
    both = with_chart(cast.alice, cast.elsewhere)
    there = scheduling.hold(both.actor, **cast.elsewhere.wanted(both.actor.charts[1][1]), starts_at=cast.elsewhere.at(11))
    scheduling.book(both.actor, hold_id=there.id)
    book(cast, both, cast.clinic.at(9))
    assert {visit.practice for visit in scheduling.visits(both.actor, past=False).items} == {
        cast.clinic.practice.name, cast.elsewhere.practice.name}
    assert [choice.practice for choice in scheduling.booking_choices(both.actor)] == [
        cast.clinic.practice.name, cast.elsewhere.practice.name]


def test_staff_see_their_own_day_and_patients_do_not(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    monkeypatch.setattr(clock, "now", lambda: visit.starts_at - timedelta(hours=1))
    assert [(line.patient, line.status) for line in scheduling.staff_day(cast.carol.actor)] == [("Alice Test", "booked")]
    assert scheduling.staff_day(cast.max.actor) == []
    with pytest.raises(NotAllowed):
        scheduling.staff_day(cast.alice.actor)
    assert rows(AuditEvent, tenant_id=cast.clinic.practice.id, action="day.read")


def test_a_stranger_is_told_that_it_does_not_exist(cast: Cast):
    at = cast.clinic.at(9)
    visit, made = book(cast, cast.alice, at), hold(cast, cast.alice, cast.clinic.at(10))
    alices, eleven = cast.clinic.wanted(cast.chart(cast.alice)), cast.clinic.at(11)
    for stranger in (cast.pam, cast.mallory, cast.carol):
        refusals = {
            "cancel": lambda who=stranger: scheduling.cancel(who.actor, visit_id=visit.id, version=visit.version),
            "undo": lambda who=stranger: scheduling.undo_cancel(who.actor, visit_id=visit.id, version=visit.version),
            "move": lambda who=stranger: scheduling.move(who.actor, visit_id=visit.id, hold_id=made.id, version=visit.version),
            "calendar": lambda who=stranger: scheduling.calendar_file(who.actor, visit.id),
            "hold to move": lambda who=stranger: scheduling.hold(who.actor, **alices, starts_at=eleven, moves=visit.id),
            "visit": lambda who=stranger: scheduling.visit(who.actor, visit.id),
            "free": lambda who=stranger: scheduling.free_times(who.actor, **alices),
            "hold": lambda who=stranger: scheduling.hold(who.actor, **alices, starts_at=eleven),
        }
        for name, attempt in refusals.items():
            with pytest.raises(NotFound):
                attempt()
                pytest.fail(name)
        for attempt in (scheduling.held, scheduling.extend_hold):
            with pytest.raises(HoldExpired):
                attempt(stranger.actor, made.id)
        with pytest.raises(HoldExpired):
            scheduling.book(stranger.actor, hold_id=made.id)
        scheduling.release(stranger.actor, made.id)
        assert scheduling.visits(stranger.actor, past=False).items == []
    assert scheduling.held(cast.alice.actor, made.id).id == made.id


def test_another_practices_ids_cannot_be_mixed_in(cast: Cast):
    for name, foreign in (("visit_type_id", cast.elsewhere.follow_up.id), ("location_id", cast.elsewhere.location.id),
                          ("clinician_id", cast.elsewhere.bea.id)):
        wanted = cast.clinic.wanted(cast.chart(cast.alice)) | {name: str(foreign)}
        with pytest.raises(NotFound):
            scheduling.hold(cast.alice.actor, **wanted, starts_at=cast.clinic.at(9))


@pytest.mark.parametrize("forged", ["", "x", "1' OR '1'='1", "00000000-0000-0000-0000-000000000000"])
def test_forged_ids_answer_like_unknown_ones(cast: Cast, forged: str):
    with pytest.raises(NotFound):
        scheduling.cancel(cast.alice.actor, visit_id=forged, version=1)


@pytest.mark.parametrize("nobody", ["", "x"])
def test_a_time_is_only_held_with_somebody(cast: Cast, nobody: str):
    wanted = cast.clinic.wanted(cast.chart(cast.alice)) | {"clinician_id": nobody}
    with pytest.raises(NotFound):
        scheduling.hold(cast.alice.actor, **wanted, starts_at=cast.clinic.at(9))

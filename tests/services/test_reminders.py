"""Reminders come at their hour on the wall clock, once, never in the night, and about what is still true."""
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from models import Practice, TextMessage
from portal_app.core import clock
from portal_app.core.database import pump_work, unscoped
from services import accounts, messaging, scheduling
from services.messaging import consent, quiet_hours
from services.messaging import reminders as sweeping
from services.messaging.reminders import MOST_DAY, reach, sweep
from tests.cast import Cast, make_clinic, make_patient
from tests.visits import book, cancel, hold, move, rows

DAY, WEEK, HOURS = 24, 168, 2
PLACES = ("America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/Anchorage", "America/Puerto_Rico")


def at(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", PLACES)
@pytest.mark.parametrize("day", [(2027, 3, 13), (2027, 3, 14), (2027, 6, 1), (2027, 11, 6), (2027, 11, 7)])
@pytest.mark.parametrize(("hour", "minute", "waits"), [
    (20, 59, False), (21, 0, True), (23, 59, True), (0, 0, True), (1, 30, True), (3, 30, True), (7, 59, True), (8, 0, False)])
def test_nobody_is_texted_at_night_where_they_live(zone: str, day, hour: int, minute: int, waits: bool):
    wanted = at(zone, *day, hour, minute)
    for urgency in ("notice", "bulk"):
        local = quiet_hours.due(wanted, zone, urgency).astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == ((8, 0) if waits else (hour, minute))
        assert timedelta() <= local.astimezone(UTC) - wanted <= timedelta(hours=12)
    assert [quiet_hours.due(wanted, zone, urgency) for urgency in ("code", "now")] == [wanted, wanted]


@pytest.mark.parametrize("zone", PLACES)
@pytest.mark.parametrize("visit", [(2027, 3, 14, 9, 40), (2027, 3, 15, 9, 40), (2027, 11, 7, 14, 0), (2027, 11, 8, 8, 0)])
@pytest.mark.parametrize(("hours", "days"), [(DAY, 1), (WEEK, 7)])
def test_a_day_before_is_the_same_hour_on_the_clock_whatever_changes(zone: str, visit, hours: int, days: int):
    starts, local = at(zone, *visit), datetime(*visit) - timedelta(days=days)
    due = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert reach(hours, due - timedelta(seconds=1), zone) < starts <= reach(hours, due, zone)


@pytest.mark.parametrize("zone", PLACES)
@pytest.mark.parametrize(("hour", "minute", "due_hour", "days_before"), [
    (12, 0, 10, 0), (10, 0, 8, 0), (9, 59, 20, 1), (8, 0, 20, 1), (21, 59, 19, 0), (22, 30, 20, 0)])
def test_two_hours_before_or_the_evening_before(zone: str, hour: int, minute: int, due_hour: int, days_before: int):
    starts = at(zone, 2027, 3, 16, hour, minute)
    due = at(zone, 2027, 3, 16 - days_before, due_hour, minute if days_before == 0 and hour != 22 else 0)
    assert reach(HOURS, due - timedelta(seconds=1), zone) < starts <= reach(HOURS, due, zone)


@pytest.mark.parametrize("zone", PLACES)
@pytest.mark.parametrize("hours", [HOURS, DAY, WEEK])
@pytest.mark.parametrize("month", [(2027, 3, 13), (2027, 11, 6)])
def test_no_start_is_left_out_over_a_clock_change(zone: str, hours: int, month):
    """The stretches follow one another, so each start is reached by some sweep, and before it begins."""
    begin, reached = at(zone, *month, 0, 0), []
    for minutes in range(0, 3 * 24 * 60, 7):
        reached.append(reach(hours, begin + timedelta(minutes=minutes), zone))
    assert max(reached) == reached[-1] and all(later > begin for later in reached)


# ------------------------------------------------------------------------------------------ sweeping


@pytest.fixture
def sweep_at(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    """Sweeps as of a moment; the first of a test reminds of nothing."""
    with unscoped(reason="a test begins anew") as work:
        work.session.execute(text("DELETE FROM reminder_sweep"))

    def run(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)
        sweep()

    return run


def reminders(cast: Cast) -> list[TextMessage]:
    found = rows(TextMessage, tenant_id=cast.clinic.practice.id, kind="visit.reminder")
    return sorted(found, key=lambda one: one.due_at)


def test_each_reminder_is_made_once_however_often_it_is_swept(cast: Cast, sweep_at):
    visit = book(cast, cast.alice, cast.clinic.at(14, days=20))
    for days, hours in ((8, 0), (6, 23), (6, 22), (2, 0), (0, 23), (0, 1.9), (0, 1.8)):
        sweep_at(visit.starts_at - timedelta(days=days, hours=hours))
        sweep()
    assert [one.urgency for one in reminders(cast)] == ["notice", "notice", "now"]
    assert all(one.visit_id == UUID(visit.id) and "Reply C" in one.body for one in reminders(cast))


def test_a_reminder_that_was_made_is_not_made_again_by_a_sweep_that_starts_over(cast: Cast, sweep_at):
    visit = book(cast, cast.alice, cast.clinic.at(14))
    for _ in range(2):
        with unscoped(reason="a test begins anew") as work:
            work.session.execute(text("DELETE FROM reminder_sweep"))
        sweep_at(visit.starts_at - timedelta(hours=25))
        sweep_at(visit.starts_at - timedelta(hours=23))
    assert len(reminders(cast)) == 1


def test_what_a_stopped_sweeper_missed_is_made_up_for(cast: Cast, sweep_at):
    visit = book(cast, cast.alice, cast.clinic.at(14))
    sweep_at(visit.starts_at - timedelta(hours=30))
    sweep_at(visit.starts_at - timedelta(hours=12))
    assert len(reminders(cast)) == 1


def test_each_practice_sets_its_own_hours(cast: Cast, sweep_at):
    with unscoped(reason="a practice changes its setting") as work:
        work.session.get_one(Practice, cast.clinic.practice.id).reminder_hours = [48]
    visit = book(cast, cast.alice, cast.clinic.at(14, days=20))
    for hours in (169, 49, 47, 23, 1):
        sweep_at(visit.starts_at - timedelta(hours=hours))
    assert [one.dedupe_key.rpartition(":")[2] for one in reminders(cast)] == ["48"]


def test_who_lives_elsewhere_is_not_woken(cast: Cast, sweep_at):
    with unscoped(reason="a chart says where its patient lives") as work:
        work.session.execute(text("UPDATE patient SET zone = 'Pacific/Honolulu' WHERE id = :id"), {"id": cast.chart(cast.alice)})
    visit = book(cast, cast.alice, cast.clinic.at(9))  # six in the morning in Honolulu
    sweep_at(visit.starts_at - timedelta(hours=25))
    sweep_at(visit.starts_at - timedelta(hours=23, minutes=59))
    local = reminders(cast)[0].due_at.astimezone(ZoneInfo("Pacific/Honolulu"))
    assert (local.hour, local.minute) == (8, 0)


def test_who_wants_no_reminders_gets_none_and_other_people_do(cast: Cast, sweep_at):
    accounts.set_contact(cast.alice.actor, wanted={"reminders": False}, language="en", version=1)
    visit = book(cast, cast.alice, cast.clinic.at(14))
    book(cast, cast.pam, cast.clinic.at(14, 20))
    sweep_at(visit.starts_at - timedelta(hours=25))
    sweep_at(visit.starts_at - timedelta(hours=23))
    assert [one.user_id for one in reminders(cast)] == [cast.pam.user_id]


def test_who_said_stop_is_not_reminded_and_nobody_too_often(cast: Cast, sweep_at):
    visits = [book(cast, cast.alice, cast.clinic.at(8 + number // 3, number % 3 * 20)) for number in range(MOST_DAY + 2)]
    pams = book(cast, cast.pam, cast.clinic.at(15))
    with pump_work() as work:
        consent.record(work, cast.pam.mobile, ["care"], allowed=False, source="reply", wording="stop")
    for number, hours in enumerate((25, *range(24, 24 - MOST_DAY, -1))):
        sweep_at(visits[0].starts_at - timedelta(hours=hours) + timedelta(minutes=number))
    sweep_at(pams.starts_at - timedelta(hours=23))
    made = reminders(cast)
    assert {one.recipient for one in made} == {cast.alice.mobile} and len(made) <= MOST_DAY + 2


@pytest.mark.parametrize("change", ["cancel", "move"])
def test_a_reminder_of_what_has_changed_is_not_sent(cast: Cast, sweep_at, sandbox, valkey, change: str):
    visit = book(cast, cast.alice, cast.clinic.at(14))
    sweep_at(visit.starts_at - timedelta(hours=25))
    sweep_at(visit.starts_at - timedelta(hours=23))
    waiting = reminders(cast)[0]
    if change == "cancel":
        cancel(cast.alice, visit)
    else:
        move(cast.alice, visit, hold(cast, cast.alice, cast.clinic.at(16), moves=visit.id))
    messaging.deliver([(waiting.tenant_id, waiting.id)])
    kept = reminders(cast)[0]
    ended = {"cancel": ("refused", "changed"), "move": ("cancelled", "")}  # the cancelling may yet be undone
    assert (kept.status, kept.reason, kept.body) == (*ended[change], "")


def test_a_notice_that_waited_into_the_night_waits_for_the_morning(cast: Cast, sweep_at, sandbox, valkey, monkeypatch):
    visit = book(cast, cast.alice, cast.clinic.at(14))
    sweep_at(visit.starts_at - timedelta(hours=25))
    sweep_at(visit.starts_at - timedelta(hours=23))
    night = visit.starts_at - timedelta(hours=16)  # ten in the evening
    monkeypatch.setattr(clock, "now", lambda: night)
    waiting = reminders(cast)[0]
    messaging.deliver([(waiting.tenant_id, waiting.id)])
    kept = reminders(cast)[0]
    assert (kept.status, kept.due_at) == ("waiting", night + timedelta(hours=10))


def test_a_practice_in_hawaii_reminds_by_its_own_clock(cast: Cast, sweep_at):
    island = make_clinic("Pacific/Honolulu")
    kai = make_patient(island, "Kai")
    held = scheduling.hold(kai.actor, **island.wanted(kai.actor.charts[0][1]), starts_at=island.at(8))
    visit = scheduling.book(kai.actor, hold_id=held.id)
    evening = visit.starts_at - timedelta(hours=12)  # eight in the evening there
    sweep_at(evening - timedelta(minutes=1))
    sweep_at(evening + timedelta(minutes=1))
    made = [one for one in rows(TextMessage, tenant_id=island.practice.id, kind="visit.reminder") if one.urgency == "now"]
    assert len(made) == 1 and "HST" in made[0].body


@pytest.mark.parametrize(("column", "value"), [("language", "zh-Hans"), ("language", "xx"), ("zone", "Nowhere/Land")])
def test_what_is_wrong_with_one_chart_keeps_nobody_elses_reminder_back(cast: Cast, sweep_at, column: str, value: str):
    visit = book(cast, cast.alice, cast.clinic.at(14))
    book(cast, cast.pam, cast.clinic.at(14, 20))
    with unscoped(reason="a chart from elsewhere") as work:
        work.session.execute(text(f"UPDATE patient SET {column} = :value WHERE id = :id"),
                             {"value": value, "id": cast.chart(cast.alice)})
        work.session.execute(text("UPDATE users SET language = 'en'"))
    sweep_at(visit.starts_at - timedelta(hours=25))
    sweep_at(visit.starts_at - timedelta(hours=23))
    reminded = {one.user_id for one in reminders(cast)}
    assert cast.pam.user_id in reminded and (cast.alice.user_id in reminded) == (column == "language")


def test_the_one_of_the_same_day_wakes_nobody_either(cast: Cast, sweep_at, sandbox, valkey):
    """Eight at the clinic is twenty in the evening before, which is in the night further east."""
    with unscoped(reason="a chart says where its patient lives") as work:
        work.session.execute(text("UPDATE patient SET zone = 'America/Puerto_Rico' WHERE id = :id"),
                             {"id": cast.chart(cast.alice)})
    visit = book(cast, cast.alice, cast.clinic.at(9))
    evening = visit.starts_at - timedelta(hours=13)
    sweep_at(evening - timedelta(minutes=1))
    sweep_at(evening + timedelta(hours=1))
    made = [one for one in reminders(cast) if one.urgency == "now"]
    assert [one.due_at.astimezone(ZoneInfo("America/Puerto_Rico")).hour for one in made] == [8]


def test_what_a_long_absence_left_is_made_up_an_hour_at_a_time(cast: Cast, sweep_at, monkeypatch: pytest.MonkeyPatch):
    visit = book(cast, cast.alice, cast.clinic.at(14))
    sweep_at(visit.starts_at - timedelta(hours=30))
    stretches = []
    real = sweeping._sweep_on
    monkeypatch.setattr(sweeping, "_sweep_on", lambda now: stretches.append(real(now)) or stretches[-1])
    sweep_at(visit.starts_at - timedelta(hours=20))
    assert len(stretches) == 11 and stretches[-1] is None and len(reminders(cast)) == 1

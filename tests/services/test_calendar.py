"""The file for a person's own calendar, as other programs read it."""
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from models import Visit
from portal_app.core import clock
from portal_app.core.errors import NotFound
from services import scheduling
from services.scheduling.calendar import written
from services.scheduling.views import VisitView
from tests.cast import Cast
from tests.visits import book, hold, rows

ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
         "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "America/Adak")
WALL = [datetime(2027, month, day, hour, 40) for month, days in ((3, (12, 14, 15)), (11, (5, 7, 8)))
        for day in days for hour in (0, 1, 3, 9, 16)]
"""Around both clock changes of the United States in 2027: March 14 and November 7, at two in the night."""


def view(starts_at: datetime, zone: str, **more: object) -> VisitView:
    blank = dict.fromkeys(("patient_id", "visit_type_id", "clinician_id", "location_id", "directions", "moved_by"), "")
    given = blank | {
        "id": "01a205c2-0c9b-76c5-b765-3471e54d6bf6", "status": "booked", "visit_type": "Follow-up", "minutes": 20,
        "preparation": "Don't eat.", "clinician": "Dr. Bea Okafor", "practice": "Desert; Ridge, Clinic",
        "practice_phone": "+1 602-555-0190", "location": "Suite 200", "address": "1 Main St, Phoenix, AZ 85001",
        "city": "Phoenix", "zone": zone, "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=20),
        "can_cancel": True, "can_move": True, "change_until": starts_at, "undo_until": None, "version": 2, "confirmed": False}
    return VisitView(**given | more)


def moments() -> list[tuple[str, datetime]]:
    """Every wall-clock time above that exists, in each zone."""
    found = [(zone, wall, wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)) for zone in ZONES for wall in WALL]
    return [(zone, moment) for zone, wall, moment in found if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall]


def by_icalendar(body: str) -> tuple[datetime, datetime]:
    (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    return event.start, event.end


def by_its_own_rules(body: str) -> tuple[datetime, datetime]:
    """As a calendar does that doesn't know the zone's name: by the changes that the file itself tells."""
    start, end = by_icalendar(body.replace("TZID:America/", "TZID:Somewhere/").replace("TZID=America/", "TZID=Somewhere/")
                              .replace("TZID:Pacific/", "TZID:Somewhere/").replace("TZID=Pacific/", "TZID=Somewhere/"))
    return start, end


def by_vobject(body: str) -> tuple[datetime, datetime]:
    event = vobject.readOne(body).vevent
    return event.dtstart.value, event.dtend.value


@pytest.mark.parametrize("read", [by_icalendar, by_its_own_rules, by_vobject])
def test_others_read_the_same_moment_and_the_same_wall_clock(read):
    for zone, moment in moments():
        start, end = read(written(view(moment, zone), "en"))
        # In UTC, since Python holds an hour that a clock shows twice for equal to none.
        read_as = [start.astimezone(UTC), end.astimezone(UTC)]
        assert read_as == [moment, moment + timedelta(minutes=20)], (zone, moment)
        if start.utcoffset():
            assert start.replace(tzinfo=None) == moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None), (zone, moment)


def test_only_a_time_that_the_clock_shows_twice_is_told_in_utc():
    for fold, hour in ((0, 5), (1, 6)):
        twice = datetime(2027, 11, 7, 1, 40, tzinfo=ZoneInfo("America/New_York"), fold=fold).astimezone(UTC)
        body = written(view(twice, "America/New_York"), "en")
        assert f"DTSTART:20271107T0{hour}4000Z" in body and by_icalendar(body)[0] == twice
    told = [written(view(moment, zone), "en") for zone, moment in moments()]
    assert sum(";TZID=" not in body for body in told) == 6, "one in each zone that changes its clocks"


def test_a_zone_tells_its_changes_on_the_clock_before_each():
    body = written(view(datetime(2027, 6, 1, 16, tzinfo=UTC), "America/New_York"), "en")
    assert "BEGIN:DAYLIGHT\r\nDTSTART:20270314T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nTZNAME:EDT" in body
    assert "BEGIN:STANDARD\r\nDTSTART:20271107T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nTZNAME:EST" in body
    for zone in ("America/Phoenix", "Pacific/Honolulu"):
        assert "DAYLIGHT" not in written(view(datetime(2027, 6, 1, 16, tzinfo=UTC), zone), "en")


def test_it_is_what_the_standard_wants():
    body = written(view(datetime(2027, 6, 1, 16, tzinfo=UTC), "America/Phoenix", practice="Çedilla’s " * 12), "en")
    assert body.endswith("END:VCALENDAR\r\n") and "\n" not in body.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    calendar = icalendar.Calendar.from_ical(body)
    assert calendar.errors == [] and all(part.errors == [] for part in calendar.walk())
    (event,) = calendar.walk("VEVENT")
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS"} <= set(event)
    assert str(event["SUMMARY"]) == "Visit at " + "Çedilla’s " * 12


def test_it_says_where_and_when_and_nothing_about_health(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9, 40))
    file = scheduling.calendar_file(cast.alice.actor, visit.id)
    assert file.name == f"visit-{visit.starts_at.astimezone(cast.clinic.zone):%Y-%m-%d}.ics"
    (event,) = icalendar.Calendar.from_ical(file.body).walk("VEVENT")
    assert str(event["SUMMARY"]) == f"Visit at {cast.clinic.practice.name}"
    assert "1 Main St" in str(event["LOCATION"]) and cast.clinic.practice.phone in str(event["DESCRIPTION"])
    assert str(event["URL"]).endswith(f"/visits/visit?visit={visit.id}")
    assert not re.search("Follow-up|Okafor|Alice|medicine", file.body)


def test_a_later_file_replaces_an_earlier_one_and_a_cancel_takes_it_out(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))

    def file() -> icalendar.Calendar:
        return icalendar.Calendar.from_ical(scheduling.calendar_file(cast.alice.actor, visit.id).body)

    files = [file()]
    held = hold(cast, cast.alice, cast.clinic.at(14), moves=visit.id)
    moved = scheduling.move(cast.alice.actor, visit_id=visit.id, hold_id=held.id, version=visit.version)
    files.append(file())
    cancelled = scheduling.cancel(cast.alice.actor, visit_id=visit.id, version=moved.version)
    files.append(file())
    scheduling.undo_cancel(cast.alice.actor, visit_id=visit.id, version=cancelled.version)
    files.append(file())
    events = [one.walk("VEVENT")[0] for one in files]
    assert {str(event["UID"]) for event in events} == {visit.id}
    assert [event["SEQUENCE"] for event in events] == [2, 3, 4, 5]
    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [one["METHOD"] for one in files] == ["PUBLISH", "PUBLISH", "CANCEL", "PUBLISH"]
    assert [event.start for event in events] == [cast.clinic.at(9), *[cast.clinic.at(14)] * 3]


def test_a_hold_has_no_file(cast: Cast):
    with pytest.raises(NotFound):
        scheduling.calendar_file(cast.alice.actor, hold(cast, cast.alice, cast.clinic.at(9)).id)


def test_the_time_offered_is_the_time_stored_confirmed_and_in_the_file(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9, 40))
    (row,) = rows(Visit, tenant_id=cast.clinic.practice.id)
    start, end = by_icalendar(scheduling.calendar_file(cast.alice.actor, visit.id).body)
    assert start == row.starts_at == visit.starts_at == cast.clinic.at(9, 40) and end == row.ends_at
    assert visit.starts_at > clock.now()

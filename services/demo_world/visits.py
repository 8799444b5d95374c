"""The demo's visits: half a year back and two months ahead, never two at once with one clinician."""
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.accounts.demo import COAST, DESERT
from services.demo_world.places import PLACES, VISIT_TYPES, Place, made_id

BACK, AHEAD = 180, 60
PAST_A_DAY, NEXT_WEEKS, LATER = 0.12, 0.45, 0.15
"""How much of a day's times is taken: in the past, in the next two weeks, and after that."""
PLANS = {("Alice", DESERT): [(-150, 2), (-90, 0), (-30, 3), (4, 0), (25, 2)], ("Victor", COAST): []}
"""Days from today and number of the visit type: Alice has a full story, Victor none at all; others see `_named`."""
Chart = dict[str, Any]


def visits(charts: list[Chart], today: date) -> Iterator[dict[str, Any]]:
    """Rows of `visit`: first the named people's own, so that nobody else has their times."""
    taken: set[tuple[UUID, datetime]] = set()
    for place in PLACES:
        own = [chart for chart in charts if chart["tenant_id"] == place.id]
        named = [chart for chart in own if chart["user_id"]]
        for row in [*_named(place, named, today), *_others(place, own[len(named):], today)]:
            key = (row["clinician_id"], row["starts_at"])
            if key not in taken:
                taken.add(key)
                yield row


def _named(place: Place, charts: list[Chart], today: date) -> Iterator[dict[str, Any]]:
    for number, chart in enumerate(charts):
        for days, kind in PLANS.get((chart["given_name"], place.name), [(-40, 0), (9, 1)]):
            day = _weekday(today + timedelta(days=days))
            yield _visit(place, chart, number % len(place.clinicians), day, time(9, 40), kind, today)


def _others(place: Place, charts: list[Chart], today: date) -> Iterator[dict[str, Any]]:
    die = Random(f"visits {place.name}")
    for offset in range(-BACK, AHEAD):
        day = today + timedelta(days=offset)
        share = PAST_A_DAY if offset < 0 else NEXT_WEEKS if offset < 14 else LATER
        for clinician in range(len(place.clinicians)) if day.weekday() < 5 else ():
            for hour, minute in _starts():
                if die.random() < share:
                    yield _visit(place, die.choice(charts), clinician, day, time(hour, minute), die.choice((0, 1, 3)), today)


def _starts() -> Iterator[tuple[int, int]]:
    return ((hour, minute) for hour in (8, 9, 10, 11, 13, 14, 15, 16) for minute in (0, 20, 40))


def _weekday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _visit(place: Place, chart: Chart, clinician: int, day: date, at: time, kind: int, today: date) -> dict[str, Any]:
    name, _, _, minutes, _, _ = VISIT_TYPES[kind]
    starts_at = datetime.combine(day, at, ZoneInfo(place.zone)).astimezone(UTC)
    ends_at = starts_at + timedelta(minutes=min(minutes, 20))
    doctor = place.clinicians[clinician][0]
    return {
        "tenant_id": place.id, "id": made_id("visit", place.name, doctor, starts_at), "patient_id": chart["id"],
        "clinician_id": made_id("clinician", place.name, doctor),
        "location_id": made_id("location", place.name, place.locations[clinician % len(place.locations)][0]),
        "visit_type_id": made_id("visit_type", place.name, name), "status": "done" if day < today else "booked",
        "starts_at": starts_at, "ends_at": ends_at, "occupied_from": starts_at, "occupied_to": ends_at,
        "booked_at": min(starts_at, datetime.combine(today, time(), UTC)) - timedelta(days=14),
    }

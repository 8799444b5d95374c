"""Puts the demo's world into an empty database, by COPY."""
import csv
import io
from collections.abc import Iterable
from datetime import time
from typing import Any

from sqlalchemy import text

from portal_app.core import clock
from portal_app.core.actor import PLATFORM_TENANT
from portal_app.core.database import Work, unscoped
from portal_app.core.errors import NotAllowed, NotFound
from portal_app.core.settings import settings
from services.accounts.demo import CAST, OPERATOR, PASSWORD, DemoPerson
from services.accounts.secrets import hash_password
from services.demo_world.people import charts
from services.demo_world.places import PLACES, VISIT_TYPES, made_id
from services.demo_world.visits import visits

Rows = Iterable[dict[str, Any]]


def load() -> bool:
    """Makes the demo's world in one transaction, once: False where it is there already.

    Raises NotFound outside the demo, NotAllowed for a database that holds other practices.
    """
    if not settings().demo:
        raise NotFound
    with unscoped(reason="the demo's world spans all of its practices") as work:
        work.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('carelane demo world'))"))
        if work.session.execute(text("SELECT 1 FROM practice WHERE id = :id"), {"id": PLACES[0].id}).scalar():
            return False
        if work.session.execute(text("SELECT count(*) FROM practice")).scalar() != 1:  # the platform's own
            raise NotAllowed
        _places(work)
        _people(work)
        patients = charts()
        _copy(work, "patient", ({**row, "language": "en"} for row in patients))
        today = clock.now().date()
        _copy(work, "visit", ({**row, "overbooked": False, "cancel_reason": "", "version": 1} for row in visits(patients, today)))
    with unscoped(reason="fresh statistics for what was just loaded") as work:
        work.session.execute(text("ANALYZE"))
    return True


def _places(work: Work) -> None:
    names = dict.fromkeys(place.organization for place in PLACES)
    _copy(work, "organization", ({"id": made_id("organization", name), "name": name} for name in names))
    _copy(work, "practice", ({"id": place.id, "organization_id": made_id("organization", place.organization),
                              "name": place.name, "phone": place.phone, "cancel_notice_minutes": 240} for place in PLACES))
    _copy(work, "location", (
        {"tenant_id": place.id, "id": made_id("location", place.name, name), "name": name, "street": street, "city": city,
         "state": state, "postal_code": postal_code, "zone": place.zone, "directions": directions}
        for place in PLACES for name, street, city, state, postal_code, directions in place.locations))
    _copy(work, "visit_type", (
        {"tenant_id": place.id, "id": made_id("visit_type", place.name, name), "name": name, "description": description,
         "preparation": preparation, "minutes": minutes, "buffer_before": 0, "buffer_after": after, "step": step,
         "notice": 120, "horizon": 90, "patients_may_book": True}
        for place in PLACES for name, description, preparation, minutes, after, step in VISIT_TYPES))


def _people(work: Work) -> None:
    everyone = [*CAST, OPERATOR]
    password_hash, now = hash_password(PASSWORD), clock.now()
    _copy(work, "users", ({"id": made_id("user", person.email), "name": person.name, "email": person.email,
                           "mobile": person.mobile, "language": "en"} for person in everyone))
    _copy(work, "credential", ({"user_id": made_id("user", person.email), "password_hash": password_hash,
                                "changed_at": now} for person in everyone), stamped=False)
    _copy(work, "clinician", (
        {"tenant_id": place.id, "id": made_id("clinician", place.name, name), "name": name, "specialty": specialty,
         "user_id": made_id("user", "bea@example.com") if name == "Dr. Bea Okafor" else None}
        for place in PLACES for name, specialty in place.clinicians))
    _copy(work, "schedule", (
        {"tenant_id": place.id, "id": made_id("schedule", place.name, name, weekday, opens),
         "clinician_id": made_id("clinician", place.name, name),
         "location_id": made_id("location", place.name, place.locations[number % len(place.locations)][0]),
         "weekday": weekday, "opens": opens, "closes": closes}
        for place in PLACES for number, (name, _) in enumerate(place.clinicians) for weekday in range(5)
        for opens, closes in ((time(8), time(12)), (time(13), time(17)))))
    _copy(work, "staff_member", (
        {"tenant_id": tenant, "id": made_id("staff", tenant, person.email), "user_id": made_id("user", person.email),
         "role": person.role} for person in everyone if person.role != "patient" for tenant in _workplaces(person)))


def _workplaces(person: DemoPerson) -> list[Any]:
    """Where someone works; an organization's admin works in all of its practices."""
    if person.role == "operator":
        return [PLATFORM_TENANT]
    own = next(place for place in PLACES if place.name == person.practice)
    everywhere = person.role == "organization_admin"
    return [place.id for place in PLACES if place is own or (everywhere and place.organization == own.organization)]


def _copy(work: Work, table: str, rows: Rows, *, stamped: bool = True) -> None:
    """COPY of dictionaries with the same keys; `created_at` is added where the table has one."""
    now, buffer, columns = clock.now(), io.StringIO(), None
    for row in rows:
        full = {**row, "created_at": now} if stamped else row
        columns = columns or list(full)
        csv.writer(buffer).writerow(["" if value is None else value for value in full.values()])
    buffer.seek(0)
    empty = [name for name in ("cancel_reason",) if columns and name in columns]
    options = "FORMAT csv" + (f", FORCE_NOT_NULL ({', '.join(empty)})" if empty else "")
    cursor = work.session.connection().connection.cursor()
    cursor.copy_expert(f"COPY {table} ({', '.join(columns or [])}) FROM STDIN WITH ({options})", buffer)

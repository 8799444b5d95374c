"""The people of every test, in practices made for that test alone."""
import itertools
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel

from models import (
    Clinician,
    Credential,
    Location,
    Organization,
    Patient,
    Practice,
    Schedule,
    StaffMember,
    User,
    UserSession,
    VisitType,
)
from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import unscoped
from portal_app.core.ids import new_id
from services.accounts import secrets as account_secrets

PASSWORD = "a long enough password"
_numbers = itertools.count(secrets.randbelow(10_000_000))


@cache
def password_hash() -> str:
    return account_secrets.hash_password(PASSWORD)


@dataclass(frozen=True)
class Person:
    """Someone with an account, signed in: `actor` is what the server would make of their session."""

    actor: Actor
    email: str
    mobile: str

    @property
    def user_id(self) -> UUID:
        assert self.actor.user_id
        return self.actor.user_id


@dataclass(frozen=True)
class Clinic:
    """A practice that can be booked: one location, two clinicians, weekdays 8 to 12 and 13 to 17 on the wall clock."""

    practice: Practice
    location: Location
    bea: Clinician
    noor: Clinician
    follow_up: VisitType

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.location.zone)

    def wanted(self, chart_id: UUID) -> dict[str, str]:
        """The ids that booking with Dr. Bea is asked with."""
        return {"patient_id": str(chart_id), "visit_type_id": str(self.follow_up.id), "clinician_id": str(self.bea.id),
                "location_id": str(self.location.id)}

    def at(self, hour: int, minute: int = 0, *, days: int = 7) -> datetime:
        """A moment on the first weekday at least `days` from today, on the clinic's wall clock."""
        day = clock.now().astimezone(self.zone).date() + timedelta(days=days)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)


@dataclass(frozen=True)
class Cast:
    """Alice (patient), Pam (another patient there), Bea (clinician), Carol (front desk), Dan (admin) at `clinic`;
    Mallory (a patient) and Max (front desk) at `elsewhere`, which belongs to another organization."""

    clinic: Clinic
    elsewhere: Clinic
    alice: Person
    pam: Person
    bea: Person
    carol: Person
    dan: Person
    mallory: Person
    max: Person

    def chart(self, person: Person) -> UUID:
        return person.actor.charts[0][1]


def make_cast() -> Cast:
    clinic, elsewhere = make_clinic("America/Phoenix"), make_clinic("America/New_York")
    return Cast(
        clinic, elsewhere, alice=make_patient(clinic, "Alice"), pam=make_patient(clinic, "Pam"),
        bea=make_staff(clinic, "Bea", "clinician"), carol=make_staff(clinic, "Carol", "front_desk"),
        dan=make_staff(clinic, "Dan", "practice_admin"), mallory=make_patient(elsewhere, "Mallory"),
        max=make_staff(elsewhere, "Max", "front_desk"),
    )


def save(*rows: SQLModel) -> None:
    """Stores rows as the owner, past every wall: only what a test starts from is made so."""
    with unscoped(reason="a test's own starting rows") as work:
        for row in rows:
            work.session.add(row)
            work.session.flush()


def make_clinic(zone: str) -> Clinic:
    organization = Organization(name=f"Organization {next(_numbers)}")
    practice = Practice(organization_id=organization.id, name=f"Practice {next(_numbers)}", phone="+1 602-555-0190")
    own = {"tenant_id": practice.id}
    location = Location(**own, name="Main", street="1 Main St", city=zone.split("/")[1], state="AZ",
                        postal_code="85001", zone=zone)
    bea, noor = (Clinician(**own, name=name, specialty="Family medicine") for name in ("Dr. Bea Okafor", "Dr. Noor Aziz"))
    follow_up = VisitType(**own, name="Follow-up", description="Talk again.", minutes=20)
    hours = [Schedule(**own, clinician_id=doctor.id, location_id=location.id, weekday=day, opens=opens, closes=closes)
             for doctor in (bea, noor) for day in range(5) for opens, closes in ((time(8), time(12)), (time(13), time(17)))]
    save(organization, practice, location, bea, noor, follow_up, *hours)
    return Clinic(practice, location, bea, noor, follow_up)


def make_user(name: str) -> tuple[User, str]:
    """A user with a password and an open session; answers the session's hash too."""
    number = next(_numbers)
    user = User(name=name, email=f"{name.lower()}.{number}@example.com", mobile=f"+1602{2_000_000 + number % 8_000_000}")
    token = account_secrets.hash_token(f"session {number} {secrets.token_hex(8)}")
    save(user, Credential(user_id=user.id, password_hash=password_hash()),
         UserSession(token_hash=token, user_id=user.id, expires_at=clock.now() + timedelta(hours=12)))
    return user, token


def make_patient(clinic: Clinic, name: str) -> Person:
    user, token = make_user(name)
    chart = Patient(tenant_id=clinic.practice.id, id=new_id(), user_id=user.id, given_name=name, family_name="Test",
                    birth_date=date(1988, 3, 14), mobile=user.mobile or "", email=user.email or "")
    save(chart)
    actor = Actor(user.id, (clinic.practice.id,), name, session_hash=token, charts=((clinic.practice.id, chart.id),))
    return Person(actor, user.email or "", user.mobile or "")


def make_staff(clinic: Clinic, name: str, role: str) -> Person:
    user, token = make_user(name)
    save(StaffMember(tenant_id=clinic.practice.id, user_id=user.id, role=role))
    actor = Actor(user.id, (clinic.practice.id,), name, session_hash=token, roles=((clinic.practice.id, role),))
    return Person(actor, user.email or "", user.mobile or "")


def with_chart(person: Person, clinic: Clinic) -> Person:
    """The same person with a chart at another practice as well."""
    chart = Patient(tenant_id=clinic.practice.id, user_id=person.user_id, given_name=person.actor.name, family_name="Test",
                    birth_date=date(1988, 3, 14), mobile=person.mobile)
    save(chart)
    actor = person.actor
    return replace(person, actor=replace(actor, tenants=(*actor.tenants, clinic.practice.id),
                                         charts=(*actor.charts, (clinic.practice.id, chart.id))))

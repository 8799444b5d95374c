"""Every event handler, called as everybody, with another person's ids: allowed and refused exactly as the table says."""
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

import pages  # noqa: F401 (registers every state)
from models import Campaign, Patient, Practice, StaffMember, TextMessage, User, UserSession, Visit
from portal_app.core import clock, transaction_id
from portal_app.core.actor import PLATFORM_TENANT, Actor
from portal_app.core.database import unit_of_work, unscoped
from portal_app.core.ids import new_id
from services import outbox, scheduling
from services.permissions import PERMISSIONS
from state import base, binding  # noqa: F401 (a state that no page has)
from state.base import Refused, SignedOut, own_states
from state.display import VisitRow, visit_row
from tests.cast import Cast, Person, make_cast, make_patient, make_staff, make_user, save
from tests.e2e.test_sockets import OPEN
from tests.state.tab import Tab
from tests.visits import book, hold, rows

WHO = "state.me._myself"
"""The service that only tells a person who they are."""
REFUSALS = ("signed out", "errors.not_found", "errors.not_allowed", "errors.hold_expired")
"""What a call can end with that tells nothing, changes nothing, and is the same for what doesn't exist."""


@dataclass(frozen=True)
class World:
    """Alice's visit, one that she cancelled, and a time held for her; a text message that was given up; and people by name."""

    cast: Cast
    people: dict[str, Person | None]
    visit: str
    cancelled: str
    hold: str
    message: TextMessage
    shown: VisitRow

    @property
    def practice(self) -> str:
        return str(self.cast.clinic.practice.id)

    def fill(self, given: Any) -> Any:
        """A row's text with the ids of this world in it."""
        if isinstance(given, dict):
            return {name: self.fill(value) for name, value in given.items()}
        if not isinstance(given, str):
            return given
        wanted = self.cast.clinic.wanted(self.cast.chart(self.cast.alice))
        return given.format(
            visit=self.visit, cancelled=self.cancelled, hold=self.hold, practice=self.practice, chart=wanted["patient_id"],
            type=wanted["visit_type_id"], clinician=wanted["clinician_id"], location=wanted["location_id"],
            starts=self.cast.clinic.at(15).isoformat(), tx=self.message.transaction_id,
            message=f"{self.message.tenant_id}.{self.message.id}", page=f"{clock.now().isoformat()}~{self.message.id}")


@dataclass(frozen=True)
class Row:
    """Who may have a handler reach a service: `everyone` who is signed in, the `owner` of the ids, those whose role holds a
    permission (at the practice asked about, or `anywhere` for their own), or `nobody`, where no service is reached.

    `address`, `arguments` and `state` are what the owner's tab would have: anyone may forge them.
    """

    handler: str
    service: str
    may: str
    address: str = "/"
    arguments: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    anywhere: bool = False


ABOUT_VISIT = "/visits/visit?visit={visit}"
CHOOSING = "/visits/book?chart={chart}&type={type}&at={location}"
REVIEW = "/visits/book?chart={chart}&type={type}&hold={hold}"
VISITS, ACCOUNTS, MESSAGES = "services.scheduling", "services.accounts", "services.messaging"
INVITE = "services.onboarding.campaigns"
OF_PRACTICE = {"practice_id": "{practice}"}
TABLE = [
    Row("Account.load", f"{ACCOUNTS}.account.account", "everyone"),
    Row("Account.save_name", f"{ACCOUNTS}.profile.set_preferred_name", "everyone", arguments={"form": {"version": "1"}}),
    Row("Account.save_look", f"{ACCOUNTS}.profile.set_look", "everyone",
        arguments={"form": {"version": "1", "theme": "dark", "text_size": "large"}}),
    Row("Account.save_texts", f"{ACCOUNTS}.profile.set_contact", "everyone",
        arguments={"form": {"version": "1", "text_language": "en"}}),
    Row("Account.take_newest", "", "nobody", arguments={"part": "name"}),
    Row("Account.change_password", f"{ACCOUNTS}.password_change.change_password", "everyone",
        arguments={"form": {"current": "x"}}),
    Row("Account.leave_one", f"{ACCOUNTS}.sessions.sign_out_one", "everyone", arguments={"session_id": "01234567"}),
    Row("Account.leave_everywhere", f"{ACCOUNTS}.sessions.sign_out_everywhere", "everyone"),
    Row("Binding.check", "state.binding._still_there", "everyone"),
    Row("Booked.load", f"{VISITS}.visits.visit", "owner", "/visits/booked?visit={visit}"),
    Row("Booking.load", f"{VISITS}.choices.booking_choices", "everyone", "/visits/book"),
    Row("Booking.load", f"{VISITS}.free_times.free_times", "owner", CHOOSING),
    Row("Booking.load", f"{VISITS}.visits.visit", "owner", "/visits/book?move={visit}&chart={chart}&type={type}"),
    Row("Booking.load", f"{VISITS}.holds.held", "owner", REVIEW),
    Row("Booking.choose_clinician", "", "nobody", CHOOSING, {"clinician_id": "{clinician}"}),
    Row("Booking.choose_location", "", "nobody", CHOOSING, {"location_id": "{location}"}),
    Row("Booking.choose_time", f"{VISITS}.holds.hold", "owner", CHOOSING,
        {"starts_at": "{starts}", "clinician_id": "{clinician}"}, {"location": "{location}"}),
    Row("Booking.hold_longer", f"{VISITS}.holds.extend_hold", "owner", REVIEW),
    Row("Booking.ran_out", f"{VISITS}.holds.held", "owner", REVIEW, state={"_hold": "{hold}"}),
    Row("Booking.confirm", f"{VISITS}.holds.book", "owner", REVIEW),
    Row("Campaigns.load", f"{INVITE}.overview", "invitations.send", "/admin/invitations?practice={practice}"),
    Row("Campaigns.refresh", f"{INVITE}.overview", "invitations.send", state=OF_PRACTICE),
    Row("Campaigns.choose", "", "nobody", arguments={"audience": "all"}),
    Row("Campaigns.go", "", "nobody", arguments={"practice_id": "{practice}"}),
    Row("Campaigns.start", f"{INVITE}.start", "invitations.send", arguments={"form": {"audience": "all"}}, state=OF_PRACTICE),
    Row("Campaigns.pause", f"{INVITE}.pause", "invitations.send", state=OF_PRACTICE),
    Row("Campaigns.resume", f"{INVITE}.resume", "invitations.send", state=OF_PRACTICE),
    Row("Campaigns.stop", f"{INVITE}.stop", "invitations.send", state=OF_PRACTICE),
    Row("DeadLetters.load", f"{MESSAGES}.dead_letters.dead_letters", "messages.read", anywhere=True),
    Row("DeadLetters.more", f"{MESSAGES}.dead_letters.dead_letters", "messages.read", state={"next": "{page}"}, anywhere=True),
    Row("Home.load", f"{VISITS}.visits.home", "everyone"),
    Row("Home.load", f"{VISITS}.staff_day.staff_day", "day.read", anywhere=True),
    Row("Me.refresh", "state.me._myself", "everyone"),
    Row("Me.take_back", f"{VISITS}.changes.undo_cancel", "owner", state={"undo": "{cancelled}:3"}),
    Row("Me.stay", "state.me._myself", "everyone"),
    Row("Me.leave_it", "", "nobody"),
    Row("MessageFigures.load", f"{MESSAGES}.operations.overview", "messages.read", anywhere=True),
    Row("MessageFigures.refresh", f"{MESSAGES}.operations.overview", "messages.read", anywhere=True),
    Row("MessageStory.load", f"{MESSAGES}.dead_letters.story", "messages.read", "/admin/messages/story?tx={tx}"),
    Row("MessageStory.refresh", f"{MESSAGES}.dead_letters.story", "messages.read", state={"reference": "{tx}"}),
    Row("MessageStory.find", "", "nobody", arguments={"form": {"tx": "{tx}"}}),
    Row("SendAgain.choose", "", "nobody", arguments={"key": "{message}", "title": "x", "again": "yes"}),
    Row("SendAgain.send", f"{MESSAGES}.dead_letters.send_again", "messages.send_again", arguments={"form": {}},
        state={"_key": "{message}"}),
    Row("ReminderTimes.load", f"{MESSAGES}.reminder_times.reminder_times", "reminders.set",
        "/admin/reminders?practice={practice}"),
    Row("ReminderTimes.go", "", "nobody", arguments={"practice_id": "{practice}"}),
    Row("ReminderTimes.save", f"{MESSAGES}.reminder_times.set_reminder_times", "reminders.set", arguments={"form": {}},
        state=OF_PRACTICE),
    Row("Visit.load", f"{VISITS}.visits.visit", "owner", ABOUT_VISIT),
    Row("Visit.refresh", f"{VISITS}.visits.visit", "owner", ABOUT_VISIT, state={"visit": "shown"}),
    Row("Visit.cancel", f"{VISITS}.changes.cancel", "owner", ABOUT_VISIT, {"form": {}}, {"_version": 2}),
    Row("Visits.load", f"{VISITS}.visits.visits", "everyone", "/visits"),
    Row("Visits.more", f"{VISITS}.visits.visits", "everyone", "/visits", state={"next": "x"}),
]


@pytest.fixture
def world(database: str, valkey: str) -> World:
    cast = make_cast()
    visit, cancelled = book(cast, cast.alice, cast.clinic.at(9)), book(cast, cast.alice, cast.clinic.at(10))
    scheduling.cancel(cast.alice.actor, visit_id=cancelled.id, version=cancelled.version)
    held = hold(cast, cast.alice, cast.clinic.at(11))
    return World(cast, people(cast), visit.id, cancelled.id, held.id, given_up(cast), visit_row(visit, "en"))


def people(cast: Cast) -> dict[str, Person | None]:
    """Everybody by whom a handler may be called."""
    user, session = make_user("Otis")
    save(StaffMember(tenant_id=PLATFORM_TENANT, user_id=user.id, role="operator"))
    otis = Actor(user.id, (PLATFORM_TENANT,), "Otis", session_hash=session, roles=((PLATFORM_TENANT, "operator"),))
    suspended, left = make_staff(cast.clinic, "Sue", "practice_admin"), make_staff(cast.clinic, "Les", "practice_admin")
    expired = make_patient(cast.clinic, "Eve")
    with unscoped(reason="a test suspends someone, and lets a session run out") as work:
        work.session.get_one(User, suspended.user_id).suspended_at = clock.now()
        for member in work.session.exec(select(StaffMember).filter_by(user_id=left.user_id)):
            member.suspended_at = clock.now()
        work.session.get_one(UserSession, expired.actor.session_hash).expires_at = clock.now() - timedelta(seconds=1)
    return {
        "nobody": None, "a forged session": replace(cast.alice, actor=replace(cast.alice.actor, session_hash="0" * 64)),
        "a session that ran out": expired, "a suspended admin": suspended, "one who works there no longer": left,
        "another patient": cast.pam, "a patient elsewhere": cast.mallory, "the clinician": cast.bea, "the front desk": cast.carol,
        "the biller": make_staff(cast.clinic, "Ben", "biller"), "the admin": cast.dan,
        "the organization's admin": make_staff(cast.clinic, "Olivia", "organization_admin"),
        "a clerk elsewhere": cast.max, "an admin elsewhere": make_staff(cast.elsewhere, "Dora", "practice_admin"),
        "another organization's admin": make_staff(cast.elsewhere, "Olaf", "organization_admin"),
        "the operator": Person(otis, user.email or "", user.mobile or ""), "the owner": cast.alice,
    }


def given_up(cast: Cast) -> TextMessage:
    with transaction_id.use(), unit_of_work(Actor(None, (cast.clinic.practice.id,))) as work:
        id = outbox.queue_text(work, tenant_id=cast.clinic.practice.id, urgency="notice", kind="visit.booked",
                               recipient=cast.alice.mobile, body="x", dedupe_key=str(new_id()), patient_id=cast.chart(cast.alice))
    with unscoped(reason="a test gives a message up") as work:
        message = work.session.get_one(TextMessage, (cast.clinic.practice.id, id))
        message.status, message.ended_at, message.error_code = "failed", clock.now(), 30008
        work.session.flush()
        work.session.refresh(message)
        work.session.expunge(message)
    return message


def handlers() -> dict[str, Any]:
    """Those that anyone with a socket may call and that ask for a session."""
    return {f"{cls.__name__}.{name}": handler for cls in own_states() if cls.__name__ not in OPEN
            for name, handler in cls.event_handlers.items()
            if handler.fn.__module__.startswith("state.") and not handler.fn.__qualname__.startswith("setvar")}


def is_alive(person: Person | None) -> bool:
    return person is not None and person.actor.name not in ("Sue", "Eve") and person.actor.session_hash != "0" * 64


def may(row: Row, name: str, person: Person | None) -> bool:
    if not is_alive(person) or row.may == "nobody":
        return False
    if row.may in ("everyone", "owner"):
        return row.may == "everyone" or name == "the owner"
    if person is None or person.actor.name == "Les":
        return False
    here = name not in ("an admin elsewhere", "another organization's admin", "a clerk elsewhere")
    return (row.anywhere or here) and any(role in PERMISSIONS[row.may].roles for _, role in person.actor.roles)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Each service that was reached and how that ended."""
    reached: list[tuple[str, str]] = []
    real = base._call

    async def call(service: Callable[..., Any], *given: Any) -> Any:
        name, outcome = f"{service.__module__}.{service.__name__}", "ok"
        try:
            return await real(service, *given)
        except Refused as refused:
            outcome = refused.error.key if refused.error else "fault"
            raise
        except SignedOut:
            outcome = "signed out"
            raise
        finally:
            reached.append((name, outcome))

    monkeypatch.setattr(base, "_call", call)
    return reached


def outcomes(world: World, row: Row, person: Person | None, calls: list[tuple[str, str]]) -> list[str]:
    """How the service ended that the row is about, as often as it was reached."""
    handler, seen = handlers()[row.handler], len(calls)
    tab = Tab(person, world.fill(row.address))
    state = tab.root.get_substate(handler.state_full_name.split("."))
    for name, value in row.state.items():
        setattr(state, name, replace(world.shown, id=world.visit) if value == "shown" else world.fill(value))
    tab.do(handler, *world.fill(row.arguments).values())
    return [outcome for service, outcome in calls[seen:] if service == row.service or (not row.service and service != WHO)]


def kept(world: World) -> list[Any]:
    """What nobody who is refused may change."""
    clinic = world.cast.clinic.practice.id
    visits = sorted((str(one.id), one.status, one.version, str(one.hold_expires_at)) for one in rows(Visit, tenant_id=clinic))
    campaigns, messages = len(rows(Campaign, tenant_id=clinic)), len(rows(TextMessage, tenant_id=clinic))
    (practice,) = rows(Practice, id=clinic)
    invited = [one.invited_at for one in rows(Patient, tenant_id=clinic) if one.invited_at]
    return [visits, campaigns, messages, practice.reminder_hours, invited]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.handler} {row.service.rpartition('.')[2]}")
def test_a_handler_does_for_each_person_what_the_table_says(world: World, calls, row: Row):
    everyone = world.people.items()
    refused = [(name, person) for name, person in everyone if not may(row, name, person)]
    before = kept(world)
    for name, person in refused:
        ended = outcomes(world, row, person, calls)
        assert set(ended) <= set(REFUSALS), f"{name} reached {row.service}: {ended}"
    assert kept(world) == before
    for name, person in everyone:
        if may(row, name, person):
            ended = outcomes(world, row, person, calls)
            assert ended and not set(ended) & {*REFUSALS, "fault"}, f"{name} was kept from {row.service}: {ended}"


@pytest.mark.parametrize("row", [row for row in TABLE if row.may == "owner"],
                         ids=lambda row: f"{row.handler} {row.service.rpartition('.')[2]}")
def test_what_is_anothers_answers_like_what_does_not_exist(world: World, calls, row: Row):
    nothing = replace(world, visit=str(new_id()), cancelled=str(new_id()), hold=str(new_id()))
    for name in ("another patient", "a patient elsewhere", "the front desk", "the operator"):
        person = world.people[name]
        assert outcomes(world, row, person, calls) == outcomes(nothing, row, person, calls), name


def test_every_handler_is_in_the_table():
    assert {row.handler for row in TABLE} == set(handlers())

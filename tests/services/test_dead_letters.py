"""What operators and practice managers see of text messages and may do; and that nobody else sees or does any of it."""
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update
from sqlmodel import col, select

from models import AuditEvent, StaffMember, TextMessage
from portal_app.core import clock, transaction_id
from portal_app.core.actor import PLATFORM_TENANT, Actor
from portal_app.core.database import counting, pump_work, unit_of_work, unscoped
from portal_app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from services import audit, messaging, outbox, scheduling
from services.messaging import dead_letters, figures, operations, promises
from tests.cast import Cast, Person, make_cast, make_staff, make_user, save
from tests.plans import rows_read
from tests.texts import key_of, row_of, sent
from tests.visits import book


@pytest.fixture
def otis(database: str) -> Actor:
    """An operator of the platform."""
    user, session = make_user("Otis")
    save(StaffMember(tenant_id=PLATFORM_TENANT, user_id=user.id, role="operator"))
    return Actor(user.id, (PLATFORM_TENANT,), "Otis", session_hash=session, roles=((PLATFORM_TENANT, "operator"),))


@pytest.fixture
def given_up(queued):
    """A message that ended badly."""

    def make(status: str = "failed", **more: object) -> TextMessage:
        values = {name: more.pop(name) for name in ("error_code", "body_left") if name in more}
        message = queued(**more)
        change(message, status=status, ended_at=clock.now(), error_code=values.get("error_code"))
        return row_of(message.id)

    return make


def change(message: TextMessage, **values: object) -> None:
    with pump_work() as work:
        work.session.execute(update(TextMessage).where(col(TextMessage.id) == message.id).values(**values))


def keys(actor: Actor) -> list[str]:
    found, after = [], ""
    while True:
        page = dead_letters.dead_letters(actor, after)
        found += [one.key for one in page.items]
        if page.next is None:
            return found
        after = page.next


def again(message: TextMessage) -> list[TextMessage]:
    with pump_work() as work:
        return list(work.session.exec(select(TextMessage).where(TextMessage.dedupe_key == f"again:{message.id}")))


REFUSED = ("alice", "carol", "bea", "mallory", "max")


@pytest.mark.parametrize("name", REFUSED)
def test_whoever_has_no_such_role_is_refused_everything(cast: Cast, given_up, name: str):
    actor, message = getattr(cast, name).actor, given_up(tenant_id=cast.clinic.practice.id)
    for do in (lambda: operations.overview(actor), lambda: dead_letters.dead_letters(actor),
               lambda: dead_letters.story(actor, message.transaction_id),
               lambda: dead_letters.send_again(actor, key_of(message))):
        with pytest.raises(NotAllowed):
            do()
    assert again(message) == []


def test_an_operator_of_the_platform_sees_all_practices_and_others_see_their_own(cast: Cast, otis: Actor, given_up):
    here, there = given_up(tenant_id=cast.clinic.practice.id), given_up(tenant_id=cast.elsewhere.practice.id)
    ours = given_up("expired", urgency="code")
    assert {key_of(one) for one in (here, there, ours)} <= set(keys(otis))
    assert keys(cast.dan.actor) == [key_of(here)]


def test_another_practices_message_answers_like_one_that_does_not_exist(cast: Cast, given_up):
    message, stranger = given_up(tenant_id=cast.clinic.practice.id), make_staff(cast.elsewhere, "Eve", "practice_admin").actor
    asked = ((dead_letters.story, message.transaction_id, transaction_id.new()),
             (dead_letters.send_again, key_of(message), f"{message.tenant_id}.{uuid4()}"),
             (dead_letters.send_again, key_of(message), "nothing"))
    for service, real, invented in asked:
        said = []
        for one in (real, invented):
            with pytest.raises(NotFound) as refusal:
                service(stranger, one)
            said.append((str(refusal.value), refusal.value.params, refusal.value.field))
        assert said[0] == said[1]
    assert keys(stranger) == [] and again(message) == []


def test_an_operator_role_at_a_practice_is_none_of_the_platform(cast: Cast, given_up):
    there = given_up(tenant_id=cast.elsewhere.practice.id)
    odd = make_staff(cast.clinic, "Odd", "operator").actor
    assert key_of(there) not in keys(odd) and not operations.overview(odd).everywhere


def test_the_list_goes_page_by_page_the_latest_first(cast: Cast, given_up):
    made = [key_of(given_up(tenant_id=cast.clinic.practice.id)) for _ in range(dead_letters.PAGE + 3)]
    assert len(dead_letters.dead_letters(cast.dan.actor).items) == dead_letters.PAGE
    assert keys(cast.dan.actor) == made[::-1]
    with pytest.raises(NotFound):
        dead_letters.dead_letters(cast.dan.actor, "rubbish")


def test_nobody_is_shown_a_message_or_a_number(cast: Cast, given_up):
    message = given_up(tenant_id=cast.clinic.practice.id, body="see you at noon")
    shown = dead_letters.story(cast.dan.actor, message.transaction_id).messages[0]
    said = " ".join(str(getattr(shown, field.name)) for field in fields(shown))
    assert message.recipient not in said and "noon" not in said and shown.mobile_hint.endswith(message.recipient[-4:])
    assert shown.practice == cast.clinic.practice.name


def test_a_story_tells_of_its_messages_and_of_what_was_done_and_is_itself_recorded(cast: Cast, otis: Actor, queued):
    with transaction_id.use() as tx:
        book(cast, cast.alice, cast.clinic.at(9))
    with transaction_id.use() as looking:
        story = dead_letters.story(otis, f" {tx.lower()} ")
    assert [one.kind for one in story.messages] == ["visit.booked"] and story.messages[0].status == "waiting"
    assert ("visit.booked", "patient") in [(one.action, one.role) for one in story.events]
    with unscoped(reason="a test reads the audit") as work:
        (event,) = work.session.exec(select(AuditEvent).where(AuditEvent.transaction_id == looking)).all()
    assert (event.action, event.role, event.tenant_id) == ("message.looked_up", "operator", cast.clinic.practice.id)
    assert event.details == {"wanted": tx}


def test_what_is_no_reference_is_said_beside_the_field(otis: Actor):
    with pytest.raises(Invalid) as refusal:
        dead_letters.story(otis, "12345")
    assert refusal.value.field == "tx"


@pytest.mark.parametrize("status", ["failed", "expired"])
def test_a_message_is_sent_exactly_once_more(cast: Cast, given_up, sandbox, status: str):
    message = given_up(status, tenant_id=cast.clinic.practice.id)
    change(message, expires_at=clock.now() - timedelta(hours=1))
    with transaction_id.use() as tx:
        assert dead_letters.send_again(cast.dan.actor, key_of(message)) == tx
    with pytest.raises(Conflict, match="message_sent_again"):
        dead_letters.send_again(cast.dan.actor, key_of(message))
    (fresh,) = again(message)
    messaging.deliver([(fresh.tenant_id, fresh.id)])
    messaging.deliver([(fresh.tenant_id, fresh.id)])
    messaging.deliver([(message.tenant_id, message.id)])
    assert sent(sandbox, message) == 1 and row_of(fresh.id).status == "accepted" and row_of(message.id).status == status
    assert keys(cast.dan.actor) == []
    assert dead_letters.story(cast.dan.actor, message.transaction_id).messages[0].sent_again == tx
    assert dead_letters.story(cast.dan.actor, tx).messages[0].sent_before == message.transaction_id


def test_sending_again_is_recorded_with_who_did_it(cast: Cast, otis: Actor, given_up):
    message = given_up(tenant_id=cast.clinic.practice.id)
    dead_letters.send_again(otis, key_of(message))
    with unscoped(reason="a test reads the audit") as work:
        event = work.session.exec(select(AuditEvent).where(AuditEvent.subject_id == message.id)).one()
    assert (event.action, event.user_id, event.role) == ("message.sent_again", otis.user_id, "operator")


@pytest.mark.parametrize("status", ["failed", "expired", "unknown"])
def test_a_code_is_never_sent_again(otis: Actor, given_up, status: str):
    message = given_up(status, urgency="code", body="Your code is 123456")
    for even_if_twice in (False, True):
        with pytest.raises(Conflict, match="message_not_again"):
            dead_letters.send_again(otis, key_of(message), even_if_twice=even_if_twice)
    assert again(message) == []


@pytest.mark.parametrize("status", ["waiting", "sending", "accepted", "delivered", "refused", "cancelled"])
def test_only_what_was_given_up_is_sent_again(otis: Actor, queued, status: str):
    message = queued()
    change(message, status=status)
    with pytest.raises(Conflict, match="message_not_again"):
        dead_letters.send_again(otis, key_of(message))


def test_what_may_have_arrived_goes_again_only_when_that_is_said(otis: Actor, given_up):
    message = given_up("unknown")
    with pytest.raises(Conflict, match="message_may_arrive_twice"):
        dead_letters.send_again(otis, key_of(message))
    assert again(message) == []
    dead_letters.send_again(otis, key_of(message), even_if_twice=True)
    assert len(again(message)) == 1


def test_what_is_no_longer_true_is_not_sent_again(cast: Cast, otis: Actor, queued):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    with pump_work() as work:
        query = select(TextMessage).where(TextMessage.tenant_id == cast.clinic.practice.id)
        message = work.session.exec(query).one()
    change(message, status="failed", ended_at=clock.now())
    scheduling.cancel(cast.alice.actor, visit_id=visit.id, version=visit.version)
    with pytest.raises(Conflict, match="message_no_longer_true"):
        dead_letters.send_again(otis, key_of(message))
    assert again(message) == []


def test_what_can_wait_waits_for_the_morning_when_sent_again(otis: Actor, given_up):
    zone = next(zone for zone in ("Pacific/Honolulu", "Europe/Berlin", "Asia/Tokyo", "America/New_York")
                if messaging.consent.quiet_hours.is_quiet(clock.now(), zone))
    message = given_up(urgency="notice", zone=zone)
    dead_letters.send_again(otis, key_of(message))
    (fresh,) = again(message)
    assert fresh.due_at > clock.now() and not messaging.consent.quiet_hours.is_quiet(fresh.due_at, zone)


def test_the_overview_has_every_class_and_points_without_gaps(otis: Actor, queued):
    figures.sweep()
    seen = operations.overview(otis)
    assert seen.everywhere and [one.urgency for one in seen.classes] == ["code", "now", "notice", "bulk"]
    assert {len(one.points) for one in seen.classes} == {60}
    assert {len(one.points) for one in operations.overview(otis, "day").classes} == {96}
    assert operations.overview(otis, "rubbish").span == "hour"


def test_what_waits_is_seen_at_once_and_a_flood_as_it_was_last_counted(otis: Actor, queued, monkeypatch):
    monkeypatch.setattr(promises, "MOST", 2)
    for _ in range(3):
        queued("bulk")
    bulk = next(one for one in operations.overview(otis).classes if one.urgency == "bulk")
    assert bulk.waiting in (2, 3) and bulk.oldest is not None and bulk.oldest < 60


def test_a_practice_sees_its_own_waiting_messages_alone(cast: Cast, queued):
    queued("notice", tenant_id=cast.clinic.practice.id), queued("notice", tenant_id=cast.elsewhere.practice.id)
    seen = operations.overview(cast.dan.actor, "hour")
    assert (seen.everywhere, seen.step, len(seen.classes[0].points)) == (False, figures.QUARTER, 4)
    assert next(one for one in seen.classes if one.urgency == "notice").waiting == 1


def test_asking_costs_the_same_whatever_waits(otis: Actor, cast: Cast, queued):
    def statements(person: Person | Actor) -> int:
        with counting() as counter:
            operations.overview(person if isinstance(person, Actor) else person.actor)
        return counter[0]

    before = (statements(otis), statements(cast.dan))
    for _ in range(5):
        queued("bulk", tenant_id=cast.clinic.practice.id)
    assert before == (3, 3)
    assert (statements(otis), statements(cast.dan)) == before


@pytest.fixture
def flood(cast: Cast) -> Iterator[Callable[..., None]]:
    """Fills a practice's outbox with rows of the same values, and takes them away again."""

    def fill(tenant_id: UUID, count: int, **values: str) -> None:
        columns, given = ", ".join(values), ", ".join(values.values())
        with unscoped(reason="a test's own starting rows") as work:
            work.session.execute(text(
                "INSERT INTO text_message (tenant_id, id, created_at, urgency, kind, recipient, body, dedupe_key, reason,"
                f" attempts, repeats, due_at, expires_at, zone, transaction_id, traceparent, {columns}) SELECT :tenant,"
                " gen_random_uuid(), now(), 'now', 'flood', '+1602', '', 'flood:' || n, '', 1, 0, now() + interval '1 day',"
                f" now() + interval '2 days', '', '', '', {given} FROM generate_series(1, :count) AS n"),
                {"tenant": tenant_id, "count": count})

    yield fill
    with unscoped(reason="a test takes its flood away") as work:
        work.session.execute(text("DELETE FROM text_message WHERE kind = 'flood'"))


def analyze() -> None:
    with unscoped(reason="the planner learns of a test's flood") as work:
        work.session.execute(text("ANALYZE text_message"))


def managing(cast: Cast) -> Actor:
    """Dan, who manages both practices."""
    both = (cast.clinic.practice.id, cast.elsewhere.practice.id)
    return replace(cast.dan.actor, tenants=both, roles=tuple((one, "practice_admin") for one in both))


FAILED = {"status": "'failed'", "ended_at": "now() - n * interval '1 second'"}
RETRIED = {"status": "'waiting'", "first_due_at": "now() - n * interval '1 hour'"}


def test_several_practices_are_put_in_one_order_page_by_page(cast: Cast, given_up):
    practices = (cast.clinic.practice.id, cast.elsewhere.practice.id)
    made = [key_of(given_up(tenant_id=practices[number % 3 // 2])) for number in range(dead_letters.PAGE * 2 + 3)]
    assert keys(managing(cast)) == made[::-1]


def test_a_page_is_read_from_the_ends_of_the_practices_indexes_however_much_was_given_up(cast: Cast, flood):
    other = make_cast()
    for practice, count in ((cast.clinic, 3000), (cast.elsewhere, 3000), (other.clinic, 14_000)):
        flood(practice.practice.id, count, **FAILED)
    flood(other.elsewhere.practice.id, 40_000, status="'delivered'")  # as in life, few messages of a practice were given up
    analyze()
    with rows_read("text_message") as read:
        page = dead_letters.dead_letters(managing(cast))
        assert page.next and len(dead_letters.dead_letters(managing(cast), page.next).items) == dead_letters.PAGE
    assert len(read) == 2 and max(read) <= 2 * (dead_letters.PAGE + 1) + 2


def test_a_practices_promise_reads_nothing_of_what_other_practices_try_again(cast: Cast, flood):
    flood(cast.elsewhere.practice.id, 20_000, **RETRIED)
    flood(cast.clinic.practice.id, 3, **RETRIED)
    analyze()
    with rows_read("text_message") as read:
        kept = next(one for one in operations.overview(cast.dan.actor).classes if one.urgency == "now").promise
    assert (kept.count, kept.late) == (3, 3) and kept.oldest and clock.now() - kept.oldest > timedelta(hours=2)
    assert len(read) == 1 and read[0] < 50


def test_a_story_says_where_it_leaves_off(cast: Cast, otis: Actor, given_up, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dead_letters, "PAGE", 2), monkeypatch.setattr(dead_letters, "MOST_EVENTS", 2)
    with transaction_id.use() as tx, unit_of_work(cast.dan.actor) as work:
        for number in range(3):
            outbox.queue_text(work, tenant_id=cast.clinic.practice.id, urgency="now", kind="test", recipient="+16025550100",
                              body="", dedupe_key=f"{tx}:{number}")
            audit.record(work, "visit.booked", tenant_id=cast.clinic.practice.id)
    story = dead_letters.story(otis, tx)
    assert (len(story.messages), len(story.events), story.more) == (2, 2, {"messages", "events"})
    monkeypatch.setattr(dead_letters, "PAGE", 3), monkeypatch.setattr(dead_letters, "MOST_EVENTS", 3)
    story = dead_letters.story(otis, tx)
    assert (len(story.messages), len(story.events), story.more) == (3, 3, frozenset())

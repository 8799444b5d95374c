"""A message about a visit, however often sent again, goes out only while it is true, welcome, and its number the chart's."""
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

import models
from models import Patient, TextMessage
from portal_app.core import clock, transaction_id
from portal_app.core.database import pump_work, unscoped
from portal_app.core.errors import Conflict
from portal_app.core.ids import parse
from services import accounts, messaging
from services.messaging import consent, dead_letters
from services.scheduling.views import VisitView
from tests.cast import Cast
from tests.texts import key_of, row_of
from tests.visits import book, cancel, hold, later, move, rows, undo

MIGRATION = Path(models.__file__).parent / "migrations" / "versions" / "0013_messages_about_visits.sql"


@pytest.fixture
def visit(cast: Cast, sandbox: object, valkey: str) -> VisitView:
    return book(cast, cast.alice, cast.clinic.at(9))


def told(visit: VisitView, kind: str = "visit.booked") -> TextMessage:
    """The newest message of a kind about the visit."""
    return max(rows(TextMessage, visit_id=parse(visit.id), kind=kind), key=lambda one: one.id)


def give_up(message: TextMessage) -> TextMessage:
    with pump_work() as work:
        work.session.execute(update(TextMessage).where(col(TextMessage.id) == message.id)
                             .values(status="failed", ended_at=clock.now()))
    return row_of(message.id)


def send_again(cast: Cast, message: TextMessage) -> None:
    with transaction_id.use():
        dead_letters.send_again(cast.dan.actor, key_of(message))


def sent_twice(cast: Cast, visit: VisitView) -> TextMessage:
    """The third sending of what tells of the booking; the first two were given up."""
    for _ in range(2):
        send_again(cast, give_up(told(visit)))
    return told(visit)


def test_what_was_sent_again_twice_is_still_known_to_be_untrue(cast: Cast, visit: VisitView):
    third = give_up(sent_twice(cast, visit))
    cancel(cast.alice, visit)
    with pytest.raises(Conflict, match="message_no_longer_true"):
        dead_letters.send_again(cast.dan.actor, key_of(third))
    assert told(visit).id == third.id


def test_what_was_sent_again_twice_goes_again_while_it_is_true(cast: Cast, visit: VisitView):
    third = give_up(sent_twice(cast, visit))
    send_again(cast, third)
    assert told(visit).dedupe_key == f"again:{third.id}"


def test_what_waits_to_be_sent_again_is_withdrawn_as_the_visit_moves(cast: Cast, visit: VisitView):
    third = sent_twice(cast, visit)
    move(cast.alice, visit, hold(cast, cast.alice, cast.clinic.at(14), moves=visit.id))
    assert (row_of(third.id).status, row_of(third.id).body) == ("cancelled", "")
    assert told(visit, "visit.moved").status == "waiting"


@pytest.mark.parametrize("sendings", [0, 2])
def test_what_waits_is_not_sent_after_the_visit_was_cancelled(cast: Cast, visit: VisitView, sendings: int):
    message = sent_twice(cast, visit) if sendings else told(visit)
    cancel(cast.alice, visit)
    messaging.deliver([(message.tenant_id, message.id)])
    assert (row_of(message.id).status, row_of(message.id).reason) == ("refused", "changed")


def test_what_waited_before_a_cancel_is_sent_after_its_undo(cast: Cast, visit: VisitView):
    message = told(visit)
    undo(cast.alice, cancel(cast.alice, visit))
    assert told(visit, "visit.cancelled").status == "cancelled"
    messaging.deliver([(message.tenant_id, message.id)])
    assert row_of(message.id).status == "accepted"


def test_that_a_visit_is_cancelled_is_told_when_it_is(cast: Cast, visit: VisitView, monkeypatch: pytest.MonkeyPatch):
    cancel(cast.alice, visit)
    message = told(visit, "visit.cancelled")
    later(monkeypatch, minutes=3)
    messaging.deliver([(message.tenant_id, message.id)])
    assert row_of(message.id).status == "accepted"


def test_it_is_not_sent_to_a_number_that_the_chart_no_longer_has(cast: Cast, visit: VisitView):
    message = give_up(told(visit))
    for mobile in ("+16025550177", ""):
        with unscoped(reason="a test gives a chart another number") as work:
            work.session.execute(update(Patient).where(col(Patient.id) == cast.chart(cast.alice)).values(mobile=mobile))
        with pytest.raises(Conflict, match="message_other_number"):
            dead_letters.send_again(cast.dan.actor, key_of(message))
    assert told(visit).id == message.id and row_of(message.id).reason == ""


def test_it_is_not_sent_to_who_wants_no_such_texts_now(cast: Cast, visit: VisitView):
    message = give_up(told(visit))
    accounts.set_contact(cast.alice.actor, wanted={"visits": False}, language="en", version=1)
    with pytest.raises(Conflict, match="message_not_wanted"):
        dead_letters.send_again(cast.dan.actor, key_of(message))
    accounts.set_contact(cast.alice.actor, wanted={"visits": True, "reminders": False}, language="en", version=2)
    send_again(cast, message)


def test_it_is_not_sent_to_who_said_stop(cast: Cast, visit: VisitView):
    message = give_up(told(visit))
    with pump_work() as work:
        consent.record(work, cast.alice.mobile, ["care"], allowed=False, source="reply", wording="stop")
    with pytest.raises(Conflict, match="message_not_wanted"):
        dead_letters.send_again(cast.dan.actor, key_of(message))


def test_messages_of_before_learn_which_visit_they_are_about(cast: Cast, visit: VisitView):
    third = sent_twice(cast, visit)
    with unscoped(reason="a test takes from messages what they did not have before") as work:
        work.session.execute(update(TextMessage).where(col(TextMessage.tenant_id) == third.tenant_id)
                             .values(visit_id=None, visit_version=None))
        work.session.connection().exec_driver_sql(MIGRATION.read_text(encoding="utf-8"))
    assert {(one.visit_id, one.visit_version) for one in rows(TextMessage, tenant_id=third.tenant_id)} == {
        (parse(visit.id), visit.version)}

"""A message is sent once, or it is known why not."""
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import urllib3
from sqlalchemy import text

from models.text_message import TextMessage
from portal_app.core import clock, live
from portal_app.core.actor import PLATFORM
from portal_app.core.database import pump_work, unit_of_work
from portal_app.core.errors import NotFound
from services import messaging, outbox
from services.providers import circuit, twilio_http
from services.providers.ports import Accepted, Later, Outcome, Outgoing, Refused, Unanswered, Unreachable
from services.providers.twilio import provider
from services.urgency import URGENCIES
from tests.texts import key_of, row, sent


def deliver(message: TextMessage) -> TextMessage:
    messaging.deliver([(message.tenant_id, message.id)])
    return row(message.id)


def died_while_sending(message: TextMessage) -> None:
    """As a worker leaves a row that it had leased when it was killed."""
    with pump_work() as work:
        found = work.session.get_one(TextMessage, (message.tenant_id, message.id))
        found.status, found.attempts, found.attempted_at = "sending", 1, clock.now()
        found.lease_until = clock.now() + timedelta(seconds=30)


def due_ids() -> list:
    """What any pump would hand over now."""
    return [one.id for one in [*messaging.abandoned(list(URGENCIES), 100),
                               *(one for urgency in URGENCIES for one in messaging.turns(urgency, 100))]]


def test_it_sends_once_when_delivered_twice(sandbox, queued):
    message = queued()
    assert deliver(message).status == "accepted"
    after = deliver(message)
    assert (after.attempts, sent(sandbox, message)) == (1, 1)
    assert after.provider_sid == sandbox.store.list(message.recipient)[0]["sid"]


def test_it_sends_once_when_eight_deliver_at_the_same_time(sandbox, queued):
    message, sandbox.mood.delay = queued(), 0.1
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: deliver(message), range(8)))
    assert (row(message.id).status, sent(sandbox, message)) == ("accepted", 1)


@pytest.mark.parametrize("status", [503, 401])
def test_it_tries_again_later_when_the_provider_fails(sandbox, queued, later, status):
    message, sandbox.mood.failures = queued(), [status]
    put_back = deliver(message)
    assert (put_back.status, put_back.attempts, put_back.lease_until) == ("waiting", 1, None)
    assert put_back.due_at > clock.now()
    assert deliver(message).attempts == 1, "not before its time"
    later(2)
    assert due_ids() == [message.id]
    assert deliver(message).status == "accepted"
    assert sent(sandbox, message) == 1


def test_it_waits_as_long_as_the_provider_asks(sandbox, queued):
    message, sandbox.mood.failures, sandbox.mood.retry_after = queued(), [429], 90
    put_back = deliver(message)
    assert put_back.status == "waiting"
    assert timedelta(seconds=85) < put_back.due_at - clock.now() <= timedelta(seconds=90)


def test_it_gives_up_when_the_number_is_no_number(sandbox, queued):
    message = queued()
    with pump_work() as work:
        work.session.get_one(TextMessage, (message.tenant_id, message.id)).recipient = "+15005550001"
    failed = deliver(message)
    assert (failed.status, failed.error_code, failed.lease_until) == ("failed", 21211, None)


def test_it_finds_out_at_the_provider_when_the_answer_was_lost(sandbox, queued, later):
    message, sandbox.mood.failures = queued(), ["silent"]
    assert deliver(message).status == "sending"
    later(31)
    found = deliver(message)
    assert (found.status, sent(sandbox, message)) == ("accepted", 1)


@pytest.mark.parametrize("failure", ["deaf", 500, 502, 504])
def test_it_sends_again_only_when_the_provider_says_that_it_has_nothing(sandbox, queued, later, failure):
    message, sandbox.mood.failures = queued("notice"), [failure]
    assert deliver(message).status == "sending", "accepted or not, nobody can tell"
    later(29)
    assert due_ids() == [] and deliver(message).status == "sending"
    later(2)
    assert due_ids() == [message.id]
    assert deliver(message).status == "waiting", "asked, the provider has nothing like it"
    later(10)
    assert deliver(message).status == "accepted"
    assert sent(sandbox, message) == 1


@pytest.mark.parametrize("urgency", list(URGENCIES))
def test_it_ends_unknown_and_is_never_sent_again_when_the_provider_cannot_be_asked(sandbox, queued, later, urgency):
    message, sandbox.mood.failures = queued(urgency), ["silent"]
    deliver(message)
    provider().known = unreachable
    later(31)
    assert deliver(message).status == "sending", "asked again while there is hope"
    later(URGENCIES[urgency].doubt.total_seconds())
    assert deliver(message).status == "unknown"
    later(60)
    assert due_ids() == [] and deliver(message).status == "unknown"
    assert sent(sandbox, message) == 1


def unreachable(_: str) -> list:
    raise Unreachable


def test_it_learns_of_a_late_acceptance_from_the_callback(sandbox, queued, monkeypatch):
    message, sandbox.mood.delay = queued("code"), 0.5
    monkeypatch.setattr(twilio_http, "TIMEOUT", urllib3.Timeout(0.1))
    assert deliver(message).status == "sending"
    time.sleep(0.5)
    sid = sandbox.store.list(message.recipient)[0]["sid"]
    messaging.record_status(key_of(message), sid=sid, status="sent")
    assert (row(message.id).status, sent(sandbox, message)) == ("sent", 1)


def test_it_does_not_take_another_rows_message_for_its_own(sandbox, queued, later):
    first, second = queued(body="Your visit is tomorrow."), queued(body="Your visit is tomorrow.")
    deliver(first)
    sandbox.mood.failures = ["deaf"]
    deliver(second)
    later(31)
    assert deliver(second).status == "waiting"


def test_it_does_not_send_what_has_expired(sandbox, queued, later):
    message = queued("code")
    later(601)
    assert (deliver(message).status, sent(sandbox, message)) == ("expired", 0)


def test_it_expires_rather_than_wait_too_long(sandbox, queued):
    message = queued("code", expires_at=clock.now() + timedelta(seconds=30))
    sandbox.mood.failures, sandbox.mood.retry_after = [429], 60
    expired = deliver(message)
    assert (expired.status, expired.error_code) == ("expired", 20429)


@pytest.mark.parametrize("urgency", ["code", "notice"])
def test_a_dead_workers_message_is_asked_about_before_it_is_sent_again(sandbox, queued, later, urgency):
    message = queued(urgency)
    died_while_sending(message)
    assert deliver(message).status == "sending", "the lease still runs"
    later(31)
    assert due_ids() == [message.id]
    assert (deliver(message).status, sent(sandbox, message)) == ("waiting", 0)


def test_a_worker_that_comes_back_late_changes_nothing_but_tells_of_its_acceptance(sandbox, queued, later, monkeypatch):
    message, twilio = queued(), provider()

    def slow(outgoing: Outgoing) -> Outcome:
        later(31)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(twilio, "send", None)
            assert deliver(message).status == "waiting"
        return Refused(21211)

    monkeypatch.setattr(twilio, "send", slow)
    assert deliver(message).status == "waiting"


def test_no_request_is_begun_that_could_outlast_its_lease(sandbox, queued, later, monkeypatch):
    messages, send = [queued("bulk") for _ in range(3)], provider().send
    monkeypatch.setattr(provider(), "send", lambda outgoing: later(10) and send(outgoing))
    messaging.deliver([(one.tenant_id, one.id) for one in messages])
    assert [row(one.id).status for one in messages] == ["accepted", "accepted", "waiting"]


def pause_is_over() -> None:
    """As Valkey ends it: by no clock that a busy machine could outrun."""
    live.valkey().delete(circuit.OPEN)


def test_after_many_failures_nobody_asks_and_then_one_probes(sandbox, queued):
    sandbox.mood.failures = [503] * circuit.MANY
    messages = [queued("bulk") for _ in range(circuit.MANY)]
    messaging.deliver([(one.tenant_id, one.id) for one in messages])
    asked = len(sandbox.mood.failures)
    assert asked == 0 and circuit.is_open()
    message = queued()
    assert (deliver(message).status, sent(sandbox, message)) == ("waiting", 0)
    assert messaging.granted(5, urgent=False) == 0
    pause_is_over()
    assert circuit.wait() == 0 and circuit.wait() == 1, "one probe, the others wait for what it hears"
    circuit.heard(Accepted("SM1"))
    assert not circuit.is_open() and circuit.wait() == 0


def test_a_probe_that_fails_shuts_again_at_once(sandbox, queued):
    for _ in range(circuit.MANY):
        circuit.heard(Later())
    pause_is_over()
    assert circuit.wait() == 0
    circuit.heard(Unanswered())
    assert circuit.wait() > 0


def test_it_learns_that_the_dead_worker_had_sent_it(sandbox, queued, later):
    message = queued()
    died_while_sending(message)
    provider().client.messages.create(to=message.recipient, body=message.body, from_="+15005550006")
    later(31)
    assert (deliver(message).status, sent(sandbox, message)) == ("accepted", 1)


def test_a_callback_is_taken_before_our_own_answer(sandbox, queued):
    message = queued()
    died_while_sending(message)
    messaging.record_status(key_of(message), sid="SM1", status="delivered")
    assert (row(message.id).status, row(message.id).lease_until) == ("delivered", None)


def test_callbacks_reversed_and_replayed_end_in_the_furthest(sandbox, queued):
    message = deliver(queued())
    for status in ("delivered", "sent", "queued", "delivered", "sent"):
        messaging.record_status(key_of(message), sid=message.provider_sid, status=status)
    after = row(message.id)
    assert after.status == "delivered"
    assert message.accepted_at <= after.delivered_at


def test_a_replayed_callback_changes_nothing(sandbox, queued):
    message = deliver(queued())
    messaging.record_status(key_of(message), sid=message.provider_sid, status="delivered")
    first = row(message.id)
    messaging.record_status(key_of(message), sid=message.provider_sid, status="delivered")
    assert row(message.id) == first


def test_a_failed_delivery_keeps_its_reason(sandbox, queued):
    message = deliver(queued())
    messaging.record_status(key_of(message), sid=message.provider_sid, status="undelivered", error_code=30005)
    assert (row(message.id).status, row(message.id).error_code) == ("failed", 30005)


def test_a_callback_about_another_sending_is_not_believed(sandbox, queued):
    message = deliver(queued())
    messaging.record_status(key_of(message), sid="SM2", status="delivered")
    assert row(message.id) == message


NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize("key", ["", "nonsense", f"{NOBODY}.{NOBODY}"])
def test_a_callback_about_nothing_of_ours_is_not_found(database, key):
    with pytest.raises(NotFound):
        messaging.record_status(key, sid="SM1", status="sent")


def test_a_status_that_does_not_exist_is_not_found(sandbox, queued):
    with pytest.raises(NotFound):
        messaging.record_status(key_of(queued()), sid="SM1", status="exploded")


def test_of_a_practice_the_oldest_is_next(queued):
    messages = [queued("bulk") for _ in range(5)]
    assert [one.id for one in messaging.turns("bulk", 3)] == [one.id for one in messages[:3]]


def test_it_waits_until_it_is_due(sandbox, queued, later):
    message = queued(due_at=clock.now() + timedelta(seconds=10))
    later(5)
    assert (due_ids(), deliver(message).status) == ([], "waiting")
    later(8)
    assert due_ids() == [message.id]
    assert deliver(message).status == "accepted"


def test_what_still_waits_can_be_withdrawn(sandbox, queued):
    message = queued(due_at=clock.now() + timedelta(seconds=10))
    assert withdrawn(message) and not withdrawn(message)
    assert (row(message.id).status, row(message.id).body) == ("cancelled", "")


def test_what_is_on_its_way_cannot_be_withdrawn(sandbox, queued):
    message = queued()
    deliver(message)
    assert not withdrawn(message)
    assert row(message.id).status == "accepted"


def withdrawn(message: TextMessage) -> bool:
    with unit_of_work(PLATFORM) as work:
        return outbox.withdraw(work, tenant_id=message.tenant_id, dedupe_key=message.dedupe_key)


@pytest.mark.parametrize(("alone", "disk"), [(False, "on"), (True, "off")])
def test_only_a_repetition_alone_in_its_transaction_may_be_forgotten(queued, alone: bool, disk: str):
    message = queued("code")
    with unit_of_work(PLATFORM) as work:
        told = outbox.repeated(work, within=timedelta(minutes=1), recipient=message.recipient, kind=message.kind, user_id=None,
                               alone=alone)
        assert told and told.id == message.id
        assert work.session.execute(text("SHOW synchronous_commit")).scalar() == disk

"""Several messages with the same words to the same person, in doubt at once: each is sent once, and none spoils another."""
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.text_message import TextMessage
from services import messaging
from services.messaging import sending
from services.messaging.leases import claim
from services.providers import twilio
from services.providers.ports import Accepted, Outgoing
from services.providers.twilio import provider
from services.urgency import URGENCIES
from tests.services.test_messaging import died_while_sending, unreachable
from tests.texts import key_of, row, sent

WORDS = "Your visit is tomorrow."


@pytest.fixture
def alike(queued):
    """Two, with words that no other test has."""
    words = f"{WORDS} {queued().id}"
    return queued(body=words), queued(body=words)


def deliver(*messages: TextMessage) -> list[str]:
    messaging.deliver([(one.tenant_id, one.id) for one in messages])
    return [row(one.id).status for one in messages]


def test_both_are_found_where_both_were_sent(sandbox, alike, later):
    sandbox.mood.failures = ["silent", "silent"]
    assert deliver(*alike) == ["sending", "sending"]
    later(31)
    assert deliver(*alike) == ["accepted", "accepted"]
    assert len({row(one.id).provider_sid for one in alike}) == 2 and sent(sandbox, alike[0]) == 2


@pytest.mark.parametrize("together", [True, False])
def test_only_the_one_that_was_not_sent_is_sent_again(sandbox, alike, later, together: bool):
    sandbox.mood.failures = ["silent"]
    deliver(alike[0])
    died_while_sending(alike[1])
    later(31)
    outcomes = deliver(*alike) if together else deliver(alike[1]) + deliver(alike[0])
    assert sorted(outcomes) == ["accepted", "waiting"]
    later(10)
    assert deliver(*alike) == ["accepted", "accepted"] and sent(sandbox, alike[0]) == 2


def test_while_one_is_under_way_nothing_is_said_of_the_other(sandbox, alike, later):
    orphan, under_way = alike
    died_while_sending(orphan)
    later(31)
    sandbox.mood.failures = ["silent"]
    assert deliver(under_way) == ["sending"]
    assert deliver(orphan) == ["sending"], "what the provider has may be the other one"
    later(31)
    assert sorted(deliver(orphan, under_way)) == ["accepted", "waiting"]
    later(10)
    assert deliver(*alike) == ["accepted", "accepted"] and sent(sandbox, orphan) == 2


def test_one_given_up_without_knowing_leaves_the_other_in_doubt(sandbox, alike, later, monkeypatch):
    one, other = alike
    sandbox.mood.failures = ["silent"]
    deliver(one)
    died_while_sending(other)
    with monkeypatch.context() as away:
        away.setattr(provider(), "known", unreachable)
        later(URGENCIES["now"].doubt.total_seconds() + 1)
        assert deliver(one) == ["unknown"]
    assert deliver(other) == ["unknown"], "it may be what the provider has, or not: a person decides"
    assert sent(sandbox, one) == 1


def test_an_answer_that_contradicts_what_is_known_spoils_no_other(sandbox, queued, monkeypatch):
    known, doubtful, other = queued(), queued(), queued()
    deliver(known)
    send, sid = provider().send, row(known.id).provider_sid

    def mistaken(outgoing: Outgoing) -> object:
        return Accepted(sid) if outgoing.key == key_of(doubtful) else send(outgoing)

    monkeypatch.setattr(provider(), "send", mistaken)
    assert deliver(doubtful, other) == ["sending", "accepted"]


def test_word_of_a_sending_that_another_was_taken_for_is_heard(sandbox, alike):
    one, other = alike
    deliver(one)
    messaging.record_status(key_of(other), sid=row(one.id).provider_sid, status="delivered")
    assert (row(other.id).status, row(other.id).provider_sid) == ("waiting", None)


def test_what_may_have_been_left_off_a_long_list_is_not_sent_again(sandbox, queued, later, monkeypatch):
    monkeypatch.setattr(twilio, "NEWEST", 2)
    doubtful = queued()
    sandbox.mood.failures = ["silent"]
    deliver(doubtful)
    deliver(*(queued(recipient=doubtful.recipient) for _ in range(3)))
    later(31)
    assert deliver(doubtful) == ["sending"]
    later(URGENCIES["now"].doubt.total_seconds())
    assert deliver(doubtful) == ["unknown"] and sent(sandbox, doubtful) == 1


def test_two_processes_that_decide_at_once_take_one_each(sandbox, alike, later, monkeypatch):
    sandbox.mood.failures = ["silent", "silent"]
    deliver(*alike)
    later(31)
    decide = sending.which

    def slowly(*args: object) -> object:
        outcome = decide(*args)
        time.sleep(0.3)  # before it is written
        return outcome

    monkeypatch.setattr(sending, "which", slowly)
    done = [sending._sent(lease) for lease in claim([(one.tenant_id, one.id) for one in alike])]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda one: sending._settle([one])[0], done))
    assert all(isinstance(one, Accepted) for one in outcomes)
    assert len({row(one.id).provider_sid for one in alike}) == 2

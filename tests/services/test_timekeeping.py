"""The machine's clock was hours ahead and is set right: nothing lasts longer than it may, and all of it is said."""
import logging

import pytest
from sqlalchemy import text

from portal_app.core import clock, live
from portal_app.core.database import unscoped
from portal_app.core.errors import NotSignedIn, TooMany
from services import accounts, messaging, scheduling
from services.accounts import throttle
from services.messaging.leases import LEASE, LONGEST_REQUEST, claim
from services.providers import circuit
from services.providers.twilio import provider
from services.timekeeping import Timekeeper
from tests.cast import Cast
from tests.services.test_sign_in import accounts_hash, sign_in, start, texts_to
from tests.texts import row_of, sent
from tests.visits import book, cancel, hold, now

AHEAD = 3 * 3600  # seconds


@pytest.fixture
def later(set_clock):
    """The machine's clock alone is set."""
    return set_clock


@pytest.fixture
def ahead(database: str, valkey: str, later):
    """The clock is hours ahead, and that has been seen; to be called when it is set right."""
    with unscoped(reason="a test begins with no moment seen") as work:
        work.session.execute(text("DELETE FROM clock_mark"))
    keeper = Timekeeper()
    later(AHEAD)
    keeper.look()

    def set_right() -> None:
        later(-AHEAD)
        keeper.look()

    return set_right


def test_a_clock_that_was_set_back_is_said(ahead, caplog):
    with caplog.at_level(logging.WARNING):
        ahead()
    (said,) = [one for one in caplog.records if "set back" in one.message]
    assert said.seconds == pytest.approx(AHEAD, abs=5)


def test_a_clock_that_was_set_ahead_is_said(database, later, caplog):
    keeper = Timekeeper()
    keeper.look()
    later(AHEAD)
    with caplog.at_level(logging.WARNING):
        keeper.look()
    (said,) = [one for one in caplog.records if "set ahead" in one.message]
    assert said.seconds == pytest.approx(AHEAD, abs=5)


def test_a_clock_that_runs_as_it_should_is_not_spoken_of(ahead, caplog):
    ahead()
    caplog.clear()
    keeper = Timekeeper()
    keeper.look()
    keeper.look()
    assert not [one for one in caplog.records if "the clock" in one.message]


def test_who_asked_too_often_waits_no_longer(ahead):
    for _ in range(3):
        throttle.count_try("test", "set back", limit=3, seconds=3600)
    with pytest.raises(TooMany):
        throttle.count_try("test", "set back", limit=3, seconds=3600)
    ahead()
    throttle.count_try("test", "set back", limit=3, seconds=3600)


def test_a_code_can_be_asked_for_again_after_its_minute(cast: Cast, ahead, later):
    start(cast.alice)
    ahead()
    later(61)
    start(cast.alice)
    assert len(texts_to(cast.alice)) == 2


def test_a_code_is_not_good_for_longer(cast: Cast, ahead, later):
    challenge = start(cast.alice)
    ahead()
    later(601)
    with pytest.raises(Exception, match="code"):
        accounts.check_code(challenge.id, "000000")
    with unscoped(reason="a test looks at a challenge") as work:
        ends = text("SELECT expires_at FROM sign_in_challenge WHERE id = :id")
        until = work.session.execute(ends, {"id": challenge.id}).scalar()
    assert until <= clock.now()


def test_a_session_lies_idle_no_longer(cast: Cast, ahead, later):
    session = accounts_hash(sign_in(cast.alice))
    ahead()
    assert accounts.actor_of(session)
    later(31 * 60)
    with pytest.raises(NotSignedIn):
        accounts.actor_of(session)


def test_a_hold_lasts_five_minutes_and_no_longer(cast: Cast, ahead, later):
    at = cast.clinic.at(9)
    hold(cast, cast.alice, at)
    ahead()
    later(5 * 60 + 1)
    assert book(cast, cast.pam, at).status == "booked"


def test_a_cancellation_is_not_undone_hours_later(cast: Cast, ahead):
    visit = cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(10)))
    ahead()
    with pytest.raises(Exception, match="undo_late"):
        scheduling.undo_cancel(cast.alice.actor, visit_id=visit.id)
    assert now(cast.alice, visit).status == "cancelled"


def test_what_waited_goes_now(sandbox, queued, ahead):
    message = queued()
    ahead()
    assert [one.id for one in messaging.turns("now", 5)] == [message.id]
    messaging.deliver([(message.tenant_id, message.id)])
    assert (row_of(message.id).status, sent(sandbox, message)) == ("accepted", 1)


def test_what_a_dead_worker_had_is_asked_about_and_not_sent_again(sandbox, queued, ahead, later):
    message = queued()
    (lease,) = claim([(message.tenant_id, message.id)])
    provider().send(lease.outgoing)  # and dies before it says so
    ahead()
    later(LEASE.total_seconds() + 1)
    assert [one.id for one in messaging.abandoned(["now"], 5)] == [message.id]
    messaging.deliver([(message.tenant_id, message.id)])
    assert (row_of(message.id).status, sent(sandbox, message)) == ("accepted", 1)


def test_the_provider_is_asked_again(ahead, valkey):
    live.valkey().set(circuit.OPEN, "1", px=3_600_000)
    ahead()
    assert circuit.wait() == 0


def test_after_a_rest_of_the_portal_it_is_noticed_all_the_same(ahead, later, caplog):
    later(-AHEAD)
    with caplog.at_level(logging.WARNING):
        Timekeeper().look()
    assert [one for one in caplog.records if "set back" in one.message]


def test_a_living_worker_begins_no_request_that_its_lease_no_longer_covers(sandbox, queued, ahead, monkeypatch):
    message = queued()
    (lease,) = claim([(message.tenant_id, message.id)])
    assert lease.allows_request()
    ahead()
    own = clock.steady
    monkeypatch.setattr(clock, "steady", lambda: own() + 19)
    assert not lease.allows_request(), "by the clock, which was set back, its lease lasts for hours"


def test_a_clock_set_ahead_frees_no_lease_while_its_holder_may_be_sending(sandbox, queued, set_clock, monkeypatch):
    message = queued()
    key = (message.tenant_id, message.id)
    (held,) = claim([key])
    set_clock(AHEAD)
    assert claim([key]) == [] and held.allows_request() is False
    own = clock.steady
    monkeypatch.setattr(clock, "steady", lambda: own() + LONGEST_REQUEST.total_seconds())
    set_clock(LONGEST_REQUEST.total_seconds())
    (orphan,) = claim([key])
    assert orphan.orphaned

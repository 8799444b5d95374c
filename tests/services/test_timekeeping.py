"""The machine's clock was hours ahead and is set right: nothing lasts longer than it may, and all of it is said."""
import logging
import re

import pytest
from redis import RedisError
from sqlalchemy import text

from portal_app.core import clock, live
from portal_app.core.database import unscoped
from portal_app.core.errors import NotSignedIn, TooMany, Unavailable
from services import accounts, messaging, timekeeping
from services.accounts import throttle
from services.messaging import leases
from services.messaging.leases import LEASE, LONGEST_REQUEST, claim
from services.providers import circuit
from services.providers.twilio import provider
from services.timekeeping import STEPS, Timekeeper
from tests.cast import Cast
from tests.services.test_sign_in import accounts_hash, sign_in, start, texts_to
from tests.texts import row_of, sent
from tests.visits import book, cancel, hold, now, undo

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
        undo(cast.alice, visit)
    assert now(cast.alice, visit).status == "cancelled"


def test_what_waited_goes_now(sandbox, queued, ahead):
    message = queued()
    ahead()
    assert [one.id for one in messaging.turns("now", 5)] == [message.id]
    messaging.deliver([(message.tenant_id, message.id)])
    assert (row_of(message.id).status, sent(sandbox, message)) == ("accepted", 1)


def test_what_a_dead_worker_had_is_asked_about_and_not_sent_again(sandbox, queued, ahead, later, monkeypatch):
    message = queued()
    (lease,) = claim([(message.tenant_id, message.id)])
    provider().send(lease.outgoing)  # and dies before it says so
    ahead()
    own, passes = clock.steady, LEASE.total_seconds() + 1
    later(passes)
    monkeypatch.setattr(clock, "steady", lambda: own() + passes)
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


def said_back(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [one for one in caplog.records if "set back" in one.message]


def breaks(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The database fails at one step, as at its statement timeout."""
    whole = timekeeping._call

    def call(function: str) -> object:
        if function == step:
            raise Unavailable
        return whole(function)

    monkeypatch.setattr(timekeeping, "_call", call)


@pytest.mark.parametrize("step", [*STEPS, "clock_mended"])
def test_what_was_interrupted_at_any_step_is_taken_up_again(cast: Cast, ahead, monkeypatch, caplog, step):
    cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(10)))
    hold(cast, cast.alice, cast.clinic.at(9))
    with monkeypatch.context() as patch:
        breaks(patch, step)
        with pytest.raises(Unavailable):
            ahead()
    assert not said_back(caplog), "it is said when all is mended"
    Timekeeper().look()
    assert len(said_back(caplog)) == 1 and not written_ahead(cast)
    Timekeeper().look()
    assert len(said_back(caplog)) == 1, "and once"


def written_ahead(cast: Cast) -> bool:
    with unscoped(reason="a test looks for what lasts too long") as work:
        return bool(work.session.execute(text(
            "SELECT 1 FROM visit WHERE tenant_id = :tenant AND (hold_expires_at > :at + interval '5 minutes'"
            " OR cancelled_at > :at) LIMIT 1"), {"tenant": cast.clinic.practice.id, "at": clock.now()}).scalar())


def test_valkey_away_at_that_moment_is_told_again(ahead, valkey, monkeypatch, caplog):
    def away() -> None:
        raise RedisError

    live.valkey().set(circuit.OPEN, "1", px=3_600_000)
    with monkeypatch.context() as patch:
        patch.setattr(circuit, "valkey", away)
        with pytest.raises(RedisError):
            ahead()
    Timekeeper().look()
    assert circuit.wait() == 0 and len(said_back(caplog)) == 1


def test_two_machines_whose_clocks_are_half_a_minute_apart_are_left_in_peace(cast: Cast, ahead, later, caplog):
    ahead()
    caplog.clear()
    one, other = Timekeeper(), Timekeeper()
    for _ in range(3):
        one.look()
        later(30)
        visit = cancel(cast.alice, book(cast, cast.alice, cast.clinic.at(10)))
        other.look()
        later(-30)
        one.look()
        assert undo(cast.alice, visit).status == "booked"
        cancel(cast.alice, now(cast.alice, visit))
    assert not said_back(caplog)


def test_more_than_fit_into_one_transaction_are_all_mended(ahead, database):
    fill = ("INSERT INTO throttle (key, count, window_ends_at)"
            " SELECT 'block ' || n, 1, :at + interval '1 hour' FROM generate_series(1, 2500) n")
    with unscoped(reason="a test counts many tries") as work:
        work.session.execute(text(fill), {"at": clock.now()})
    ahead()
    with unscoped(reason="a test looks at what is left") as work:
        assert work.session.execute(text("SELECT count(*) FROM throttle WHERE key LIKE 'block %'")).scalar() == 0


INDEXES = {
    "clock_mend_throttle": "ix_throttle_window_ends_at", "clock_mend_challenge": "ix_sign_in_challenge_expires_at",
    "clock_mend_session": "ix_user_session_expires_at", "clock_mend_hold": "ix_visit_hold_expires_at",
    "clock_mend_cancel": "ix_visit_cancelled_at", "clock_mend_waiting": "ix_text_message_due",
    "clock_mend_sending": "ix_text_message_sending",
}


@pytest.mark.parametrize(("step", "index"), INDEXES.items())
def test_every_step_has_an_index_behind_it(database, step, index):
    with unscoped(reason="a test reads a plan") as work:
        body = work.session.execute(text("SELECT prosrc FROM pg_proc WHERE proname = :name"), {"name": step}).scalar_one()
        for way in ("seqscan", "sort", "incremental_sort"):  # the index gives the order too, however little there is to read
            work.session.execute(text(f"SET LOCAL enable_{way} = off"))
        plan = "\n".join(work.session.execute(text("EXPLAIN " + re.sub(r"\bat_\b", "now()", body))).scalars())
    assert index in plan and "Seq Scan" not in plan and "Sort" not in plan, plan


def test_the_steps_are_all_there_are(database):
    with unscoped(reason="a test reads the catalog") as work:
        found = work.session.execute(text("SELECT proname FROM pg_proc WHERE proname LIKE 'clock\\_mend\\_%'")).scalars()
        assert set(found) == {*STEPS} == {*INDEXES, "clock_mend_sweep"}


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


def test_a_process_that_has_just_begun_takes_over_nothing_yet(sandbox, queued, later, monkeypatch):
    message = queued()
    key = (message.tenant_id, message.id)
    claim([key])
    monkeypatch.setattr(leases, "trusted", leases.Trust())
    later(31)
    assert claim([key]) == [], "the clock may have been set ahead just before"

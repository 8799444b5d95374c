"""Stop means stop, however it is written; start brings texts back; C confirms a visit; nothing happens twice."""
from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from models import AuditEvent, TextMessage, Visit
from portal_app.core import clock, transaction_id
from portal_app.core.database import nobody_work, pump_work, unscoped
from portal_app.core.errors import Invalid
from portal_app.core.ids import new_id
from portal_app.core.settings import settings
from services import messaging, scheduling
from services.messaging import consent, reminders, replies
from services.messaging.receiving import receive
from tests.cast import Cast
from tests.texts import use_settings
from tests.visits import book, cancel, hold, move, rows

STOPS = ["STOP", "STOPALL", "QUIT", "END", "REVOKE", "OPT OUT", "CANCEL", "UNSUBSCRIBE"]
AROUND = ["{}", " {} ", "{}.", "{}!!!", "“{}”", "\n{}\n", "{} 🛑", "- {} -", "\u200b{}\ufeff", "please {}", "{}, please!"]
CASES = [str.upper, str.lower, str.title, str.swapcase]
CODES, CARE = "+15005550010", "+15005550006"
TROUBLED = text("SELECT mobile_failed(:mobile, 30006, :at)")
SENT = text("UPDATE text_message SET status = 'delivered', accepted_at = now() WHERE visit_id = :id")
FORGET = text("DELETE FROM reminder_sweep")
numbers = count(int(uuid4().int % 8_000_000) + 2_000_000)


def a_mobile() -> str:
    return f"+1312{next(numbers) % 10_000_000:07d}"


def say(mobile: str, body: str, to: str = CARE, sid: str = "", opt_out_type: str = "") -> str:
    sid = sid or f"SM{uuid4().hex}"
    with transaction_id.use():
        receive(sid=sid, mobile=mobile, to=to, body=body, opt_out_type=opt_out_type)
    return sid


@pytest.fixture
def queued(queued, sandbox):
    """As in tests of sending, to whom one likes."""
    return lambda urgency, to: queued(urgency, recipient=to)


def answers(mobile: str) -> list[str]:
    found = rows(TextMessage, recipient=mobile)
    return [one.kind for one in sorted(found, key=lambda one: one.id) if one.kind.startswith("reply.")]


def trouble(mobile: str, purpose: str = "care") -> str:
    with nobody_work() as work:
        return consent.trouble(work, mobile, purpose)


@pytest.fixture(autouse=True)
def codes_have_a_sender(monkeypatch: pytest.MonkeyPatch):
    use_settings(monkeypatch, TWILIO_CODE_SENDER=CODES)
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("word", STOPS)
def test_stop_is_understood_however_it_is_written(word: str, around: str, case):
    assert replies.meaning(around.format(case(word))) == "stop"


@pytest.mark.parametrize(("said", "meant"), [
    ("OPT-OUT", "stop"), ("optout", "stop"), ("S T O P", "stop"), ("Stop all", "stop"), ("Stop texting me", "stop"),
    ("ＳＴＯＰ", "stop"), ("Stöp", "stop"), ("START", "start"), ("un-stop", "start"), ("Start.", "start"), ("HELP", "help"),
    ("help?", "help"), ("Ayuda", "help"), ("C", "confirm"), ("c.", "confirm"), (" (C) ", "confirm"), ("Confirm", "confirm"),
    ("YES", "other"), ("yes please", "other"), ("", "other"), ("👍", "other"), ("Can I stop taking it?", "other"),
    ("cancel my visit", "other"), ("C U there", "other"), ("nonstop", "other"), ("x" * 5000, "other"),
])
def test_it_tells_what_is_meant(said: str, meant: str):
    assert replies.meaning(said) == meant


def test_the_providers_own_reading_holds():
    assert [replies.meaning("yes", "START"), replies.meaning("stop", "HELP")] == ["start", "help"]


def test_stop_is_confirmed_once_and_starting_brings_texts_back(cast: Cast):
    mobile = a_mobile()
    say(mobile, "Stop!")
    say(mobile, "STOP")
    assert (trouble(mobile), trouble(mobile, "code"), answers(mobile)) == ("stopped", "", ["reply.stop"])
    say(mobile, "unstop")
    assert (trouble(mobile), answers(mobile)) == ("", ["reply.stop", "reply.start"])


def test_a_message_told_twice_is_acted_on_once(cast: Cast):
    mobile = a_mobile()
    sid = say(mobile, "stop")
    say(mobile, "start")
    say(mobile, "stop", sid=sid)
    assert (trouble(mobile), answers(mobile)) == ("", ["reply.stop", "reply.start"])


def test_what_the_provider_has_answered_is_only_recorded(cast: Cast):
    mobile = a_mobile()
    say(mobile, "Basta ya", opt_out_type="STOP")
    assert (trouble(mobile), answers(mobile)) == ("stopped", [])


def test_codes_and_visits_are_stopped_apart(cast: Cast):
    mobile = a_mobile()
    say(mobile, "STOP", to=CODES)
    assert [trouble(mobile, purpose) for purpose in ("code", "care")] == ["stopped", ""]
    assert rows(TextMessage, recipient=mobile)[0].urgency == "code", "answered from the number that was written to"


def test_without_a_sender_of_their_own_codes_stop_too(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    use_settings(monkeypatch, TWILIO_CODE_SENDER="")
    mobile = a_mobile()
    say(mobile, "STOP")
    assert [trouble(mobile, purpose) for purpose in ("code", "care")] == ["stopped", "stopped"]


def test_the_ledger_keeps_every_word_and_who_and_when(cast: Cast):
    from models import ConsentEvent

    mobile = a_mobile()
    for word in ("hm", "START", "stop"):
        say(mobile, word)
    kept = sorted(rows(ConsentEvent, mobile=mobile, purpose="care"), key=lambda one: one.id)
    assert [(one.wording, one.source) for one in kept] == [("START", "reply"), ("stop", "reply")]
    assert all(one.at and one.transaction_id for one in kept)


def test_help_is_answered_even_after_stop_and_chatter_once_a_day(cast: Cast):
    mobile = a_mobile()
    for word in ("hello?", "who are you", "HELP", "help"):
        say(mobile, word)
    assert answers(mobile) == ["reply.other", "reply.help", "reply.help"]
    quiet = a_mobile()
    for word in ("stop", "hello?", "help"):
        say(quiet, word)
    assert answers(quiet) == ["reply.stop", "reply.help"]


@pytest.mark.parametrize(("sid", "mobile"), [("", "+13125550100"), ("SM1", ""), ("SM1", "CARELANE"), ("SM1", "3125550100")])
def test_what_is_no_message_is_refused(database: str, sid: str, mobile: str):
    with pytest.raises(Invalid):
        receive(sid=sid, mobile=mobile, to=CARE, body="STOP")


# ------------------------------------------------------------------------------------------ at the moment of sending


def deliver(message: TextMessage) -> TextMessage:
    messaging.deliver([(message.tenant_id, message.id)])
    with pump_work() as work:
        return work.session.get_one(TextMessage, (message.tenant_id, message.id))


def test_stop_in_the_middle_of_a_campaign_ends_it_for_that_person(queued, sandbox):
    theirs, others = a_mobile(), a_mobile()
    first, second, third = (queued("bulk", to=mobile) for mobile in (theirs, theirs, others))
    assert deliver(first).status == "accepted"
    say(theirs, "stop")
    assert (deliver(second).status, deliver(second).reason) == ("refused", "stopped")
    assert deliver(third).status == "accepted"
    say(theirs, "start")
    assert deliver(queued("bulk", to=theirs)).status == "accepted"


def test_the_confirmation_of_stop_is_itself_sent(queued, sandbox):
    mobile = a_mobile()
    say(mobile, "stop")
    assert deliver(rows(TextMessage, recipient=mobile)[0]).status == "accepted"
    assert "START" in sandbox.store.list(mobile)[0]["body"]


def test_a_code_is_sent_from_its_own_number_to_who_stopped_the_rest(queued, sandbox):
    mobile = a_mobile()
    say(mobile, "stop")
    assert deliver(queued("code", to=mobile)).status == "accepted"
    assert sandbox.store.list(mobile)[0]["from"] == CODES


def test_the_providers_own_list_of_stopped_numbers_is_learned_from(queued, sandbox):
    refused = deliver(queued("now", to="+15005550004"))
    assert (refused.error_code, trouble("+15005550004")) == (21610, "stopped")
    say("+15005550004", "start")


def test_a_landline_is_remembered_until_a_message_arrives(queued, sandbox):
    deliver(queued("now", to="+15005550009"))
    assert trouble("+15005550009") == "unreachable"
    mobile = a_mobile()
    with pump_work() as work:
        work.session.execute(TROUBLED, {"mobile": mobile, "at": clock.now()})
    assert trouble(mobile) == "unreachable"
    arrived = deliver(queued("now", to=mobile))
    messaging.record_status(f"{arrived.tenant_id}.{arrived.id}", sid=arrived.provider_sid, status="delivered")
    assert trouble(mobile) == ""


# ------------------------------------------------------------------------------------------ confirming


def remind(monkeypatch: pytest.MonkeyPatch, starts_at, *, before: timedelta) -> None:
    """Runs the sweep on both sides of the moment that is `before` the visit."""
    for at in (starts_at - before - timedelta(minutes=1), starts_at - before + timedelta(minutes=1)):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        reminders.sweep()


def asked(cast: Cast, monkeypatch: pytest.MonkeyPatch, hour: int = 9):
    """Alice has a visit and has been asked about it."""
    visit = book(cast, cast.alice, cast.clinic.at(hour))
    back_in_time()
    remind(monkeypatch, visit.starts_at, before=timedelta(days=1))
    with unscoped(reason="a test sends a message") as work:
        work.session.execute(SENT, {"id": visit.id})
    return visit


def back_in_time() -> None:
    """The sweep of tests begins where each says."""
    with unscoped(reason="a test begins anew") as work:
        work.session.execute(FORGET)


def test_c_confirms_the_visit_that_was_asked_about(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    visit = asked(cast, monkeypatch)
    sid = say(cast.alice.mobile, "c")
    say(cast.alice.mobile, "c", sid=sid)
    kept = rows(Visit, id=UUID(visit.id))[0]
    assert kept.confirmed_version == kept.version
    assert scheduling.visit(cast.alice.actor, visit.id).confirmed
    assert answers(cast.alice.mobile) == ["reply.confirm"]
    assert len(rows(AuditEvent, subject_id=kept.id, action="visit.confirmed")) == 1


def test_c_confirms_nothing_that_has_changed_since(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    visit = asked(cast, monkeypatch, 14)
    moved = move(cast.alice, visit, hold(cast, cast.alice, cast.clinic.at(15), moves=visit.id))
    say(cast.alice.mobile, "C")
    assert answers(cast.alice.mobile) == ["reply.other"] and not scheduling.visit(cast.alice.actor, visit.id).confirmed
    cancel(cast.alice, moved)
    say(cast.alice.mobile, "C")
    assert not scheduling.visit(cast.alice.actor, visit.id).confirmed


def test_moving_a_confirmed_visit_asks_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    visit = asked(cast, monkeypatch, 14)
    say(cast.alice.mobile, "C")
    move(cast.alice, visit, hold(cast, cast.alice, cast.clinic.at(15), moves=visit.id))
    assert not scheduling.visit(cast.alice.actor, visit.id).confirmed


def test_nobody_confirms_anothers_visit(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    visit = asked(cast, monkeypatch)
    say(cast.pam.mobile, "C")
    say(a_mobile(), "C")
    assert not scheduling.visit(cast.alice.actor, visit.id).confirmed


def test_the_last_word_holds_whatever_the_clocks_of_machines_say(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    """An id made on a machine whose clock is behind sorts before the one it follows."""
    mobile, ids = cast.alice.mobile, iter(sorted((new_id() for _ in range(6)), reverse=True))
    monkeypatch.setattr(consent, "new_id", lambda: next(ids))
    for word, held in (("start", ""), ("stop", "stopped"), ("start", "")):
        say(mobile, word)
        assert trouble(mobile) == held

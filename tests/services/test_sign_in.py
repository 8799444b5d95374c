"""Two steps, neutral answers, one message however often asked, and sessions that end."""
import re
import secrets
import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from models import TextMessage, User
from portal_app.core import clock
from portal_app.core.database import unscoped
from portal_app.core.errors import Invalid, NotSignedIn, TooMany
from portal_app.core.settings import settings
from services import accounts
from services.messaging.receiving import receive
from tests.cast import PASSWORD, Cast, Person
from tests.texts import use_settings


def texts_to(person: Person) -> list[TextMessage]:
    with unscoped(reason="a test reads the outbox") as work:
        return list(work.session.exec(select(TextMessage).where(TextMessage.recipient == person.mobile).order_by(TextMessage.id)))


def code_sent_to(person: Person) -> str:
    return re.search(r"\d{6}", texts_to(person)[-1].body).group()  # type: ignore[union-attr]


def start(person: Person, **changes: str) -> accounts.Challenge:
    given = {"name": person.email, "password": PASSWORD, "address": f"10.0.{person.mobile[-4:]}"} | changes
    return accounts.start_sign_in(**given)


def sign_in(person: Person) -> str:
    challenge = start(person)
    return accounts.open_session(accounts.check_code(challenge.id, code_sent_to(person)), "10.0.0.1", "a browser")


def later(monkeypatch: pytest.MonkeyPatch, **time: float) -> None:
    at = clock.now() + timedelta(**time)
    monkeypatch.setattr(clock, "now", lambda: at)


def test_it_signs_in_with_password_and_code(cast: Cast):
    token = sign_in(cast.alice)
    actor = accounts.actor_of(accounts_hash(token))
    assert (actor.user_id, actor.charts) == (cast.alice.user_id, cast.alice.actor.charts)


def accounts_hash(token: str) -> str:
    from services.accounts.secrets import hash_token

    return hash_token(token)


@pytest.mark.parametrize("typed", ["({}) {}-{}", "{}{}{}", "+1 {} {} {}", " 1-{}-{}-{} "])
def test_it_knows_a_mobile_number_however_it_is_typed(cast: Cast, typed: str):
    number = cast.alice.mobile[2:]
    assert start(cast.alice, name=typed.format(number[:3], number[3:6], number[6:])).mobile_hint.endswith(number[-4:])


def test_it_answers_the_same_for_a_wrong_password_and_for_nobody(cast: Cast):
    answers = []
    for name, password in ((cast.alice.email, "wrong"), ("nobody@example.com", PASSWORD)):
        with pytest.raises(Invalid) as refusal:
            start(cast.alice, name=name, password=password)
        answers.append((refusal.value.key, refusal.value.field, refusal.value.params))
    assert answers[0] == answers[1] == ("sign_in.no_match", "password", {})


def test_it_refuses_a_suspended_person_like_a_wrong_password(cast: Cast):
    with unscoped(reason="a test suspends someone") as work:
        work.session.get(User, cast.alice.user_id).suspended_at = clock.now()
    with pytest.raises(Invalid, match="sign_in.no_match"):
        start(cast.alice)
    with pytest.raises(NotSignedIn):
        accounts.actor_of(cast.alice.actor.session_hash)


def test_ten_requests_in_a_row_cost_one_message(cast: Cast):
    first = start(cast.alice)
    again = [start(cast.alice) for _ in range(9)]
    assert not first.repeated and all(challenge.repeated and challenge.id == first.id for challenge in again)
    assert len(texts_to(cast.alice)) == 1


def test_ten_requests_at_once_cost_one_message(cast: Cast):
    threads = [threading.Thread(target=start, args=(cast.alice,)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts_to(cast.alice)) == 1


def test_asking_again_too_soon_sends_nothing_and_says_when(cast: Cast):
    challenge = start(cast.alice)
    again = accounts.resend_code(challenge.id)
    assert again.repeated and again.may_resend_at == challenge.may_resend_at
    assert len(texts_to(cast.alice)) == 1


def test_a_newer_code_replaces_the_older_one(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    challenge = start(cast.alice)
    old = code_sent_to(cast.alice)
    later(monkeypatch, seconds=61)
    assert not accounts.resend_code(challenge.id).repeated
    assert [text.status for text in texts_to(cast.alice)] == ["cancelled", "waiting"]
    if old != code_sent_to(cast.alice):
        with pytest.raises(Invalid, match="wrong_code"):
            accounts.check_code(challenge.id, old)
    assert accounts.check_code(challenge.id, code_sent_to(cast.alice))


def test_a_late_code_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    challenge = start(cast.alice)
    later(monkeypatch, minutes=11)
    with pytest.raises(Invalid, match="code_expired"):
        accounts.check_code(challenge.id, code_sent_to(cast.alice))


def test_a_code_cannot_be_guessed(cast: Cast):
    challenge = start(cast.alice)
    right = code_sent_to(cast.alice)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        with pytest.raises(Invalid, match="wrong_code"):
            accounts.check_code(challenge.id, wrong)
    with pytest.raises(TooMany):
        accounts.check_code(challenge.id, right)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef"])
def test_a_code_has_six_digits(cast: Cast, typed: str):
    with pytest.raises(Invalid) as refusal:
        accounts.check_code("whatever", typed)
    assert (refusal.value.key, refusal.value.field) == ("sign_in.code_six_digits", "code")


def test_passwords_for_one_name_are_limited_whether_or_not_it_exists(cast: Cast):
    for name in (cast.alice.email, f"nobody.{cast.alice.email}"):
        for _ in range(10):
            with pytest.raises(Invalid):
                start(cast.alice, name=name, password="wrong")
        with pytest.raises(TooMany) as refusal:
            start(cast.alice, name=name)
        assert 0 < refusal.value.retry_after <= 900
    assert start(cast.alice, address="10.9.0.99"), "elsewhere the person herself still gets in"


def test_codes_cannot_be_guessed_over_many_challenges(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    tried = 0
    for _ in range(4):
        later(monkeypatch, seconds=61)
        challenge = start(cast.alice)
        wrong = f"{(int(code_sent_to(cast.alice)) + 1) % 1_000_000:06d}"
        for _ in range(5):
            with pytest.raises((Invalid, TooMany)) as refusal:
                accounts.check_code(challenge.id, wrong)
            tried += refusal.type is Invalid
    assert tried == 15
    with pytest.raises(TooMany):
        accounts.check_code(challenge.id, code_sent_to(cast.alice))


def test_one_person_gets_ten_texts_an_hour_at_the_most(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(TooMany):
        for _ in range(20):
            later(monkeypatch, seconds=61)
            start(cast.alice)
    assert len(texts_to(cast.alice)) == 10


def test_a_ticket_opens_one_session(cast: Cast):
    challenge = start(cast.alice)
    ticket = accounts.check_code(challenge.id, code_sent_to(cast.alice))
    accounts.open_session(ticket, "", "")
    with pytest.raises(NotSignedIn):
        accounts.open_session(ticket, "", "")
    with pytest.raises(Invalid, match="code_expired"):
        accounts.check_code(challenge.id, code_sent_to(cast.alice))


def test_a_late_ticket_opens_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    ticket = accounts.check_code(start(cast.alice).id, code_sent_to(cast.alice))
    later(monkeypatch, seconds=61)
    with pytest.raises(NotSignedIn):
        accounts.open_session(ticket, "", "")


@pytest.mark.parametrize("time", [{"minutes": 31}, {"hours": 13}])
def test_a_session_that_lies_idle_or_is_old_has_ended(cast: Cast, monkeypatch: pytest.MonkeyPatch, time: dict[str, float]):
    later(monkeypatch, **time)
    with pytest.raises(NotSignedIn):
        accounts.actor_of(cast.alice.actor.session_hash)


def test_a_session_that_is_used_goes_on(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    for _ in range(3):
        later(monkeypatch, minutes=20)
        assert accounts.actor_of(cast.alice.actor.session_hash).user_id == cast.alice.user_id


def test_signing_out_ends_this_session_alone(cast: Cast):
    other = sign_in(cast.alice)
    accounts.sign_out(cast.alice.actor.session_hash)
    accounts.sign_out(cast.alice.actor.session_hash)
    with pytest.raises(NotSignedIn):
        accounts.actor_of(cast.alice.actor.session_hash)
    assert accounts.actor_of(accounts_hash(other))


def test_signing_out_everywhere_ends_every_own_session(cast: Cast):
    other = sign_in(cast.alice)
    assert accounts.sign_out_everywhere(cast.alice.actor) == 2
    with pytest.raises(NotSignedIn):
        accounts.actor_of(accounts_hash(other))
    assert accounts.actor_of(cast.pam.actor.session_hash)


def test_the_account_lists_own_sessions_without_their_secrets(cast: Cast):
    sign_in(cast.alice)
    account = accounts.account(cast.alice.actor)
    assert [session.current for session in account.sessions].count(True) == 1 and len(account.sessions) == 2
    assert all(len(session.id) == 8 for session in account.sessions)
    assert account.mobile_hint == f"•••• {cast.alice.mobile[-4:]}"


def test_neither_code_nor_ticket_nor_cookie_stands_in_the_database(cast: Cast):
    challenge = start(cast.alice)
    code = code_sent_to(cast.alice)
    ticket = accounts.check_code(challenge.id, code)
    token = accounts.open_session(ticket, "", "")
    with unscoped(reason="a test looks for secrets") as work:
        for table in ("sign_in_challenge", "user_session"):
            rows = str(work.session.connection().exec_driver_sql(f"SELECT * FROM {table}").all())
            assert not any(secret in rows for secret in (ticket, token)) and f"'{code}'" not in rows




def test_who_stopped_the_codes_is_told_how_to_start_them(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    use_settings(monkeypatch, TWILIO_CODE_SENDER="+15005550010")
    for to, body in (("+15005550006", "STOP"), ("+15005550010", "Stop."), ("+15005550010", "START")):
        receive(sid=secrets.token_hex(8), mobile=cast.alice.mobile, to=to, body=body)
        if body == "Stop.":
            with pytest.raises(Invalid, match="sign_in.codes_stopped") as refusal:
                start(cast.alice)
            assert refusal.value.params["number"] == "+1 500-555-0010"
        else:
            assert start(cast.alice).id
    with pytest.raises(Invalid, match="sign_in.no_match"):
        receive(sid=secrets.token_hex(8), mobile=cast.pam.mobile, to="+15005550010", body="STOP")
        start(cast.pam, password="wrong")  # nobody else learns of it
    monkeypatch.undo()
    settings.cache_clear()


def test_what_the_portal_wakes_by_itself_keeps_nobody_signed_in(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    hash_ = cast.alice.actor.session_hash
    for _ in range(3):
        later(monkeypatch, minutes=9)
        accounts.actor_of(hash_, active=False)
    later(monkeypatch, minutes=4)
    with pytest.raises(NotSignedIn):
        accounts.actor_of(hash_, active=False)

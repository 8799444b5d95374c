"""An invitation's code and the date of birth make an account, once; nothing tells which of them was wrong."""
import re
import secrets
from datetime import date, timedelta

import pytest
from sqlmodel import select

from models import AuditEvent, Invitation, Patient, TextMessage, User
from portal_app.core import clock
from portal_app.core.database import nobody_work, unscoped
from portal_app.core.errors import AppError, Invalid, NotSignedIn, TooMany
from portal_app.core.ids import new_id
from services import accounts
from services.accounts.birth_dates import day_of
from services.messaging import consent
from services.onboarding import join
from services.onboarding.codes import hash_of, new_code
from tests.cast import Cast, Clinic, save

BORN, PASSWORD = "3/14/1988", "correct horse battery"


def stranger(clinic: Clinic, *, mobile: str = "", born: date = date(1988, 3, 14)) -> Patient:
    """A patient without an account."""
    chart = Patient(tenant_id=clinic.practice.id, id=new_id(), given_name="Ines", family_name="Costa", birth_date=born,
                    mobile=mobile or f"+1602{secrets.randbelow(10**7):07d}", language="es")
    save(chart)
    return chart


def invite(chart: Patient, **changes: object) -> str:
    code = new_code()
    save(Invitation(**{"tenant_id": chart.tenant_id, "patient_id": chart.id, "code_hash": hash_of(code),
                       "expires_at": clock.now() + timedelta(days=1)} | changes))
    return code


def anywhere() -> str:
    """An address that nobody else tries from."""
    return secrets.token_hex(8)


def accept(code: str, **changes: str) -> accounts.Challenge:
    return join.accept(**{"code": code, "birth_date": BORN, "email": "", "password": PASSWORD, "address": anywhere()} | changes)


def read(table: type, **which: object) -> list:
    with unscoped(reason="a test reads what was written") as work:
        return list(work.session.exec(select(table).filter_by(**which)).all())


def test_the_account_opens_the_chart_after_a_code_to_the_number_on_file(cast: Cast):
    chart = stranger(cast.clinic)
    code = invite(chart)
    found = join.look_up(code, BORN, anywhere())
    assert (found.practice, found.given_name, found.has_account) == (cast.clinic.practice.name, "Ines", False)
    assert found.mobile_hint.endswith(chart.mobile[-4:])
    challenge = accept(code, email="Ines@Example.com ".replace("Ines", f"Ines.{chart.mobile[-7:]}"))
    text = read(TextMessage, recipient=chart.mobile)[-1]
    assert (text.urgency, text.kind) == ("code", "sign_in.code") and "Carelane" in text.body
    ticket = accounts.check_code(challenge.id, re.search(r"\d{6}", text.body).group())  # type: ignore[union-attr]
    actor = accounts.actor_of(accounts.sessions.secrets.hash_token(accounts.open_session(ticket, "", "")))
    assert actor.charts == ((chart.tenant_id, chart.id),) and actor.name == "Ines Costa" and actor.profile.language == "es"
    events = read(AuditEvent, tenant_id=chart.tenant_id, patient_id=chart.id)
    assert [(one.action, one.user_id) for one in events] == [("account.joined", actor.user_id)]


@pytest.mark.parametrize("typed", ["01abcdefgh", " 01ABC-DEFGH ", "oiabcdefgh", "Olabc defgh"])
def test_a_code_is_known_however_it_is_typed(typed: str):
    assert hash_of(typed) == hash_of("01ABCDEFGH")


@pytest.mark.parametrize("typed", ["3/14/1988", "03-14-1988", "03141988", "1988-03-14", " 3 . 14 . 1988 "])
def test_a_date_is_read_as_people_write_it(typed: str):
    assert day_of(typed) == date(1988, 3, 14)


@pytest.mark.parametrize("typed", ["", "yesterday", "13/14/1988", "2/30/1988", "3/14/88", "3/14", "3/14/1988/1", "3/14/2999",
                                   "1/1/99999999999"])
def test_what_is_no_date_is_said_beside_the_field(typed: str):
    with pytest.raises(Invalid) as refusal:
        day_of(typed)
    assert (refusal.value.key, refusal.value.field) == ("birth_date.none", "birth_date")


def test_whatever_is_wrong_the_answer_is_the_same(cast: Cast):
    chart, joined = stranger(cast.clinic), stranger(cast.clinic)
    used = invite(joined)
    accept(used)
    wrong = [("ZZZZZZZZZZ", BORN), (invite(chart), "3/15/1988"), (used, BORN),
             (invite(chart, expires_at=clock.now() - timedelta(seconds=1)), BORN), (invite(chart, closed_at=clock.now()), BORN)]
    said = set()
    for code, born in wrong:
        with pytest.raises(Invalid) as looking:
            join.look_up(code, born, anywhere())
        with pytest.raises(Invalid) as accepting:
            accept(code, birth_date=born)
        said |= {(one.value.key, one.value.field, str(one.value.params)) for one in (looking, accepting)}
    assert said == {("join.refused_nothing", "code", "{}")}


def test_dates_of_birth_cannot_be_guessed(cast: Cast):
    code = invite(stranger(cast.clinic))
    for day in range(1, join.TRIES + 1):
        with pytest.raises(Invalid):
            join.look_up(code, f"1/{day}/1990", anywhere())
    with pytest.raises(Invalid):
        join.look_up(code, BORN, anywhere())
    address = anywhere()
    for _ in range(join.ADDRESS_LIMIT):
        with pytest.raises(Invalid):
            join.look_up("ZZZZZZZZZZ", BORN, address)
    with pytest.raises(TooMany):
        join.look_up("ZZZZZZZZZZ", BORN, address)


@pytest.mark.parametrize(("password", "key"), [
    ("short", "password.too_short"), ("a" * 257, "password.too_long"), ("password1", "password.easy"),
    ("ines1988", "password.easy")])
def test_a_weak_password_is_refused_and_the_invitation_stays(cast: Cast, password: str, key: str):
    code = invite(stranger(cast.clinic))
    with pytest.raises(Invalid) as refusal:
        accept(code, password=password)
    assert (refusal.value.key, refusal.value.field) == (key, "password")
    assert accept(code).id


def test_a_taken_or_unusable_email_is_said_beside_it(cast: Cast):
    code = invite(stranger(cast.clinic))
    for email in (cast.alice.email.upper(), "nothing", "a@b", "a b@c.de"):
        with pytest.raises(Invalid) as refusal:
            accept(code, email=email)
        assert refusal.value.field == "email"
    assert accept(code).id


def test_it_works_once_and_closes_the_charts_other_invitations(cast: Cast):
    chart = stranger(cast.clinic)
    first, second = invite(chart), invite(chart)
    accept(second)
    for code in (first, second):
        with pytest.raises(Invalid):
            accept(code)
    assert len(read(User, mobile=chart.mobile)) == 1
    assert sorted(one.used_at is not None for one in read(Invitation, patient_id=chart.id)) == [False, True]


def test_a_number_that_signs_in_already_makes_no_second_person(cast: Cast):
    chart = stranger(cast.elsewhere, mobile=cast.alice.mobile)
    code = invite(chart)
    assert join.look_up(code, BORN, anywhere()).has_account
    with pytest.raises(Invalid, match="join.refused_mobile"):
        accept(code)
    assert join.link(cast.alice.actor, code, BORN, anywhere()) == cast.elsewhere.practice.name
    actor = accounts.actor_of(cast.alice.actor.session_hash)
    assert (chart.tenant_id, chart.id) in actor.charts and len(actor.charts) == 2


def test_a_chart_is_added_only_to_the_account_with_its_number_and_one_a_practice(cast: Cast):
    with pytest.raises(Invalid, match="join.refused_other"):  # another number
        join.link(cast.mallory.actor, invite(stranger(cast.clinic)), BORN, anywhere())
    with pytest.raises(Invalid, match="join.refused_other"):  # a chart there already
        join.link(cast.alice.actor, invite(stranger(cast.clinic, mobile=cast.alice.mobile)), BORN, anywhere())
    accounts.sign_out(cast.pam.actor.session_hash)
    with pytest.raises(NotSignedIn):
        join.link(cast.pam.actor, invite(stranger(cast.elsewhere, mobile=cast.pam.mobile)), BORN, anywhere())


def test_of_two_at_once_one_gets_in(cast: Cast):
    from concurrent.futures import ThreadPoolExecutor

    chart = stranger(cast.clinic)
    codes = [invite(chart) for _ in range(4)]

    def try_it(code: str) -> str:
        try:
            return accept(code).id
        except AppError as refusal:
            return refusal.key

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(try_it, codes))
    assert sum(not one.startswith("join.") for one in said) == 1, said
    assert len(read(User, mobile=chart.mobile)) == 1


def test_nobody_reads_invitations_of_another_practice(cast: Cast):
    from portal_app.core.database import unit_of_work

    invite(stranger(cast.clinic))
    with unit_of_work(cast.mallory.actor) as work:
        assert not work.session.exec(select(Invitation)).all()


def test_the_right_date_costs_no_try_and_a_waiting_room_is_not_locked_out(cast: Cast):
    code, address = invite(stranger(cast.clinic)), anywhere()
    for _ in range(max(join.TRIES, join.ADDRESS_LIMIT) + 1):
        assert join.look_up(code, BORN, address).given_name == "Ines"
    assert accept(code).id


def test_who_has_stopped_our_codes_makes_no_account_that_nobody_could_open(cast: Cast):
    chart = stranger(cast.clinic)
    code = invite(chart)
    with nobody_work() as work:
        consent.record(work, chart.mobile, ["code"], allowed=False, source="reply", wording="stop")
    with pytest.raises(Invalid) as refusal:
        accept(code)
    assert refusal.value.key.startswith("sign_in.codes_stopped") and not read(User, mobile=chart.mobile)
    with nobody_work() as work:
        consent.record(work, chart.mobile, ["code"], allowed=True, source="reply", wording="start")
    assert accept(code).id

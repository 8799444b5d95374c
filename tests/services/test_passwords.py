"""A password is changed by who knows it, or by a code and the date of birth; nothing tells who is known."""
import re
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import AuditEvent, PasswordReset, TextMessage
from portal_app.core import clock
from portal_app.core.actor import PLATFORM_TENANT
from portal_app.core.errors import AppError, Invalid, NotSignedIn, TooMany
from services import accounts
from services.accounts import password_reset
from services.accounts.secrets import hash_token
from tests.cast import PASSWORD, Cast, Person
from tests.visits import rows

NEW = "seven green bicycles"


def birth_date(cast: Cast, person: Person) -> str:
    from models import Patient

    return f"{rows(Patient, id=cast.chart(person))[0].birth_date:%m/%d/%Y}"


def ask(name: str, born: str) -> str:
    return accounts.start_reset(name, born, secrets.token_hex(8))


def texts(person: Person, kind: str) -> list[TextMessage]:
    return sorted(rows(TextMessage, recipient=person.mobile, kind=kind), key=lambda one: one.id)


def code_for(person: Person) -> str:
    return re.search(r"\d{6}", texts(person, "password.code")[-1].body).group()  # type: ignore[union-attr]


def signs_in(person: Person, password: str) -> bool:
    try:
        return bool(accounts.start_sign_in(person.email, password, secrets.token_hex(8)).id)
    except Invalid:
        return False


def another_session(person: Person) -> str:
    """As if they had signed in on another device, too."""
    from models import UserSession
    from portal_app.core.ids import new_id
    from tests.cast import save

    token = hash_token(str(new_id()))
    save(UserSession(token_hash=token, user_id=person.user_id, expires_at=clock.now().replace(year=2100)))
    return token


# ------------------------------------------------------------------------------------------ changing


def test_the_new_one_holds_and_ends_every_other_session(cast: Cast):
    other = another_session(cast.alice)
    accounts.change_password(cast.alice.actor, PASSWORD, NEW)
    assert signs_in(cast.alice, NEW) and not signs_in(cast.alice, PASSWORD)
    assert accounts.actor_of(cast.alice.actor.session_hash).user_id == cast.alice.user_id
    with pytest.raises(NotSignedIn):
        accounts.actor_of(other)
    assert [one.urgency for one in texts(cast.alice, "password.changed")] == ["now"]
    (noted,) = rows(AuditEvent, tenant_id=PLATFORM_TENANT, user_id=cast.alice.user_id, action="password.changed")
    assert noted.details == {"sessions_ended": 1}


@pytest.mark.parametrize(("current", "new", "key", "field"), [
    ("", NEW, "password.current_missing", "current"), ("wrong", NEW, "password.not_current", "current"),
    (PASSWORD, "short", "password.too_short", "new"), (PASSWORD, "password1", "password.easy", "new"),
    (PASSWORD, PASSWORD, "password.same", "new")])
def test_what_is_wrong_is_said_beside_its_field_and_nothing_changes(cast: Cast, current: str, new: str, key: str, field: str):
    with pytest.raises(Invalid) as refusal:
        accounts.change_password(cast.alice.actor, current, new)
    assert (refusal.value.key, refusal.value.field) == (key, field)
    assert signs_in(cast.alice, PASSWORD) and not texts(cast.alice, "password.changed")


def test_a_stolen_session_cannot_guess_the_password(cast: Cast):
    for _ in range(10):
        with pytest.raises(Invalid):
            accounts.change_password(cast.alice.actor, "wrong", NEW)
    with pytest.raises(TooMany):
        accounts.change_password(cast.alice.actor, PASSWORD, NEW)


def test_of_two_changes_at_once_one_holds(cast: Cast):
    def change(new: str) -> str:
        try:
            accounts.change_password(cast.alice.actor, PASSWORD, new)
        except AppError as refusal:
            return refusal.key
        return new

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(change, (NEW, NEW + " 2")))
    held = [one for one in said if one.startswith(NEW)]
    assert len(held) == 1 and signs_in(cast.alice, held[0])


def test_a_sign_in_begun_with_the_old_one_ends_nowhere(cast: Cast):
    begun = accounts.start_sign_in(cast.alice.email, PASSWORD, secrets.token_hex(8))
    code = re.search(r"\d{6}", texts(cast.alice, "sign_in.code")[-1].body).group()  # type: ignore[union-attr]
    ticket = accounts.check_code(begun.id, code)
    accounts.change_password(cast.alice.actor, PASSWORD, NEW)
    with pytest.raises(NotSignedIn):
        accounts.open_session(ticket, "", "")


def test_one_of_ones_own_sessions_is_ended_and_nobody_elses(cast: Cast):
    own, foreign = another_session(cast.alice), another_session(cast.pam)
    accounts.sign_out_one(cast.alice.actor, foreign[:8])
    assert accounts.actor_of(foreign).user_id == cast.pam.user_id
    accounts.sign_out_one(cast.alice.actor, own[:8])
    accounts.sign_out_one(cast.alice.actor, own[:8])
    with pytest.raises(NotSignedIn):
        accounts.actor_of(own)
    assert accounts.actor_of(cast.alice.actor.session_hash)


# ------------------------------------------------------------------------------------------ forgotten


@pytest.mark.parametrize("name", ["email", "mobile"])
def test_a_code_and_the_date_of_birth_make_a_new_one(cast: Cast, name: str):
    reset = ask(getattr(cast.alice, name), birth_date(cast, cast.alice))
    (sent,) = texts(cast.alice, "password.code")
    assert (sent.urgency, sent.tenant_id) == ("code", PLATFORM_TENANT)
    accounts.finish_reset(reset, code_for(cast.alice), NEW)
    assert signs_in(cast.alice, NEW) and not signs_in(cast.alice, PASSWORD)
    with pytest.raises(NotSignedIn):
        accounts.actor_of(cast.alice.actor.session_hash)
    assert len(texts(cast.alice, "password.changed")) == 1


def test_whoever_is_unknown_hears_the_same(cast: Cast):
    said = set()
    for name, born in (("nobody@example.com", "3/14/1988"), (cast.alice.email, "1/1/1901"), (cast.dan.email, "3/14/1988")):
        reset = ask(name, born)
        assert len(reset) == 32
        with pytest.raises(Invalid) as refusal:
            accounts.finish_reset(reset, "123456", NEW)
        said.add((refusal.value.key, refusal.value.field))
    reset = ask(cast.alice.email, birth_date(cast, cast.alice))
    wrong = f"{(int(code_for(cast.alice)) + 1) % 10**6:06d}"
    for _ in range(7):  # too many are told the same
        with pytest.raises(Invalid) as refusal:
            accounts.finish_reset(reset, wrong, NEW)
        said.add((refusal.value.key, refusal.value.field))
    with pytest.raises(Invalid):
        accounts.finish_reset(reset, code_for(cast.alice), NEW)
    assert said == {("reset.wrong_code", "code")} and signs_in(cast.alice, PASSWORD)
    assert not texts(cast.dan, "password.code")


def test_who_works_at_a_practice_cannot_come_in_this_way(cast: Cast):
    from models import Patient
    from portal_app.core.database import unscoped

    with unscoped(reason="a clerk is a patient, too") as work:
        work.session.get_one(Patient, (cast.clinic.practice.id, cast.chart(cast.pam))).user_id = cast.dan.user_id
    ask(cast.dan.email, birth_date(cast, cast.pam))
    assert not texts(cast.dan, "password.code")


def test_asked_again_at_once_nothing_new_is_sent_and_later_the_newer_code_holds(cast: Cast, later):
    born = birth_date(cast, cast.alice)
    first = ask(cast.alice.email, born)
    assert ask(cast.alice.mobile, born) == first and len(texts(cast.alice, "password.code")) == 1
    old = code_for(cast.alice)
    later(61)
    second = ask(cast.alice.email, born)
    assert second != first and [one.status for one in texts(cast.alice, "password.code")] == ["cancelled", "waiting"]
    for reset in (first, second):
        with pytest.raises(Invalid):
            accounts.finish_reset(reset, old, NEW)
    accounts.finish_reset(second, code_for(cast.alice), NEW)


def test_a_code_works_once_and_for_ten_minutes(cast: Cast, later):
    reset = ask(cast.alice.email, birth_date(cast, cast.alice))
    with pytest.raises(Invalid, match="password.easy"):  # the code is still good
        accounts.finish_reset(reset, code_for(cast.alice), "password1")
    accounts.finish_reset(reset, code_for(cast.alice), NEW)
    with pytest.raises(Invalid, match="reset.wrong_code"):
        accounts.finish_reset(reset, code_for(cast.alice), NEW + " 2")
    later(61)
    reset = ask(cast.alice.email, birth_date(cast, cast.alice))
    later(601)
    with pytest.raises(Invalid, match="reset.wrong_code"):
        accounts.finish_reset(reset, code_for(cast.alice), NEW + " 2")


def test_dates_of_birth_cannot_be_tried_one_after_the_other(cast: Cast):
    for number in range(password_reset.NAME_LIMIT):
        ask(cast.alice.email, f"1/{number % 28 + 1}/{1950 + number}")
    with pytest.raises(TooMany):
        ask(cast.alice.email, birth_date(cast, cast.alice))


def test_the_code_is_kept_as_a_hash_alone(cast: Cast):
    ask(cast.alice.email, birth_date(cast, cast.alice))
    (kept,) = rows(PasswordReset, user_id=cast.alice.user_id)
    assert code_for(cast.alice) not in str(kept.model_dump())

"""Making an account with an invitation. Its code and the date of birth open a chart; nothing tells which of them was wrong."""
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import Work, nobody_work, unit_of_work
from portal_app.core.errors import Invalid, NotSignedIn
from portal_app.core.ids import new_id
from services import audit
from services.accounts import Challenge, names, passwords, secrets, sign_in, throttle
from services.accounts.birth_dates import day_of
from services.onboarding import inviting
from services.onboarding.codes import hash_of

ADDRESS_LIMIT, WINDOW = 30, 900
"""Tries from one network address in a window of seconds."""
TRIES = 10
"""Dates of birth that may be given with one code."""
LONGEST_EMAIL = 254  # signs; RFC 5321, section 4.5.3.1.3
E_MAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True)
class Invited:
    """Who is invited by whom. `has_account`: someone signs in with that number already."""

    practice: str
    given_name: str
    mobile_hint: str
    has_account: bool


def look_up(code: str, birth_date: str, address: str) -> Invited:
    """Whose chart the code opens; `address` is the browser's network address.

    Raises Invalid for a date that is none and, in the same words for whatever was wrong, for a code and date that open
    nothing; TooMany for an address that tries too often.
    """
    found = _try(code, birth_date, address)
    return Invited(found.practice, found.given_name, names.hint(found.mobile), found.has_account)


def accept(code: str, birth_date: str, *, email: str, password: str, address: str) -> Challenge:
    """Makes the account and sends a sign-in code to the number on file.

    `email` is a second name to sign in with, or "". Raises Invalid for an unusable or taken e-mail, a weak password, a
    number that is another account's, and as `look_up` does; TooMany likewise.
    """
    email = _email(email)
    found = _try(code, birth_date, address)
    passwords.check(password, about=[found.given_name, found.practice, *re.split(r"[@.]", email)])
    user_id = new_id()
    with unit_of_work(Actor(user_id, (found.tenant_id,))) as work:
        sign_in.require_open(work, found.mobile)
        made = work.session.execute(
            text("SELECT * FROM invitation_accept(:code, :born, :user, :email, :password, :at)"),
            {"code": hash_of(code), "born": day_of(birth_date), "user": user_id, "email": email,
             "password": secrets.hash_password(password), "at": clock.now()}).one()
        if made.said != "joined":
            raise _refusal(made.said)
        _record(work, made)
    return sign_in.send_code(user_id, made.mobile, made.language)


def link(actor: Actor, code: str, birth_date: str, address: str) -> str:
    """Adds the invitation's chart to the account of whoever is signed in; answers the practice's name.

    Raises Invalid where the number on file is not the account's or it has a chart there already, and as `look_up` does.
    """
    found = _try(code, birth_date, address)
    with unit_of_work(Actor(actor.user_id, (found.tenant_id,))) as work:
        linked = work.session.execute(
            text("SELECT * FROM invitation_link(:hash, :code, :born, :at)"),
            {"hash": actor.session_hash, "code": hash_of(code), "born": day_of(birth_date), "at": clock.now()}).one()
        if linked.said is None:
            raise NotSignedIn
        if linked.said != "joined":
            raise _refusal(linked.said)
        _record(work, linked)
        work.tell(f"profile:{actor.user_id}")
    return found.practice


def _try(code: str, birth_date: str, address: str) -> Row[Any]:
    if not code.strip():
        raise Invalid("join.code_missing", field="code")
    born = day_of(birth_date)
    throttle.count_try("join", address, limit=ADDRESS_LIMIT, seconds=WINDOW, field="code")
    with nobody_work() as work:
        found = work.session.execute(
            text("SELECT * FROM invitation_try(:code, :born, :most, :at)"),
            {"code": hash_of(code), "born": born, "most": TRIES, "at": clock.now()}).first()
    if found is None:
        raise _refusal("nothing")
    throttle.take_back("join", address)  # a clinic's waiting room is one address
    return found


def _email(typed: str) -> str:
    email = typed.strip().lower()
    if email and (len(email) > LONGEST_EMAIL or not E_MAIL.fullmatch(email)):
        raise Invalid("join.no_email", field="email")
    return email


def _refusal(said: str) -> Invalid:
    return Invalid(f"join.refused_{said}", field={"email": "email", "nothing": "code"}.get(said, ""))


def _record(work: Work, joined: Row[Any]) -> None:
    audit.record(work, "account.joined", tenant_id=joined.tenant_id, patient_id=joined.patient_id)
    work.tell(inviting.topic(str(joined.tenant_id)))

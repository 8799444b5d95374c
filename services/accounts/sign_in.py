"""Two steps: a password, then a six-digit code by text message. Nothing tells whether an account exists."""
import hmac
import secrets as chance
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from portal_app.core import clock
from portal_app.core.actor import PLATFORM, PLATFORM_TENANT
from portal_app.core.database import Work, nobody_work, unit_of_work
from portal_app.core.errors import Invalid, TooMany
from services import audit, outbox
from services.accounts import names, secrets, throttle
from services.messaging import consent, templates

CODE_LIFETIME, QUIET, TICKET_LIFETIME = 600, 60, 60
"""Seconds: a code works; asking again sends nothing new; a ticket opens a session."""
TRIES, SENDS = 5, 5
"""Wrong codes before a challenge is closed to tries; messages of one challenge."""
NAME_LIMIT, ADDRESS_LIMIT, WINDOW = 10, 100, 900
"""Wrong passwords for one name from one address, and for all names from there, in a window of seconds."""
NAME_LIMIT_ANYWHERE = 60
"""Wrong passwords for one name from anywhere in an hour: high, since whoever reaches it keeps the person out."""
USER_CODES, USER_TEXTS, HOUR = 15, 10, 3600
"""Wrong codes and messages of one user in an hour, over all challenges."""


@dataclass(frozen=True)
class Challenge:
    """A code on its way. `repeated`: the last one is so recent that nothing new was sent. `message_id`: what carries it."""

    id: str
    mobile_hint: str
    sent_at: datetime
    may_resend_at: datetime
    expires_at: datetime
    repeated: bool
    message_id: UUID | None = None


def start_sign_in(name: str, password: str, address: str) -> Challenge:
    """Checks the password and sends a code.

    `name` is an e-mail or mobile number, `address` the browser's network address. Raises Invalid with the same words
    for an unknown name, a wrong password and a suspended person; TooMany by name and by address.
    """
    name = names.normal(name)
    if not name or not password:
        raise Invalid("sign_in.name_missing" if not name else "sign_in.password_missing",
                      field="name" if not name else "password")
    throttle.count_try("address", address, limit=ADDRESS_LIMIT, seconds=WINDOW, field="password")
    throttle.count_try("name at address", f"{name} {address}", limit=NAME_LIMIT, seconds=WINDOW, field="password")
    throttle.count_try("name", name, limit=NAME_LIMIT_ANYWHERE, seconds=HOUR, field="password")
    user = _find(name)
    if not secrets.password_matches(password[:1024], user.password_hash) or user.suspended or not user.mobile:
        _note(user.user_id, "sign_in.refused")
        raise Invalid("sign_in.no_match", field="password")
    throttle.forget("name at address", f"{name} {address}")
    throttle.take_back("name", name)
    throttle.take_back("address", address)
    return send_code(user.user_id, user.mobile, user.language)


def resend_code(challenge_id: str) -> Challenge:
    """Sends a fresh code, or says that the last one was sent less than a minute ago.

    Raises Invalid where the challenge is closed or unknown, TooMany after five messages.
    """
    code, at = secrets.new_code(), clock.now()
    with unit_of_work(PLATFORM) as work:
        row = work.session.execute(
            text("SELECT * FROM sign_in_resend(:id, :code_hash, :at, :lifetime, :quiet)"),
            {"id": challenge_id, "code_hash": secrets.hash_code(challenge_id, code), "at": at,
             "lifetime": CODE_LIFETIME, "quiet": QUIET},
        ).first()
        if row is None:
            raise Invalid("sign_in.code_expired", field="code")
        if row.sends > SENDS:
            raise TooMany(WINDOW, "sign_in.too_many", field="code")
        if row.sent:
            require_open(work, row.mobile)
            sent: UUID | None = _send(work, row.user_id, row.mobile, row.language, code, row.expires_at, challenge_id, row.sends)
        else:
            sent = _sent_before(work, row.user_id, row.mobile)
    return _challenge(challenge_id, row.mobile, row.sent_at, row.expires_at, repeated=not row.sent, message_id=sent)


def check_code(challenge_id: str, code: str) -> str:
    """A ticket that opens one session within a minute.

    Raises Invalid for a wrong or late code; TooMany after five tries at one code.
    """
    digits = "".join(sign for sign in code if sign.isdigit())
    if len(digits) != 6:
        raise Invalid("sign_in.code_six_digits", field="code")
    _try(challenge_id, digits)
    ticket = secrets.new_token()
    with nobody_work() as work:
        passed = work.session.execute(
            text("SELECT sign_in_pass(:id, :ticket, :at, :lifetime)"),
            {"id": challenge_id, "ticket": secrets.hash_token(ticket), "at": clock.now(), "lifetime": TICKET_LIFETIME},
        ).scalar()
    if not passed:
        raise Invalid("sign_in.code_expired", field="code")
    return ticket


def _try(challenge_id: str, digits: str) -> None:
    # A transaction of its own: the count must stay when the code is wrong.
    with nobody_work() as work:
        row = work.session.execute(text("SELECT * FROM sign_in_try(:id)"), {"id": challenge_id}).first()
    if row is None or row.expires_at <= clock.now():
        raise Invalid("sign_in.code_expired", field="code")
    throttle.count_try("code", str(row.user_id), limit=USER_CODES, seconds=HOUR, field="code")
    if row.tries > TRIES:
        raise TooMany(QUIET, "sign_in.too_many_codes", field="code")
    if not hmac.compare_digest(row.code_hash, secrets.hash_code(challenge_id, digits)):
        _note(row.user_id, "sign_in.wrong_code")
        raise Invalid("sign_in.wrong_code", field="code")
    throttle.forget("code", str(row.user_id))


def _find(name: str) -> Row[Any]:
    with nobody_work() as work:
        return work.session.execute(text("SELECT * FROM sign_in_find(:name)"), {"name": name}).one()


def _note(user_id: UUID | None, action: str) -> None:
    with unit_of_work(PLATFORM) as work:
        audit.record(work, action, tenant_id=PLATFORM_TENANT, user_id=user_id)


def send_code(user_id: UUID, mobile: str, language: str) -> Challenge:
    """Opens the second step for a person who has just proved to be who they say; the last one, where it is that recent."""
    fresh, code = chance.token_urlsafe(24), secrets.new_code()
    with unit_of_work(PLATFORM) as work:
        require_open(work, mobile)
        row = work.session.execute(
            text("SELECT * FROM sign_in_open(:user, :id, :code_hash, :at, :lifetime, :quiet)"),
            {"user": user_id, "id": fresh, "code_hash": secrets.hash_code(fresh, code), "at": clock.now(),
             "lifetime": CODE_LIFETIME, "quiet": QUIET},
        ).one()
        if row.opened:
            sent: UUID | None = _send(work, user_id, mobile, language, code, row.expires_at, row.id, 1)
        else:
            sent = _sent_before(work, user_id, mobile)
    return _challenge(row.id, mobile, row.sent_at, row.expires_at, repeated=not row.opened, message_id=sent)


def _send(work: Work, user_id: UUID, mobile: str, language: str, code: str, expires_at: datetime,
          challenge_id: str, number: int) -> UUID:
    throttle.count(work, "text", str(user_id), limit=USER_TEXTS, seconds=HOUR, field="code")
    outbox.cancel_unsent(work, recipient=mobile, kind="sign_in.code", user_id=user_id)
    sent = outbox.queue_text(
        work, tenant_id=PLATFORM_TENANT, urgency="code", kind="sign_in.code", recipient=mobile,
        body=templates.code(language, code),
        dedupe_key=f"sign_in:{challenge_id}:{number}", user_id=user_id, expires_at=expires_at,
    )
    audit.record(work, "sign_in.code_sent", tenant_id=PLATFORM_TENANT, user_id=user_id)
    return sent


def require_open(work: Work, mobile: str) -> None:
    """Who has stopped the codes is told how to start them: nothing we could send would arrive."""
    if consent.trouble(work, mobile, "code") == "stopped":
        number = consent.sender_for("code")
        raise Invalid("sign_in.codes_stopped" if number else "sign_in.codes_stopped_call",
                      number=names.spelled(number) if number else "")


def _sent_before(work: Work, user_id: UUID, mobile: str) -> UUID | None:
    """The message with the code that is so recent that there is no other; the repetition is counted there."""
    told = outbox.repeated(work, within=timedelta(seconds=CODE_LIFETIME), recipient=mobile, kind="sign_in.code", user_id=user_id)
    return told.id if told else None


def _challenge(challenge_id: str, mobile: str, sent_at: datetime, expires_at: datetime, *, repeated: bool,
               message_id: UUID | None) -> Challenge:
    may_resend_at = sent_at + timedelta(seconds=QUIET)
    return Challenge(challenge_id, names.hint(mobile), sent_at, may_resend_at, expires_at, repeated, message_id)

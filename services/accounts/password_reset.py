"""A forgotten password: a code to the number on file and the date of birth make a new one.

Nothing tells whether a name is known or a date right. Who works at a practice can't come in this way: they see other people's
charts, and a phone and a date are too little for that.
"""
import hmac
import secrets as chance
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from portal_app.core import clock
from portal_app.core.actor import PLATFORM, PLATFORM_TENANT
from portal_app.core.database import nobody_work, unit_of_work
from portal_app.core.errors import Invalid, TooMany
from services import audit, outbox
from services.accounts import names, passwords, secrets, throttle
from services.accounts.birth_dates import day_of
from services.accounts.password_change import parts_of, record
from services.accounts.sign_in import CODE_LIFETIME, HOUR, QUIET, TRIES, USER_CODES, USER_TEXTS
from services.messaging import templates

ADDRESS_LIMIT, WINDOW = 20, 900
"""Questions from one network address in a window of seconds."""
NAME_LIMIT, DAY = 30, 24 * 3600
"""Questions about one name in a day: with other dates of birth, too, so that none is guessed."""
KIND = "password.code"


def start_reset(name: str, birth_date: str, address: str) -> str:
    """Sends a code where there is such a patient; answers what `finish_reset` asks for, whether there is or not.

    `address` is the browser's network address. How long it takes is not the same: whoever answers a browser waits the same for
    all. Raises Invalid for what can be no name or date, TooMany by address and by name.
    """
    name = names.normal(name)
    if not name:
        raise Invalid("sign_in.name_missing", field="name")
    born = day_of(birth_date)
    throttle.count_try("reset from", address, limit=ADDRESS_LIMIT, seconds=WINDOW, field="name")
    throttle.count_try("reset of", name, limit=NAME_LIMIT, seconds=DAY, field="name")
    fresh = chance.token_urlsafe(24)
    try:
        return _send(name, born, fresh) or fresh
    except TooMany:  # of codes to one person; to say so would tell that there is one
        return fresh


def _send(name: str, born: date, fresh: str) -> str:
    """Opens a reset and sends its code; answers its id, "" where there is no such patient. Raises TooMany."""
    code = secrets.new_code()
    with unit_of_work(PLATFORM) as work:
        user = work.session.execute(text("SELECT * FROM reset_find(:name, :born)"), {"name": name, "born": born}).first()
        if user is None:
            return ""
        opened = work.session.execute(
            text("SELECT * FROM reset_open(:user, :id, :code_hash, :at, :lifetime, :quiet)"),
            {"user": user.user_id, "id": fresh, "code_hash": secrets.hash_code(fresh, code), "at": clock.now(),
             "lifetime": CODE_LIFETIME, "quiet": QUIET}).one()
        if opened.opened:
            throttle.count(work, "text", str(user.user_id), limit=USER_TEXTS, seconds=HOUR, field="name")
            outbox.cancel_unsent(work, recipient=user.mobile, kind=KIND, user_id=user.user_id)
            outbox.queue_text(
                work, tenant_id=PLATFORM_TENANT, urgency="code", kind=KIND, recipient=user.mobile, user_id=user.user_id,
                body=templates.password_code(user.language, code), dedupe_key=f"{KIND}:{fresh}", expires_at=opened.expires_at)
            audit.record(work, "password.code_sent", tenant_id=PLATFORM_TENANT, user_id=user.user_id)
    return opened.id


def finish_reset(reset_id: str, code: str, password: str) -> None:
    """Sets a new password, ends every session of the person and tells them by text message.

    Raises Invalid beside `password` for a weak one, and beside `code`, in the same words whatever was wrong with it.
    """
    digits = "".join(sign for sign in code if sign.isdigit())
    if len(digits) != 6:
        raise Invalid("sign_in.code_six_digits", field="code")
    passwords.check(password)
    with nobody_work() as work:
        user = work.session.execute(text("SELECT * FROM reset_try(:id, :most, :at)"),
                                    {"id": reset_id, "most": TRIES, "at": clock.now()}).first()
    code_hash = secrets.hash_code(reset_id, digits)
    if user is None or not _is_right(user, code_hash):
        raise Invalid("reset.wrong_code", field="code")
    passwords.check(password, about=parts_of(user.name, user.email))
    hashed = secrets.hash_password(password)
    with unit_of_work(PLATFORM) as work:
        ended = work.session.execute(
            text("SELECT reset_finish(:id, :code_hash, :password_hash, :at)"),
            {"id": reset_id, "code_hash": code_hash, "password_hash": hashed, "at": clock.now()}).scalar()
        if ended is None:
            raise Invalid("reset.wrong_code", field="code")
        record(work, "password.reset", user.user_id, user.mobile, user.language, ended)
    for name in (user.email, user.mobile):  # whoever kept guessing the old one keeps nobody out any more
        if name:
            throttle.forget("name", name)


def _is_right(user: Row[Any], code_hash: str) -> bool:
    try:
        throttle.count_try("code", str(user.user_id), limit=USER_CODES, seconds=HOUR)
    except TooMany:  # as above
        return False
    right = hmac.compare_digest(user.code_hash, code_hash)
    if right:
        throttle.forget("code", str(user.user_id))
    return right

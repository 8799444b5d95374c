"""Another password: by who knows the one of now."""
import re
from uuid import UUID

from sqlalchemy import text

from portal_app.core import clock
from portal_app.core.actor import PLATFORM, PLATFORM_TENANT, Actor
from portal_app.core.database import Work, nobody_work, unit_of_work
from portal_app.core.errors import Conflict, Invalid, NotSignedIn
from portal_app.core.ids import new_id
from services import audit, outbox
from services.accounts import passwords, secrets, throttle
from services.messaging import templates

TRIES, WINDOW = 10, 900
"""Wrong passwords of one person who is signed in, in a window of seconds."""
KIND = "password.changed"


def change_password(actor: Actor, current: str, new: str) -> None:
    """Sets a new password, ends every other session and tells the person by text message.

    Raises Invalid beside `current` or `new`, TooMany, and Conflict where it was changed at the same moment.
    """
    if not current:
        raise Invalid("password.current_missing", field="current")
    with nobody_work() as work:
        known = work.session.execute(text("SELECT * FROM session_credential(:hash)"), {"hash": actor.session_hash}).first()
    if known is None:
        raise NotSignedIn
    throttle.count_try("password change", str(actor.user_id), limit=TRIES, seconds=WINDOW, field="current")
    if not secrets.password_matches(current, known.password_hash):
        raise Invalid("password.not_current", field="current")
    throttle.forget("password change", str(actor.user_id))
    passwords.check(new, about=parts_of(known.name, known.email), field="new")
    if new == current:
        raise Invalid("password.same", field="new")
    hashed = secrets.hash_password(new)
    with unit_of_work(PLATFORM) as work:
        ended = work.session.execute(
            text("SELECT session_set_password(:hash, :old, :new, :at)"),
            {"hash": actor.session_hash, "old": known.password_hash, "new": hashed, "at": clock.now()}).scalar()
        if ended is None:
            raise Conflict
        record(work, "password.changed", actor.user_id, known.mobile, known.language, ended)


def parts_of(name: str, email: str | None) -> list[str]:
    """What a password must not be made of: the words of a name and of an e-mail address."""
    return [part for part in re.split(r"[\s@._-]+", f"{name} {email or ''}") if part]


def record(work: Work, action: str, user_id: UUID | None, mobile: str | None, language: str, ended: list[str]) -> None:
    """Notes that a password is another one now, tells its owner, and wakes the tabs whose sessions `ended`."""
    audit.record(work, action, tenant_id=PLATFORM_TENANT, user_id=user_id, sessions_ended=len(ended))
    if mobile:
        outbox.queue_text(
            work, tenant_id=PLATFORM_TENANT, urgency="now", kind=KIND, recipient=mobile, user_id=user_id,
            body=templates.password_changed(language), dedupe_key=f"{KIND}:{new_id()}")
    for session_hash in ended:
        work.tell(f"session:{session_hash}")

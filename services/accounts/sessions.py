"""Sessions: opened by a ticket, named by the hash of a cookie, looked up at every event."""
from typing import Any
from uuid import UUID

from sqlalchemy import text

from portal_app.core import clock
from portal_app.core.actor import PLATFORM, PLATFORM_TENANT, Actor, Profile
from portal_app.core.database import nobody_work, unit_of_work
from portal_app.core.errors import NotSignedIn
from portal_app.core.words import page_language
from services import audit
from services.accounts import secrets

LIFETIME, IDLE = 12 * 3600, 30 * 60
"""Seconds a session lasts at the most, and without anything done in it."""


def open_session(ticket: str, address: str, device: str) -> str:
    """Spends the ticket of `check_code` and answers the new cookie's value. Raises NotSignedIn for a spent one."""
    token, at = secrets.new_token(), clock.now()
    with unit_of_work(PLATFORM) as work:
        user_id = work.session.execute(
            text("SELECT session_open(:ticket, :token, :at, :lifetime, :device, :address)"),
            {"ticket": secrets.hash_token(ticket), "token": secrets.hash_token(token), "at": at,
             "lifetime": LIFETIME, "device": device[:200], "address": address[:64]},
        ).scalar()
        if user_id is None:
            raise NotSignedIn
        audit.record(work, "session.opened", tenant_id=PLATFORM_TENANT, user_id=user_id)
    return token


def actor_of(session_hash: str, *, active: bool = True) -> Actor:
    """Who acts in this session, as of now; `active` where it is the person who does. Raises NotSignedIn where it has ended,
    run out or lain idle.
    """
    with nobody_work() as work:
        found = work.session.execute(
            text("SELECT session_actor(:hash, :at, :idle, :active)"),
            {"hash": session_hash, "at": clock.now(), "idle": IDLE, "active": active},
        ).scalar()
    if found is None:
        raise NotSignedIn
    return _actor(found, session_hash)


def _actor(found: dict[str, Any], session_hash: str) -> Actor:
    charts = tuple((UUID(tenant), UUID(patient)) for tenant, patient in found["charts"])
    roles = tuple((UUID(tenant), role) for tenant, role in found["roles"])
    tenants = tuple(dict.fromkeys(tenant for tenant, _ in charts + roles))
    language, profile = found["language"], found["profile"]
    return Actor(user_id=UUID(found["user_id"]), tenants=tenants, name=found["name"], language=page_language(language),
                 session_hash=session_hash, charts=charts, roles=roles, profile=Profile(language=language, **profile))


def sign_out(session_hash: str) -> None:
    """Ends one session. Signing out twice is no error."""
    with unit_of_work(PLATFORM) as work:
        user_id = work.session.execute(
            text("SELECT session_end(:hash, :at)"), {"hash": session_hash, "at": clock.now()}).scalar()
        if user_id is not None:
            audit.record(work, "session.ended", tenant_id=PLATFORM_TENANT, user_id=user_id)
            work.tell(f"session:{session_hash}")


def sign_out_one(actor: Actor, session_id: str) -> None:
    """Ends another session of the person's own, by its short name. One that has ended is no error."""
    with unit_of_work(PLATFORM) as work:
        ended = list(work.session.execute(
            text("SELECT session_end_one(:hash, :id, :at)"),
            {"hash": actor.session_hash, "id": session_id, "at": clock.now()}).scalars())
        for session_hash in ended:
            audit.record(work, "session.ended", tenant_id=PLATFORM_TENANT, user_id=actor.user_id)
            work.tell(f"session:{session_hash}")


def sign_out_everywhere(actor: Actor) -> int:
    """Ends every session of the person, this one too. Answers how many there were."""
    with unit_of_work(PLATFORM) as work:
        ended = list(work.session.execute(
            text("SELECT session_end_all(:hash, :at)"), {"hash": actor.session_hash, "at": clock.now()}).scalars())
        audit.record(work, "session.ended_everywhere", tenant_id=PLATFORM_TENANT, user_id=actor.user_id, count=len(ended))
        for session_hash in ended:
            work.tell(f"session:{session_hash}")
    return len(ended)

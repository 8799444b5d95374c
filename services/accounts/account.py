"""A person's own account: names, and where they are signed in."""
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import nobody_work
from portal_app.core.errors import NotSignedIn
from services.accounts import names
from services.accounts.sessions import IDLE


@dataclass(frozen=True)
class SessionView:
    """A browser that is signed in. `id` is a short name for it and opens nothing."""

    id: str
    current: bool
    last_seen_at: datetime
    device: str


@dataclass(frozen=True)
class AccountView:
    name: str
    email: str
    mobile_hint: str
    language: str
    sessions: list[SessionView]


def account(actor: Actor) -> AccountView:
    """The actor's own account with at most 20 open sessions, the last used first."""
    with nobody_work() as work:
        found = work.session.execute(
            text("SELECT session_account(:hash, :at, :idle)"),
            {"hash": actor.session_hash, "at": clock.now(), "idle": IDLE}).scalar()
    if found is None:
        raise NotSignedIn
    sessions = [
        SessionView(row["token_hash"][:8], row["token_hash"] == actor.session_hash,
                    datetime.fromisoformat(row["last_seen_at"]), row["device"])
        for row in found["sessions"] or []
    ]
    mobile = names.hint(found["mobile"]) if found["mobile"] else ""
    return AccountView(found["name"], found["email"] or "", mobile, found["language"], sessions)

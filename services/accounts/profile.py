"""What a person chooses for themselves, the same at every practice. Each part is saved alone, so that two tabs with
different parts open never undo each other.
"""
from typing import Any

from sqlalchemy import text

from models.accounts import PURPOSES, TEXT_SIZES, THEMES
from portal_app.core import clock
from portal_app.core.actor import PLATFORM, PLATFORM_TENANT, Actor
from portal_app.core.database import unit_of_work
from portal_app.core.errors import Invalid, NotSignedIn
from services import audit

LONGEST_NAME = 40


def set_preferred_name(actor: Actor, name: str) -> str:
    """How the person likes to be called, "" for their own first name. Answers it as it is kept.

    Raises Invalid for more than 40 letters, and for a name without any letter.
    """
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Invalid("account.name_too_long", field="preferred_name")
    if name and not any(sign.isalpha() for sign in name):
        raise Invalid("account.name_without_letters", field="preferred_name")
    _save(actor, "name", "SELECT session_set_name(:hash, :name)", name=name)
    return name


def set_look(actor: Actor, *, theme: str, text_size: str) -> None:
    """`theme` is one of models.accounts.THEMES, `text_size` of TEXT_SIZES. Raises Invalid for anything else."""
    if theme not in THEMES or text_size not in TEXT_SIZES:
        raise Invalid
    _save(actor, "look", "SELECT session_set_look(:hash, :theme, :text_size)", theme=theme, text_size=text_size)


def set_contact(actor: Actor, *, wanted: dict[str, bool]) -> None:
    """Whether the person wants text messages, by purpose. Raises Invalid for a purpose that can't be chosen."""
    if not set(wanted) <= set(PURPOSES):
        raise Invalid
    _save(actor, "contact", "SELECT session_set_contact(:hash, :purposes, :wanted, :at)",
          purposes=list(wanted), wanted=list(wanted.values()), at=clock.now())


def _save(actor: Actor, part: str, statement: str, **values: Any) -> None:
    with unit_of_work(PLATFORM) as work:
        user_id = work.session.execute(text(statement), {"hash": actor.session_hash, **values}).scalar()
        if user_id is None:
            raise NotSignedIn
        audit.record(work, "profile.changed", tenant_id=PLATFORM_TENANT, user_id=user_id, part=part)
        work.tell(f"profile:{user_id}")

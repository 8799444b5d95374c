"""What a person chooses for themselves, the same at every practice. Each part is saved alone, so that two tabs with
different parts open never undo each other; and at the `version` at which the person saw it, so that two tabs with the
same part open don't either. Each call answers the part's new version and raises Outdated where it was saved meanwhile.
"""
from typing import Any

from sqlalchemy import text

from models.accounts import LANGUAGES, PURPOSES, TEXT_SIZES, THEMES
from portal_app.core import clock
from portal_app.core.actor import PLATFORM, PLATFORM_TENANT, Actor
from portal_app.core.database import unit_of_work
from portal_app.core.errors import Invalid, NotSignedIn, Outdated
from services import audit

LONGEST_NAME = 40


def set_preferred_name(actor: Actor, name: str, *, version: int) -> int:
    """How the person likes to be called, "" for their own first name.

    Raises Invalid for more than 40 letters, and for a name without any letter.
    """
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Invalid("account.name_too_long", field="preferred_name")
    if name and not any(sign.isalpha() for sign in name):
        raise Invalid("account.name_without_letters", field="preferred_name")
    return _save(actor, "name", "SELECT session_set_name(:hash, :version, :name)", version=version, name=name)


def set_look(actor: Actor, *, theme: str, text_size: str, version: int) -> int:
    """`theme` is one of models.accounts.THEMES, `text_size` of TEXT_SIZES. Raises Invalid for anything else."""
    if theme not in THEMES or text_size not in TEXT_SIZES:
        raise Invalid
    return _save(actor, "look", "SELECT session_set_look(:hash, :version, :theme, :text_size)", version=version,
                 theme=theme, text_size=text_size)


def set_contact(actor: Actor, *, wanted: dict[str, bool], language: str, version: int) -> int:
    """Whether the person wants text messages, by purpose, and in which of models.accounts.LANGUAGES all of them are written.

    Raises Invalid for a purpose or a language that can't be chosen.
    """
    if not set(wanted) <= set(PURPOSES) or language not in LANGUAGES:
        raise Invalid
    return _save(actor, "contact", "SELECT session_set_contact(:hash, :version, :language, :purposes, :wanted, :at)",
                 version=version, language=language, purposes=list(wanted), wanted=list(wanted.values()), at=clock.now())


def _save(actor: Actor, part: str, statement: str, **values: Any) -> int:
    with unit_of_work(PLATFORM) as work:
        version = work.session.execute(text(statement), {"hash": actor.session_hash, **values}).scalar()
        if version is None:
            raise NotSignedIn
        if version == 0:
            raise Outdated
        audit.record(work, "profile.changed", tenant_id=PLATFORM_TENANT, user_id=actor.user_id, part=part)
        work.tell(f"profile:{actor.user_id}")
    return version

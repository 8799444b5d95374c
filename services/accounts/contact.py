"""Which text messages a person wants. Codes are not among the choices: without them nobody could sign in."""
from uuid import UUID

from sqlalchemy import text

from portal_app.core.database import Work


def wants(work: Work, user_id: UUID | None, purpose: str) -> bool:
    """Whether messages of `purpose` (`models.accounts.PURPOSES`) may go to this person: yes until they say no."""
    if user_id is None:
        return True
    return bool(work.session.execute(text("SELECT text_wanted(:user, :purpose)"), {"user": user_id, "purpose": purpose}).scalar())

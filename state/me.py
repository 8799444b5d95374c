"""Who is signed in: what the shell shows on every page."""
import reflex as rx

from portal_app.core.actor import Actor
from state.base import Base


class Me(Base, rx.State):
    name: str = ""
    language: str = "en"
    without_chart: bool = False
    """Someone who works at a practice and is nobody's patient."""
    _user_id: str = ""


async def know_me(state: rx.State) -> Me:
    """The person of this tab's session; asked for once, since another session empties the tab. Raises SignedOut."""
    me = await state.get_state(Me)
    if not me._user_id:
        actor = await me.run(_myself)
        me.name, me.language = actor.name, actor.language
        me.without_chart, me._user_id = not actor.charts, str(actor.user_id)
    return me


def visits_topic(me: Me) -> str:
    """Where changes of this person's visits are told."""
    return f"visits:{me._user_id}"


def _myself(actor: Actor) -> Actor:
    """Resolving the actor is the whole service."""
    return actor

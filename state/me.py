"""Who is signed in: what the shell shows on every page."""
from typing import Any

import reflex as rx

from portal_app.core.actor import Actor
from state import live
from state.base import Base, handler


class Me(Base, rx.State):
    name: str = ""
    language: str = "en"
    preferred_name: str = ""
    theme: str = ""
    text_size: str = ""
    visit_texts: bool = True
    reminder_texts: bool = True
    without_chart: bool = False
    """Someone who works at a practice and is nobody's patient."""
    _user_id: str = ""

    async def read(self) -> None:
        """Asks the server who this is, and what they chose for themselves."""
        actor = await self.run(_myself)
        profile = actor.profile
        self.name, self.language = profile.preferred_name or actor.name, actor.language
        self.preferred_name = profile.preferred_name
        self.visit_texts, self.reminder_texts = profile.visit_texts, profile.reminder_texts
        self.theme, self.text_size = profile.theme, profile.text_size
        self.without_chart, self._user_id = not actor.charts, str(actor.user_id)

    @handler
    async def refresh(self) -> Any:
        """Again, whenever the person changed their profile in any tab."""
        await self.read()


async def know_me(state: rx.State) -> Me:
    """The person of this tab's session; asked for once, since another session empties the tab. Raises SignedOut."""
    me = await state.get_state(Me)
    if not me._user_id:
        await me.read()
    live.watch(me, f"profile:{me._user_id}", Me.refresh)
    return me


def visits_topic(me: Me) -> str:
    """Where changes of this person's visits are told."""
    return f"visits:{me._user_id}"


def _myself(actor: Actor) -> Actor:
    """Resolving the actor is the whole service."""
    return actor

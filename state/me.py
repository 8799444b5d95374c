"""Who is signed in, and what they can still take back: what the shell shows on every page."""
from typing import Any

import reflex as rx

from portal_app.core.actor import Actor
from portal_app.core.errors import Conflict, NotFound
from portal_app.core.words import say
from services import access, scheduling
from services.accounts.sessions import IDLE
from services.scheduling import VisitView
from state import live
from state.base import Base, Refused, handler


class Me(Base, rx.State):
    name: str = ""
    language: str = "en"
    preferred_name: str = ""
    theme: str = ""
    text_size: str = ""
    text_language: str = "en"
    visit_texts: bool = True
    reminder_texts: bool = True
    without_chart: bool = False
    """Someone who works at a practice and is nobody's patient."""
    sees_messages: bool = False
    """Someone who looks after the text messages of a practice, or of all."""
    invites: bool = False
    """Someone who may invite the patients of a practice."""
    sets_reminders: bool = False
    asked_after: int = IDLE - 90
    """Seconds without a sign of the person until they are signed out, asked before. The server learns of their presence a minute
    late at the most, and ends the session by itself half a minute after that."""
    undo: str = ""
    """Which cancel can be taken back, as a name that no other one has; "" for none. It follows the person from page to page."""
    told: str = ""
    """What came of taking it back, on the page where that was done."""
    _versions: dict[str, int] = {}
    """Of the parts of the profile, as they were read."""
    _page: str = ""
    _user_id: str = ""

    @handler
    async def refresh(self) -> Any:
        """Again, whenever the person changed their profile in any tab."""
        try:
            await read_me(self)
        except Refused:  # nobody asked for it, so nobody is told: the next page reads again
            self._user_id = ""

    @handler
    async def take_back(self) -> Any:
        """The visit stands as before, unless someone has its time by now."""
        if not self.undo:
            return
        self.told = ""
        visit_id, _, version = self.undo.partition(":")
        try:
            await self.run(scheduling.undo_cancel, visit_id=visit_id, version=int(version))
        except Refused as refused:
            if isinstance(refused.error, Conflict | NotFound):
                self.undo = ""
            raise
        self.undo, self.told = "", say(self.language, "visit.told_restored")
        self._page = str(self.router.url)  # said there, even where that page is yet to load

    @handler
    async def stay(self) -> Any:
        """The person is at work on the page, though nothing of it needed the server."""
        await self.run(_myself)

    @handler
    async def leave_it(self) -> Any:
        """The offer to take it back is over."""
        self.undo = ""


# Functions, not methods: a method of a state is a handler that any browser may call.


async def read_me(me: Me) -> None:
    """Asks the server who this is, and what they chose for themselves."""
    actor = await me.run(_myself)
    profile = actor.profile
    me.name, me.language = profile.preferred_name or actor.name, actor.language
    me.preferred_name = profile.preferred_name
    me.visit_texts, me.reminder_texts = profile.visit_texts, profile.reminder_texts
    me.theme, me.text_size, me.text_language = profile.theme, profile.text_size, profile.language
    me.sees_messages, me.invites = access.may(actor, "messages.read"), access.may(actor, "invitations.send")
    me.sets_reminders = access.may(actor, "reminders.set")
    me._versions = {"name": profile.name_version, "look": profile.look_version, "texts": profile.texts_version}
    me.without_chart, me._user_id = not actor.charts, str(actor.user_id)


def offer_undo(me: Me, cancelled: VisitView) -> None:
    """Offers for a while to take the person's own cancel back, in this tab."""
    me.undo = undo_name(cancelled)


def _arrive(me: Me) -> None:
    """On another page, what was said on the one before is over."""
    page = str(me.router.url)
    if page != me._page:
        me._page, me.told, me.alert = page, "", ""


async def know_me(state: rx.State) -> Me:
    """The person of this tab's session; asked for once, since another session empties the tab. Raises SignedOut."""
    me = await state.get_state(Me)
    if not me._user_id:
        await read_me(me)
    _arrive(me)
    live.watch(me, f"profile:{me._user_id}", Me.refresh)
    return me


def undo_name(cancelled: VisitView) -> str:
    """The cancel that made the visit what it is."""
    return f"{cancelled.id}:{cancelled.version}"


def visits_topic(me: Me) -> str:
    """Where changes of this person's visits are told."""
    return f"visits:{me._user_id}"


def _myself(actor: Actor) -> Actor:
    """Resolving the actor is the whole service."""
    return actor

"""A tab's state belongs to the session it was filled for, and to the version that filled it. Whoever presents its token with
another one gets it empty.

Reflex hands a stored state to anyone who shows its client token; this middleware runs before anything is sent,
hydration included.
"""
import asyncio
import time
from typing import Any

import reflex as rx
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, OnLoadInternalState, StateUpdate
from reflex.utils.format import format_event_handler
from reflex_base.event.context import EventContext

from portal_app.core import log, source
from portal_app.core.errors import NotSignedIn, Unavailable
from services import accounts
from state import live
from state.base import LONGEST, SESSION_HEADER, Base, forget, handler, presented_session
from state.sign_in import SignIn


class Binding(Base, rx.State):
    """The session this tab's state was filled for, as the SHA-256 of its cookie."""

    _session: str = ""

    @handler
    async def check(self) -> Any:
        """The session may have ended elsewhere: looks, and leaves the page if so."""
        await self.run(_still_there)


def _still_there(_actor: object) -> None:
    """Resolving the actor is the whole check."""


class Tab(rx.State):
    """The version that sent this tab its state, "" where none did and the page shows none of it. No sign-out empties it."""

    _begun: str = ""


VERSION = source.fingerprint(("state", "services", "portal_app/core"))
"""What another version has stored may lack what this one reads."""


class BindToSession(Middleware):
    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        """Empties the tab where another session, none, or one that has ended presents its token."""
        live.woken.set(bool(event.payload.pop(live.WOKEN, False)))
        binding, tab, presented = await state.get_state(Binding), await state.get_state(Tab), presented_session(state)
        begins = event.name in BEGINNINGS
        if not (begins or tab._begun == VERSION or event.name == NAVIGATION):
            return _begin_anew(app, state, event)
        if presented and begins:
            presented = await _while_alive(presented)
        if (binding._session and binding._session != presented) or tab._begun != VERSION:
            await forget(state)
        elif begins:
            # A tab nobody is signed in to has no session to be bound to: what opens one is not kept in it.
            (await state.get_state(SignIn)).ticket = ""
        binding._session, tab._begun = presented, VERSION
        if presented:
            live.watch(state, f"session:{presented}", Binding.check)
        return None


WHILE, TIMES = 10, 5
"""Seconds in which a tab begins anew so many times at the most: several clicks may be under way when state is lost, but state
that isn't kept at all must not send it round in circles."""
_begun_anew: dict[str, list[float]] = {}


def _begin_anew(app: rx.App, state: BaseState, event: Event) -> StateUpdate:
    """The stored state was lost (Valkey emptied) or is another version's: the tab fills its page again, then does what was
    clicked.

    Raises Unavailable where that has just been tried again and again.
    """
    now, token = time.monotonic(), state.router.session.client_token
    for other in [one for one, moments in _begun_anew.items() if now - moments[0] > WHILE]:
        del _begun_anew[other]
    if len(_begun_anew.setdefault(token, [])) >= TIMES:
        raise Unavailable
    _begun_anew[token].append(now)
    log.get(__name__).warning("a tab's state was lost")
    begin = Event(name=format_event_handler(rx.State.event_handlers["hydrate_and_load"]), payload={})
    # The page's own events once more: those that the beginning calls for may come after the click.
    load = Event.from_event_type(app.get_load_events(state.router.url.path))
    return StateUpdate(events=[begin, *load, Event(name=event.name, payload=event.payload)])


def guard_answers(app: rx.App) -> None:
    """Answers go to the socket of the session that asked, or nowhere.

    Reflex addresses whoever holds the client token by then, in other processes too. What a tab misses because it
    connected anew meanwhile, it gets with the hydration that it begins with.
    """
    namespace = live.sockets(app)
    send = namespace.emit_update

    async def emit_update(update: StateUpdate, token: str) -> None:
        asked_by = _session_asking()
        if asked_by is None or asked_by == _session_shown(namespace, token):
            await send(update, token)
        else:
            log.get(__name__).info("an answer found its socket gone")

    namespace.emit_update = emit_update


def _session_asking() -> str | None:
    """The session of the event that is being answered; None outside of any, where only names of handlers are sent."""
    try:
        headers = EventContext.get().router_data.get("headers")
    except LookupError:
        return None
    return headers.get(SESSION_HEADER, "") if headers else None


def _session_shown(namespace: Any, token: str) -> str | None:
    """The session of the socket that holds `token` in this process; None where no socket here does."""
    socket = namespace._static_router_data.get(namespace.token_to_sid.get(token, ""))
    return socket["headers"].get(SESSION_HEADER, "") if socket else None


BEGINNINGS = frozenset(format_event_handler(rx.State.event_handlers[name]) for name in ("hydrate", "hydrate_and_load"))
"""The events that answer with all of a tab's state: what a browser sends first on each connection."""
NAVIGATION = format_event_handler(OnLoadInternalState.event_handlers["on_load_internal"])
"""The event that fills a page anew, whatever was known before."""


async def _while_alive(session_hash: str) -> str:
    """The same, or "" for a session that has ended. Raises Unavailable where that can't be found out."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(_alive, session_hash), LONGEST)
    except TimeoutError as fault:
        raise Unavailable from fault


def _alive(session_hash: str) -> str:
    try:
        accounts.actor_of(session_hash, active=False)
    except NotSignedIn:
        return ""
    return session_hash

"""A tab's state belongs to the session it was filled for. Whoever presents its token with another one gets it empty.

Reflex hands a stored state to anyone who shows its client token; this middleware runs before anything is sent,
hydration included.
"""
import asyncio
from typing import Any

import reflex as rx
from reflex.event import Event, get_hydrate_event
from reflex.middleware import Middleware
from reflex.state import BaseState, StateUpdate

from portal_app.core.errors import NotSignedIn
from services import accounts
from state import live
from state.base import Base, forget, handler, presented_session


class Binding(Base, rx.State):
    """The session this tab's state was filled for, as the SHA-256 of its cookie."""

    _session: str = ""

    @handler
    async def check(self) -> Any:
        """The session may have ended elsewhere: looks, and leaves the page if so."""
        await self.run(_still_there)


def _still_there(_actor: object) -> None:
    """Resolving the actor is the whole check."""


class BindToSession(Middleware):
    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        binding = await state.get_state(Binding)
        presented = presented_session(state)
        if presented and event.name == get_hydrate_event(state):
            presented = await asyncio.to_thread(_alive, presented)
        if binding._session and binding._session != presented:
            await forget(state)
        binding._session = presented
        if presented:
            live.watch(state, f"session:{presented}", Binding.check)
        return None


def _alive(session_hash: str) -> str:
    try:
        accounts.actor_of(session_hash)
    except NotSignedIn:
        return ""
    return session_hash

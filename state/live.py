"""The only push: one listener a web process on Valkey, which asks the tabs that watch a topic to read again.

What is sent to a tab is the name of an event handler, never data: the tab's own socket then runs it like a click, so
that a session that has ended sees nothing.
"""
import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import redis.asyncio
import reflex as rx
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from reflex.event import Event
from reflex.state import BaseState, StateUpdate
from reflex.utils.format import format_event_handler

from portal_app.core import log
from portal_app.core.live import CHANNEL
from portal_app.core.settings import settings

TRY_AGAIN, TRIES = 0.2, 60
"""Seconds between two tries to reach Valkey, and how many there are."""
PRUNE = 60
"""Seconds between clearings of tabs that have gone."""
WOKEN = "woken"
"""Marks an event that a tab was asked for: its person did nothing."""
woken: ContextVar[bool] = ContextVar("woken", default=False)
"""Whether the event of now is such a one."""
# topic → client token → the handler to run. Per process: a tab is watched where its socket is.
_watched: dict[str, dict[str, str]] = {}


def watch(state: BaseState, topic: str, wake: Any) -> None:
    """Runs the handler `wake` in this tab whenever `topic` is published, until the tab goes."""
    _watched.setdefault(topic, {})[state.router.session.client_token] = format_event_handler(wake)


def unwatch(state: BaseState, topic: str = "") -> None:
    """Nothing wakes this tab any more; with `topic`, only that no longer does."""
    for one in [topic] if topic else _watched:
        _watched.get(one, {}).pop(state.router.session.client_token, None)


def sockets(app: rx.App) -> Any:
    """Reflex's own sockets of this process: there as soon as the app is made."""
    return app.event_namespace


def listening(app: rx.App) -> Any:
    """The lifespan task of a web process."""

    @asynccontextmanager
    async def listen() -> AsyncIterator[None]:
        _be_patient(app)
        tasks = [asyncio.create_task(_listen(app)), asyncio.create_task(_prune(app))]
        yield
        for task in tasks:
            task.cancel()

    return listen


def _be_patient(app: rx.App) -> None:
    """A click that finds Valkey away waits for it, as for a busy server: it is back within seconds."""
    patience = Retry(ConstantBackoff(TRY_AGAIN), TRIES)
    holders: tuple[Any, ...] = (app.state_manager, sockets(app)._token_manager)
    for one in holders:
        one.redis.set_retry(patience)


async def _listen(app: rx.App) -> None:
    """Listens for ever. After a lost connection every tab is woken once, since anything may have been missed."""
    missed = False
    while True:
        try:
            async with _channel() as channel:
                if missed:
                    await _wake(app, list(_watched))
                missed = False
                async for message in channel.listen():
                    if message["type"] == "message":
                        await _wake(app, [json.loads(message["data"])["topic"]])
        except Exception:
            # Whatever it is, pushes must go on: a listener that ended would be missed by nobody but the people.
            log.get(__name__).warning("live channel lost, trying again", exc_info=not missed)
            missed = True
            await asyncio.sleep(1)


@asynccontextmanager
async def _channel() -> AsyncIterator[Any]:
    """The subscription; a ping every 15 seconds notices a connection that is only half open."""
    async with redis.asyncio.Redis.from_url(settings().redis_url, health_check_interval=15) as client:
        async with client.pubsub() as channel:
            await channel.subscribe(CHANNEL)
            yield channel


async def _wake(app: rx.App, topics: list[str]) -> None:
    namespace = sockets(app)
    for topic in topics:
        for token, name in list(_watched.get(topic, {}).items()):
            if token in namespace.token_to_sid:
                await namespace.emit_update(StateUpdate(events=[Event(name=name, payload={WOKEN: True})]), token)


async def _prune(app: rx.App) -> None:
    while True:
        await asyncio.sleep(PRUNE)
        here = sockets(app).token_to_sid
        for topic in list(_watched):
            _watched[topic] = {token: name for token, name in _watched[topic].items() if token in here}
            if not _watched[topic]:
                del _watched[topic]

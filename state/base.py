"""The only seam to services: who acts, one transaction ID, a thread, and refusals as words."""
import asyncio
import functools
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import reflex as rx
from reflex.state import BaseState

from portal_app.core import database, log, telemetry, transaction_id, words
from portal_app.core.actor import Actor
from portal_app.core.errors import AppError, NotSignedIn, Unavailable
from services import accounts
from state import live

SESSION_HEADER = "authorization"
"""The handshake header that holds the cookie's SHA-256: `api.middleware` puts it there, and Reflex never echoes it."""


LONGEST = 15
"""Seconds a person waits for a service that doesn't answer. Its thread goes on, and what it does may still hold."""


class Refused(Exception):
    """A service call that was refused, as words. `error` is the AppError, None for a fault of ours."""

    def __init__(self, message: str, error: AppError | None = None) -> None:
        self.message, self.error, self.field = message, error, error.field if error else ""
        super().__init__(message)


class SignedOut(Exception):
    """Nobody is signed in, or no longer."""


def presented_session(state: BaseState) -> str:
    """The session hash of the socket this event came by; "" where it brought no cookie."""
    return state.router.headers.raw_headers.get(SESSION_HEADER, "")


def handler(fn: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """An event handler: one transaction ID, old messages cleared, refusals shown, the signed-out sent to sign in."""

    @functools.wraps(fn)
    async def handle(self: Any, *args: Any, **kwargs: Any) -> Any:
        _clear(self)
        with transaction_id.use():
            try:
                return await fn(self, *args, **kwargs)
            except Refused as refused:
                _show(self, refused)
            except SignedOut:
                await forget(self)
                live.unwatch(self)  # else what wakes it next would lead on from the sign-in page
                return rx.redirect(_sign_in_address(self))
            except Exception:
                log.get(__name__).exception("handler failed", extra={"handler": fn.__qualname__})
                self.alert = _with_reference(None, "errors.something_went_wrong")
            finally:
                self.answered += 1
        return None

    handle.__signature__ = inspect.signature(fn)  # type: ignore[attr-defined]  # Reflex reads the arguments from it
    return handle


def _clear(state: Any) -> None:
    """Takes old messages away; assigns only what changes, since each assignment is sent."""
    if state.errors:
        state.errors = {}
    if state.alert:
        state.alert = ""


def _show(state: Any, refused: Refused) -> None:
    if refused.field:
        state.errors = {refused.field: refused.message}
    else:
        state.alert = refused.message


def _sign_in_address(state: rx.State) -> str:
    url = state.router.url
    asked = url.path + (f"?{url.query}" if url.query else "")
    return "/sign-in?" + urlencode({"next": asked})


def _with_reference(actor: Actor | None, key: str) -> str:
    return words.say(_language(actor), key, reference=transaction_id.current())


async def forget(state: BaseState) -> None:
    """Empties every state of ours that this browser tab has, loaded or still in the store."""
    for cls in own_states():
        (await state.get_state(cls)).reset()


@functools.cache
def own_states() -> tuple[type[BaseState], ...]:
    """The state classes that hold anything of a person, without Reflex's own."""
    return tuple(cls for cls in rx.State.get_substates() if issubclass(cls, Base))


async def _run(self: Any, service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`service(actor, …)` in a thread, for whoever is signed in at this moment.

    Raises SignedOut where nobody is, Refused with the words of a refusal, or with a reference for a fault.
    """
    session_hash = presented_session(self)
    if not session_hash:
        raise SignedOut
    active = not live.woken.get()
    return await _call(service, lambda: (accounts.actor_of(session_hash, active=active),), args, kwargs)


async def _ask(self: Any, service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`service(…)` in a thread, for what is open to everyone. Raises Refused."""
    return await _call(service, tuple, args, kwargs)


async def _call(service: Callable[..., Any], who: Callable[[], tuple[Any, ...]], args: tuple, kwargs: dict) -> Any:
    began, name, actor = time.perf_counter(), f"{service.__module__}.{service.__name__}", None
    outcome = "ok"

    def work() -> Any:
        nonlocal actor
        first = who()
        actor = first[0] if first else None
        return service(*first, *args, **kwargs)

    with database.counting() as statements, telemetry.span(name):
        try:
            return await asyncio.wait_for(asyncio.to_thread(work), LONGEST)
        except TimeoutError as fault:
            outcome = "no answer"
            raise Refused(_with_reference(actor, "errors.no_answer"), Unavailable()) from fault
        except Unavailable as fault:
            outcome = "unavailable"
            log.get(__name__).warning("service unavailable", extra={"service": name}, exc_info=True)
            raise Refused(_with_reference(actor, fault.key), fault) from fault
        except NotSignedIn:
            outcome = "signed out"
            raise SignedOut from None
        except AppError as error:
            outcome = error.key
            raise Refused(words.say(_language(actor), error.key, **error.params), error) from error
        except Exception as fault:
            outcome = "fault"
            log.get(__name__).exception("service failed", extra={"service": name})
            raise Refused(_with_reference(actor, "errors.something_went_wrong")) from fault
        finally:
            log.get("state.run").info("service called", extra={
                "service": name, "outcome": outcome, "statements": statements[0],
                "ms": round((time.perf_counter() - began) * 1000, 1)})


def _language(actor: Actor | None) -> str:
    return actor.language if actor else "en"


class Base(rx.State, mixin=True):
    """What every state of ours has: messages beside fields, one for the page, and the way to services."""

    errors: dict[str, str] = {}
    alert: str = ""
    loaded: bool = False
    answered: int = 0
    """How many events this state has answered: by it a button knows that its own is done."""

    # partialmethod, so that Reflex doesn't take them for event handlers that a browser may call.
    run = functools.partialmethod(_run)
    ask = functools.partialmethod(_ask)

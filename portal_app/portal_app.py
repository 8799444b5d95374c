"""The app: its pages, its plain HTTP routes, what wraps them, and what happens when something breaks."""
import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial

import reflex as rx
from reflex.event import EventSpec
from reflex_otel import ReflexInstrumentor
from starlette.applications import Starlette
from starlette.types import ASGIApp

import tasks.messaging  # noqa: F401 (registers the nudge that wakes Huey)
from components.theme import HEAD, STYLESHEETS, WRAPS
from pages import ROUTES
from portal_app.api import calendar, data, demo, health, offline, session, sorry, webhooks
from portal_app.api.middleware import PagePaths, ResponseHeaders, SocketSession, Transactions
from portal_app.core import live as core_live
from portal_app.core import log, priority, telemetry, transaction_id
from portal_app.core.errors import Unavailable
from portal_app.core.words import say
from state import live
from state.binding import BindToSession, guard_answers

PICTURE = "/icons/512.png"
"""Shown beside a link to us, where someone shares one."""
THREADS = 40
"""Services at work at once in a process. Most of them wait for the database, so there are far more than processors."""


def broken(exception: Exception) -> EventSpec:
    """An event that failed outside of a handler of ours: the log has the story, the person a page with its reference."""
    with transaction_id.use() as reference:
        log.get(__name__).error("event failed", exc_info=exception)
        page = "/busy" if isinstance(exception, Unavailable) else "/sorry"
        return rx.redirect(f"{page}?reference={reference}")


@asynccontextmanager
async def threads() -> AsyncIterator[None]:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "service"))
    yield


addresses = frozenset(page.route for page in ROUTES) - {"/"}
routes = [*calendar.routes, *data.routes, *health.routes, *offline.routes, *session.routes, *webhooks.routes]
app = rx.App(
    stylesheets=STYLESHEETS, head_components=HEAD, html_lang="en", toaster=None,
    app_wraps=WRAPS,
    api_transformer=[
        Starlette(routes=routes, exception_handlers=sorry.handlers),
        partial(Transactions, routes=routes),
        SocketSession, partial(PagePaths, pages=addresses), sorry.Unknown, demo.DemoOnly, ResponseHeaders,
    ],
    backend_exception_handler=broken,
)
for page in ROUTES:
    app.add_page(page.build, route=page.route, title=say("en", page.title), on_load=page.on_load, image=PICTURE)
app.add_middleware(BindToSession(), 0)
guard_answers(app)
app.register_lifespan_task(threads)
app.register_lifespan_task(live.listening(app))


def serve() -> ASGIApp:
    """The ASGI app of one web process, on the front end that is already built."""
    log.setup("web")
    priority.give_way(priority.PAGES)
    telemetry.setup("web")
    core_live.setup()
    if telemetry.is_on():
        ReflexInstrumentor().instrument()
    return app()

"""What a browser shows by itself while it can't reach us: one page, kept for that by assets/worker.js."""
import hashlib
from functools import cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from portal_app.api import sorry
from portal_app.core.settings import CHECKOUT

ASSETS = CHECKOUT / "assets"
PARTS = ("worker.js", "offline.js", "look.js", "carelane.css", "mark.svg")


async def page(_request: Request) -> Response:
    """The page itself, the same for everyone."""
    return HTMLResponse(_page())


async def worker(_request: Request) -> Response:
    """The service worker. It names what it keeps, so that a browser takes the new one as soon as any of it changes."""
    script = (ASSETS / "worker.js").read_text(encoding="utf-8")
    return Response(script.replace("VERSION", version()), media_type="text/javascript")


def _page() -> str:
    return sorry.page("offline", again=True, script="/offline.js")


@cache
def version() -> str:
    """Changes with anything that the worker keeps, and with the worker."""
    kept = [_page().encode(), *((ASSETS / name).read_bytes() for name in PARTS)]
    return hashlib.sha256(b"\0".join(kept)).hexdigest()[:16]


routes = [Route("/offline", page), Route("/worker.js", worker)]

"""What wraps every request: the cookie kept out of the socket's memory, security headers, caching."""
from http.cookies import CookieError, SimpleCookie

from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal_app.api.session import COOKIE, hash_of
from portal_app.core import log, transaction_id
from portal_app.core.settings import settings

Headers = list[tuple[bytes, bytes]]
SECURITY: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"content-security-policy", b"frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"),
]
STRICT_TLS: Headers = [(b"strict-transport-security", b"max-age=31536000")]
FOREVER, NEVER = b"public, max-age=31536000, immutable", b"no-cache"


class SocketSession:
    """Replaces the cookie of a socket's handshake by its SHA-256 in `authorization`.

    Reflex keeps a handshake's headers in the state store, and sends all but a few of them back to the browser.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and scope["path"].startswith("/_event"):
            scope = {**scope, "headers": _without_cookie(scope["headers"])}
        await self.app(scope, receive, send)


def _without_cookie(headers: Headers) -> Headers:
    cookies = b"; ".join(value for name, value in headers if name == b"cookie").decode("latin-1")
    kept = [(name, value) for name, value in headers if name not in (b"cookie", b"authorization")]
    session = hash_of(_cookie(cookies))
    return [*kept, (b"authorization", session.encode())] if session else kept


def _cookie(cookies: str) -> str:
    try:
        found = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


class Transactions:
    """A transaction ID for each request to one of our own routes."""

    def __init__(self, app: ASGIApp, routes: list[Route]) -> None:
        self.app, self.routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or all(route.matches(scope)[0] is Match.NONE for route in self.routes):
            return await self.app(scope, receive, send)
        with transaction_id.use():
            try:
                await self.app(scope, receive, send)
            except Exception:  # `api.sorry` has answered it
                log.get(__name__).exception("request failed", extra={"path": scope["path"]})


class PagePaths:
    """Serves a page at its own address. The built files are folders, and would answer with a redirect to `…/`."""

    def __init__(self, app: ASGIApp, pages: frozenset[str]) -> None:
        self.app, self.pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in self.pages:
            scope = {**scope, "path": scope["path"] + "/"}
        await self.app(scope, receive, send)


class ResponseHeaders:
    """Security headers on every answer; built files are kept by the browser, pages are asked for anew."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _extended(list(message.get("headers", [])), scope["path"])
            await send(message)

        await self.app(scope, receive, with_headers)


def _extended(headers: Headers, path: str) -> Headers:
    names = {name for name, _ in headers}
    if b"cache-control" not in names:
        headers.append((b"cache-control", FOREVER if path.startswith("/assets/") else NEVER))
    return headers + SECURITY + (STRICT_TLS if settings().address.startswith("https://") else [])

"""The session cookie: set and cleared by plain HTTP alone, so that no script and no socket frame ever holds it."""
import asyncio
import hashlib
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal_app.api import sorry
from portal_app.core.addresses import same_site
from portal_app.core.errors import NotSignedIn
from portal_app.core.settings import settings
from services import accounts

COOKIE = "__Host-session"
LARGEST = 4096


async def start(request: Request) -> Response:
    """Spends a ticket and opens a session, then goes on to the page that was asked for."""
    form = await _form(request)
    if form is None:
        return sorry.answer(request, 403, "foreign")
    try:
        token = await asyncio.to_thread(
            accounts.open_session, form.get("ticket", ""), client_address(request), request.headers.get("user-agent", ""))
    except NotSignedIn:
        return RedirectResponse("/sign-in?late=1", status_code=303)
    answer = RedirectResponse(same_site(form.get("next", "/")), status_code=303)
    answer.set_cookie(COOKIE, token, max_age=12 * 3600, path="/", secure=True, httponly=True, samesite="lax")
    return answer


async def end(request: Request) -> Response:
    """Ends the session on the server and in the browser; who was not seen for long finds back to the page they were at."""
    form = await _form(request)
    if form is None:
        return sorry.answer(request, 403, "foreign")
    await asyncio.to_thread(accounts.sign_out, hash_of(request.cookies.get(COOKIE, "")))
    why = {"idle": "1", "next": same_site(form.get("next", "/"))} if form.get("idle") else {"signed-out": "1"}
    answer = RedirectResponse("/sign-in?" + urlencode(why), status_code=303)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def hash_of(cookie: str) -> str:
    """What the session is known by everywhere but in the browser; "" for no cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest() if cookie else ""


def client_address(request: Request) -> str:
    """The browser's network address: from the nearest proxies as many as are trusted, else the connection's own."""
    hops, own = settings().trusted_proxy_hops, request.client.host if request.client else ""
    forwarded = [one.strip() for one in request.headers.get("x-forwarded-for", "").split(",") if one.strip()]
    return forwarded[-hops] if hops and len(forwarded) >= hops else own


async def _form(request: Request) -> dict[str, str] | None:
    """The posted fields, or None where the form was not sent by one of our own pages (OWASP: verify the origin)."""
    if request.headers.get("origin") not in settings().origins:
        return None
    body = b""
    async for part in request.stream():
        body += part[: LARGEST - len(body)]
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


routes = [Route("/session", start, methods=["POST"]), Route("/session/end", end, methods=["POST"])]

"""The pages of plain HTTP where something can't be had. Drawn here, so that they stand while other parts don't."""
from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal_app.core import log, transaction_id
from portal_app.core.errors import AppError, NotAllowed, NotFound, NotSignedIn, TooMany, Unavailable
from portal_app.core.words import say

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {brand}</title>
<script src="/look.js"></script>
<meta name="theme-color" content="#f7f8f5" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#0f1615" media="(prefers-color-scheme: dark)">
<link rel="icon" href="/mark.svg" type="image/svg+xml"><link rel="stylesheet" href="/carelane.css">{script}
</head>
<body>
<div class="plain-shell">
<header class="top"><a class="mark" href="/"><img class="mark-sign" src="/mark.svg" alt="">{brand}</a></header>
<main class="stack" id="main"><section class="card hero stack narrow">
<header class="title"><h1>{title}</h1></header>
<p>{lead}</p>{reference}
<div class="row">{ways}</div>
</section></main>
</div>
</body>
</html>
"""
WAIT = 10
"""Seconds after which it is worth asking again for what didn't answer: the launcher mends most within them."""
KINDS = {NotFound: (404, "not_found"), NotAllowed: (403, "not_allowed"), TooMany: (429, "too_many"),
         Unavailable: (503, "unavailable")}


def page(kind: str, *, lead: str = "", reference: str = "", again: bool = False, script: str = "") -> str:
    """The page of one fault, whose words are `faults.<kind>` and `faults.<kind>_lead`; `again` offers the same address."""
    return PAGE.format(
        brand=say("en", "brand"), title=escape(say("en", f"faults.{kind}")), ways=_ways(again),
        lead=escape(lead or say("en", f"faults.{kind}_lead")), reference=_reference(reference) if reference else "",
        script=f'<script src="{script}" defer></script>' if script else "",
    )


def _reference(reference: str) -> str:
    return f'\n<p>{escape(say("en", "faults.reference"))} <b class="reference">{reference}</b></p>'


def _ways(again: bool) -> str:
    home = f'<a class="btn{" quiet" if again else ""}" href="/">{escape(say("en", "faults.home"))}</a>'
    return f'<a class="btn" href="">{escape(say("en", "faults.again"))}</a> {home}' if again else home


def answer(request: Request, status: int, kind: str, *, lead: str = "", reference: str = "", wait: int = 0) -> Response:
    """A page for a browser, a line for anything else. `wait` is in seconds, for `Retry-After`."""
    headers = {"cache-control": "no-store"} | ({"retry-after": str(wait)} if wait else {})
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(f"{say('en', f'faults.{kind}')} {reference}".strip(), status, headers)
    again = request.method == "GET" and status in (429, 500, 503)
    return HTMLResponse(page(kind, lead=lead, reference=reference, again=again), status, headers)


async def refused(request: Request, error: Exception) -> Response:
    """A service said no."""
    assert isinstance(error, AppError)
    if isinstance(error, NotSignedIn):
        return RedirectResponse("/sign-in?late=1", status_code=303)
    status, kind = next((found for cls, found in KINDS.items() if isinstance(error, cls)), (400, "refused"))
    reference = ""
    if isinstance(error, Unavailable):  # a failure of ours
        reference = transaction_id.current()
        log.get(__name__).error("a part doesn't answer", extra={"path": request.url.path}, exc_info=error)
    lead = say("en", error.key, **error.params) if kind in ("too_many", "refused") else ""
    wait = error.retry_after if isinstance(error, TooMany) else WAIT if status == 503 else 0
    return answer(request, status, kind, lead=lead, reference=reference, wait=wait)


async def broken(request: Request, _fault: Exception) -> Response:
    """A request that failed, with the reference under which the log has its story."""
    return answer(request, 500, "broken", reference=transaction_id.current())


async def not_here(request: Request, error: Exception) -> Response:
    """No such address, or not for this method."""
    assert isinstance(error, HTTPException)
    made = answer(request, error.status_code, "not_found")
    made.headers.update(error.headers or {})
    return made


class Unknown:
    """Our page instead of the built one for an address that isn't there: it needs no script and weighs a hundredth."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or b"text/html" not in dict(scope["headers"]).get(b"accept", b""):
            return await self.app(scope, receive, send)
        replaced = False

        async def instead(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] == 404:
                replaced = True
                await answer(Request(scope), 404, "not_found")(scope, receive, send)
            elif not replaced:
                await send(message)

        await self.app(scope, receive, instead)


handlers = {Exception: broken, AppError: refused, HTTPException: not_here}

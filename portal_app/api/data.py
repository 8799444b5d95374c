"""The download of all that is held on whoever is signed in."""
import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from portal_app.api.session import COOKIE, hash_of
from portal_app.core import clock
from portal_app.core.errors import NotSignedIn, TooMany
from services import accounts


async def download(request: Request) -> Response:
    """JSON as it is read; who isn't signed in is sent to sign in, who asks too often back to their account."""
    session = hash_of(request.cookies.get(COOKIE, ""))
    try:
        pieces = await asyncio.to_thread(lambda: accounts.download(accounts.actor_of(session)))
    except NotSignedIn:
        return RedirectResponse("/sign-in?next=%2Faccount", status_code=303)
    except TooMany:
        return RedirectResponse("/account?download=later", status_code=303)
    return StreamingResponse(pieces, media_type="application/json", headers={
        "content-disposition": f'attachment; filename="carelane-data-{clock.now():%Y-%m-%d}.json"', "cache-control": "no-store"})


routes = [Route("/account/data.json", download)]

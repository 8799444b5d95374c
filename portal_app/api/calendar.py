"""A visit as a file for the person's calendar."""
import asyncio
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal_app.api.session import COOKIE, hash_of
from portal_app.core.errors import NotSignedIn
from services import accounts, scheduling
from services.scheduling import CalendarFile


async def visit(request: Request) -> Response:
    """The file of one's own visit. Raises NotFound for anyone else's. Who is signed out is sent to sign in first."""
    visit_id = request.path_params["visit_id"]
    session = hash_of(request.cookies.get(COOKIE, ""))
    try:
        file = await asyncio.to_thread(_file, session, visit_id)
    except NotSignedIn:
        page = f"/visits/visit?{urlencode({'visit': visit_id})}"
        return RedirectResponse(f"/sign-in?{urlencode({'next': page})}", status_code=303)
    return Response(file.body, media_type="text/calendar", headers={
        # Shown rather than saved where the device has a calendar to show it in, as phones do.
        "content-disposition": f'inline; filename="{file.name}"', "cache-control": "no-store"})


def _file(session_hash: str, visit_id: str) -> CalendarFile:
    return scheduling.calendar_file(accounts.actor_of(session_hash), visit_id)


routes = [Route("/visits/{visit_id}.ics", visit, methods=["GET"])]

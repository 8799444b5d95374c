"""The demo's own pages, /demo/…: built for every portal, and there in the demo alone; its phone only while no text leaves."""
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from portal_app.api import sorry
from portal_app.core.settings import settings
from services import demo_phone


class DemoOnly:
    """Answers for them as for any address that isn't there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_missing(scope["path"]):
            return await sorry.answer(Request(scope), 404, "not_found")(scope, receive, send)
        await self.app(scope, receive, send)


def _is_missing(path: str) -> bool:
    parts = [part for part in path.split("/") if part]
    if parts[:2] == ["demo", "phone"]:
        return not demo_phone.is_there()
    return parts[:1] == ["demo"] and not settings().demo

"""The demo's own pages, /demo/…: built for every portal, and there in the demo alone."""
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from portal_app.api import sorry
from portal_app.core.settings import settings


class DemoOnly:
    """Answers for them as for any address that isn't there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _of_demo(scope["path"]) and not settings().demo:
            return await sorry.answer(Request(scope), 404, "not_found")(scope, receive, send)
        await self.app(scope, receive, send)


def _of_demo(path: str) -> bool:
    return [part for part in path.split("/") if part][:1] == ["demo"]

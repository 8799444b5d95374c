"""Requests to an ASGI app without a server; what it raises is left to it, as a server would."""
import asyncio

import httpx
from starlette.types import ASGIApp


class Asking:
    def __init__(self, app: ASGIApp) -> None:
        self.transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def request(self, method: str, path: str, **more: dict[str, str]) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url="http://portal") as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())

    def get(self, path: str, **more: dict[str, str]) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: dict[str, str]) -> httpx.Response:
        return self.request("POST", path, **more)

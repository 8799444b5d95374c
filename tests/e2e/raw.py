"""A browser tab without a browser: whoever can open a socket can send this."""
import asyncio
import json
import uuid
from typing import Any

import socketio

NAMESPACE = "/_event"


class RawTab:
    """One socket with a client token of our choosing, and a cookie or none. `received` is all that came, as text."""

    def __init__(self, address: str, *, cookie: str = "", token: str = "", origin: str = "") -> None:
        self.address, self.cookie, self.token, self.origin = address, cookie, token or str(uuid.uuid4()), origin or address
        self.received: list[str] = []
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("event", self._heard, namespace=NAMESPACE)

    async def __aenter__(self) -> "RawTab":
        headers = {"Origin": self.origin} | ({"Cookie": f"__Host-session={self.cookie}"} if self.cookie else {})
        try:
            await self.client.connect(f"{self.address}?token={self.token}", headers=headers, socketio_path="_event",
                                      namespaces=[NAMESPACE], transports=["websocket"], wait_timeout=10)
        except socketio.exceptions.ConnectionError:
            if self.client.eio.http:  # it leaves it open
                await self.client.eio.http.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.disconnect()

    async def _heard(self, update: Any) -> None:
        self.received.append(json.dumps(update, ensure_ascii=False))

    async def send(self, name: str, payload: dict[str, Any] | None = None, *, path: str = "/", quiet: float = 0.4) -> str:
        """Sends one event and answers all that came back until `quiet` seconds passed in silence, 5 at the most."""
        before = len(self.received)
        where, _, query = path.partition("?")
        asked = dict(part.split("=", 1) for part in query.split("&") if part)
        await self.client.emit("event", {"name": name, "payload": payload or {}, "router_data": {
            "pathname": where, "asPath": path, "query": asked}}, namespace=NAMESPACE)
        for _ in range(int(5 / quiet)):
            seen = len(self.received)
            await asyncio.sleep(quiet)
            if seen == len(self.received) and seen > before:
                break
        return "\n".join(self.received[before:])

    async def hydrate(self, path: str = "/") -> str:
        """What a browser does first: asks for the state, then loads the page."""
        return await self.send("reflex___state____state.hydrate_and_load", path=path)

"""The gallery of components: there in the demo alone; its examples work, and do nothing."""
from typing import Any

import reflex as rx

from portal_app.core.errors import NotFound
from services import accounts
from state.base import Base, Refused, handler

LOOKS = {"own": "", "light": "light", "dark": "dark"}


class Gallery(Base, rx.State):
    missing: bool = False
    offer: str = ""
    look: str = ""
    """What the page wears, "" for what the person chose."""

    @handler
    async def load(self) -> Any:
        """Whether there is a gallery at all."""
        await self._require_demo()
        self.look, self.loaded = "", True

    async def _require_demo(self) -> None:
        """Raises Refused outside of the demo, where there is none."""
        try:
            await self.ask(accounts.demo_people)
        except Refused as refused:
            self.missing = isinstance(refused.error, NotFound)
            raise
        self.missing = False

    @handler
    async def wear(self, look: str) -> Any:
        """Shows the page in other colors, without changing what anybody chose."""
        await self._require_demo()
        self.look = look if look in LOOKS.values() else ""

    @handler
    async def make_offer(self) -> Any:
        """Shows the example of a toast."""
        await self._require_demo()
        self.offer = "example"

    @handler
    async def end_offer(self) -> Any:
        """Takes it away."""
        await self._require_demo()
        self.offer = ""

"""The gallery of components: there in the demo alone; its examples work, and do nothing."""
from typing import Any

import reflex as rx

from portal_app.core.errors import NotFound
from services import accounts
from state.base import Base, Refused, handler


class Gallery(Base, rx.State):
    missing: bool = False
    offer: str = ""

    @handler
    async def load(self) -> Any:
        """Whether there is a gallery at all."""
        try:
            await self.ask(accounts.demo_people)
        except Refused as refused:
            self.missing = isinstance(refused.error, NotFound)
            raise
        self.missing, self.loaded = False, True

    @handler
    async def make_offer(self) -> Any:
        """Shows the example of a toast."""
        self.offer = "example"

    @handler
    async def end_offer(self) -> Any:
        """Takes it away."""
        self.offer = ""

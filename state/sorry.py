"""The page for what broke: the reference with which an operator finds the whole story."""
from typing import Any

import reflex as rx

from portal_app.core import transaction_id
from portal_app.core.words import say
from state.base import Base, handler
from state.forms import asked


class Sorry(Base, rx.State):
    reference: str = ""

    @handler
    async def load(self) -> Any:
        """Shows the reference in the address, where it is one."""
        found = asked(self, "reference")
        self.reference = say("en", "sorry.reference", reference=found) if transaction_id.is_valid(found) else ""

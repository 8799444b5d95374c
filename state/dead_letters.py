"""Text messages that were given up, page by page."""
from typing import Any

import reflex as rx

from portal_app.core.errors import NotAllowed
from services.messaging import dead_letters
from state.base import Base, Refused, handler
from state.me import know_me
from state.message_rows import MessageRow, message_row


class DeadLetters(Base, rx.State):
    rows: list[MessageRow] = []
    next: str = ""
    refused: bool = False

    @handler
    async def load(self) -> Any:
        """The latest."""
        await know_me(self)
        try:
            page = await self.run(dead_letters.dead_letters)
        except Refused as refused:
            self.refused = isinstance(refused.error, NotAllowed)
            if not self.refused:
                raise
            return
        self.rows, self.next = [message_row(one) for one in page.items], page.next or ""
        self.refused, self.loaded = False, True

    @handler
    async def more(self) -> Any:
        """The next page, added to what is shown."""
        if self.next:
            page = await self.run(dead_letters.dead_letters, self.next)
            self.rows += [message_row(one) for one in page.items]
            self.next = page.next or ""

"""How text messages go: each class's figures, anew every few seconds while the page is open."""
from typing import Any

import reflex as rx

from portal_app.core import clock
from portal_app.core.errors import NotAllowed
from portal_app.core.words import say
from services.messaging import operations
from services.messaging.figures import TOPIC
from state import live
from state.base import Base, Refused, handler
from state.forms import asked
from state.me import know_me
from state.message_rows import ClassRow, class_row

CIRCUIT = {"closed": "good", "slower": "warn", "probing": "warn", "open": "bad"}


class MessageFigures(Base, rx.State):
    classes: list[ClassRow] = []
    span: str = ""
    everywhere: bool = False
    refused: bool = False
    at: str = ""
    since: str = ""
    step: int = 0
    circuit: str = ""
    circuit_kind: str = ""

    @handler
    async def load(self) -> Any:
        """The last hour, or the day that the address asks for."""
        live.watch(self, TOPIC, MessageFigures.refresh)  # first: after a load that failed, the next figures mend the page
        await know_me(self)
        await self._read("day" if asked(self, "show") == "day" else "hour")

    @handler
    async def refresh(self) -> Any:
        """Counted anew. A day's figures change little, and are read again once a minute."""
        if self.span == "hour" or self.at[:16] != clock.now().isoformat()[:16]:
            await self._read(self.span)

    async def _read(self, span: str) -> None:
        try:
            seen = await self.run(operations.overview, span)
        except Refused as refused:
            self.refused = isinstance(refused.error, NotAllowed)
            if not self.refused:
                raise
            return
        self.classes = [class_row(one, seen) for one in seen.classes]
        self.span, self.everywhere, self.refused = seen.span, seen.everywhere, False
        self.at, self.since = seen.at.isoformat(timespec="seconds"), seen.since.isoformat()
        self.step = int(seen.step.total_seconds())
        self.circuit, self.circuit_kind = say("en", f"messages.circuit_{seen.circuit}"), CIRCUIT[seen.circuit]
        self.loaded = True

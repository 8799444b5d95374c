"""A visit that has just been booked or moved."""
from typing import Any

import reflex as rx

from services import scheduling
from state.base import Base, handler
from state.display import VisitRow, visit_row
from state.forms import asked
from state.me import know_me


class Booked(Base, rx.State):
    visit: VisitRow | None = None
    moved: bool = False

    @handler
    async def load(self) -> Any:
        """The visit that the address names; the list of all of them where it is no longer booked."""
        me = await know_me(self)
        self.visit, self.moved = None, asked(self, "moved") == "1"
        view = await self.run(scheduling.visit, asked(self, "visit"))
        if view.status != "booked":
            return rx.redirect("/visits", replace=True)
        self.visit = visit_row(view, me.language)
        return None

"""A visit that has just been booked or moved."""
from typing import Any

import reflex as rx

from services import accounts, scheduling
from state.base import Base, handler
from state.display import VisitRow, trouble_words, visit_row
from state.forms import asked
from state.me import know_me


class Booked(Base, rx.State):
    visit: VisitRow | None = None
    moved: bool = False
    trouble: str = ""
    """What keeps text messages about it from the person."""

    @handler
    async def load(self) -> Any:
        """The visit that the address names; the list of all of them where it is no longer booked."""
        me = await know_me(self)
        self.visit, self.moved = None, asked(self, "moved") == "1"
        view = await self.run(scheduling.visit, asked(self, "visit"))
        if view.status != "booked":
            return rx.redirect("/visits", replace=True)
        troubles = await self.run(accounts.text_troubles, patient_id=view.patient_id)
        self.trouble = trouble_words(troubles[0], me.language) if troubles else ""
        self.visit = visit_row(view, me.language)
        return None

"""A person's visits, coming or past, page by page."""
from typing import Any

import reflex as rx

from services import scheduling
from state import live
from state.base import Base, handler
from state.display import VisitRow, visit_row
from state.forms import asked
from state.me import know_me, visits_topic


class Visits(Base, rx.State):
    past: bool = False
    rows: list[VisitRow] = []
    next: str = ""

    @handler
    async def load(self) -> Any:
        """The first page; again whenever the person's visits change."""
        me = await know_me(self)
        live.watch(self, visits_topic(me), Visits.load)  # before reading, so that no change falls in between
        past = asked(self, "show") == "past"
        page = await self.run(scheduling.visits, past=past)
        self.past, self.next = past, page.next or ""
        self.rows = [visit_row(view, me.language) for view in page.items]
        self.loaded = True

    @handler
    async def more(self) -> Any:
        """The next page, added to what is shown."""
        me = await know_me(self)
        if not self.next:
            return
        page = await self.run(scheduling.visits, past=self.past, after=self.next)
        self.rows += [visit_row(view, me.language) for view in page.items]
        self.next = page.next or ""

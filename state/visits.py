"""A person's visits, coming or past, page by page; and cancelling one."""
from typing import Any

import reflex as rx

from portal_app.core.words import say
from services import scheduling
from state import live
from state.base import Base, Refused, handler
from state.display import VisitRow, visit_row
from state.forms import asked, text
from state.me import know_me, visits_topic


class Visits(Base, rx.State):
    past: bool = False
    rows: list[VisitRow] = []
    next: str = ""
    asking: bool = False
    chosen: VisitRow | None = None
    told: str = ""

    @handler
    async def load(self) -> Any:
        """The first page; again whenever the person's visits change."""
        me = await know_me(self)
        live.watch(self, visits_topic(me), Visits.load)  # before reading, so that no change falls in between
        past = asked(self, "show") == "past"
        page = await self.run(scheduling.visits, past=past)
        if past != self.past:
            self.told = ""
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

    @handler
    async def question(self, visit_id: str) -> Any:
        """Opens the question whether to cancel one of the visits shown."""
        self.chosen = next((row for row in self.rows if row.id == visit_id), None)
        self.asking, self.told = self.chosen is not None, ""

    @handler
    async def keep(self) -> Any:
        """Closes the question."""
        self.asking = False

    @handler
    async def cancel(self, form: dict[str, Any]) -> Any:
        """Cancels the visit that was asked about."""
        if not self.asking or self.chosen is None:
            return
        me = await know_me(self)
        visit_id = self.chosen.id
        try:
            await self.run(scheduling.cancel, visit_id=visit_id, reason=text(form, "reason"))
        except Refused as refused:
            self.asking = refused.field == "reason"
            raise
        self.rows = [row for row in self.rows if row.id != visit_id]
        self.asking, self.told = False, say(me.language, "visits.cancelled", when=self.chosen.day_and_time)

"""The home page: what is next and what needs the person; for staff without a chart, their practice's day."""
from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal_app.core import display
from portal_app.core.errors import NotAllowed
from portal_app.core.words import say
from services import scheduling
from services.scheduling import Attention, HomeView
from state import live
from state.base import Base, Refused, handler
from state.booking_rows import book_address
from state.display import DeskRow, VisitRow, day_and_time, desk_row, greeting, visit_row
from state.me import Me, know_me, visits_topic


@dataclass(frozen=True)
class AttentionRow:
    title: str
    detail: str
    address: str


class Home(Base, rx.State):
    greeting: str = ""
    today: str = ""
    next_visit: VisitRow | None = None
    later: str = ""
    attention: list[AttentionRow] = []
    desk: list[DeskRow] = []
    without_desk: bool = False

    @handler
    async def load(self) -> Any:
        """Everything on the page, again whenever the person's visits change."""
        me = await know_me(self)
        live.watch(self, visits_topic(me), Home.load)
        view = await self.run(scheduling.home)
        self._show(view, me.language)
        if me.without_chart:
            await self._load_desk(me)
        self.loaded = True

    async def _load_desk(self, me: Me) -> None:
        """Some who work at a practice have no business at its desk: they get a page without a day."""
        try:
            self.desk = [desk_row(row, me.language) for row in await self.run(scheduling.staff_day)]
        except Refused as refused:
            self.without_desk = isinstance(refused.error, NotAllowed)
            if not self.without_desk:
                raise

    def _show(self, view: HomeView, language: str) -> None:
        self.greeting = greeting(view.now, view.zone, view.name, language)
        self.today = display.long_day(view.now, view.zone, language) if view.zone else ""
        self.next_visit = visit_row(view.next_visit, language) if view.next_visit else None
        self.later = say(language, "home.later", count=view.later_count) if view.later_count else ""
        self.attention = [_attention(one, language) for one in view.attention]


def _attention(one: Attention, language: str) -> AttentionRow:
    words = say(language, "home.moving" if one.moves else "home.held", reason=one.visit.visit_type)
    return AttentionRow(words, day_and_time(one.visit, language), book_address(move=one.moves, hold=one.visit.id))
